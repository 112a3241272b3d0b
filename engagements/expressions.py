"""Reads and writes the way Danes put dates: "6. og 8. april", "uge 45 2015 – uge 4 2017", "foråret 2022". Pure: no clock.

It never guesses silently: what cannot be explained to the last word is not understood, with a note that says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from accounts.danish import WEEKDAYS, plain_date
from engagements import calendar
from engagements.date_grammar import Atom, NotADate, Reading, read
from engagements.date_text import atom_on, long_text, plain_text, short_text
from engagements.date_words import Token, Word, clean, tokens
from engagements.states import Precision

Period = tuple[date, date]
MAX_LENGTH = 200
MAX_SENTENCE = 5_000
HALF_A_YEAR = 183
LEAP_YEAR = 2020  # of 366 days and 53 weeks: what it lacks, every year lacks
NOT_UNDERSTOOD = "Datoen er ikke forstået."
RELATIVE_DAYS = {"i dag": 0, "i morgen": 1, "i overmorgen": 2}
PART_STARTS = (1, 11, 21)  # days


@dataclass(frozen=True)
class Expression:
    """One date expression as understood. `mismatch`: a weekday or week number in the text contradicts the date."""

    source_text: str
    precision: Precision = Precision.UNKNOWN
    occurrences: tuple[Period, ...] = ()
    understood: bool = False
    written_years: tuple[int, ...] = ()
    needs_year: bool = False
    notes: tuple[str, ...] = ()
    mismatch: bool = False


def parse(text: str, year: int | None, *, today: date | None = None) -> Expression:
    """The date expression that `text` is. `year` counts where none is written; "i morgen" is understood only with `today`."""
    if len(text) > 5 * MAX_LENGTH or len(cleaned := clean(text)) > MAX_LENGTH:
        return Expression(text, notes=("Teksten er for lang til at være en dato.",))
    if today is not None and cleaned in RELATIVE_DAYS:
        day = today + timedelta(days=RELATIVE_DAYS[cleaned])
        return Expression(text, Precision.DAY, ((day, day),), understood=True)
    return _parse(text, tokens(cleaned), year)


def _parse(text: str, words: tuple[Token, ...], year: int | None) -> Expression:
    if {token.word for token in words} - {Word.FILLER} == {Word.OPEN}:
        return Expression(text, Precision.OPEN, understood=True)
    try:
        return _resolve(text, read(words), year)
    except NotADate as problem:
        return Expression(text, notes=(str(problem) or NOT_UNDERSTOOD,))


def find(text: str, year: int | None) -> Expression | None:
    """The one date expression inside a sentence; None when there is none, not understood when there are several."""
    cleaned = clean(text[:MAX_SENTENCE])
    found = [_parse(cleaned[run[0].start : run[-1].end], run, year) for run in _candidates(tokens(cleaned))]
    if not found:
        return None
    unclear = next((expression for expression in found if not expression.understood), None)
    if unclear:
        return replace(unclear, source_text=text)
    if len({replace(one, source_text="" if one.occurrences else one.source_text) for one in found}) > 1:
        return Expression(text, notes=("Der står flere forskellige datoer.",))
    return replace(found[0], source_text=text)


def _candidates(words: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    """Runs of date words inside a sentence that claim to be a date."""
    for run in _runs(words):
        whole = _trimmed(run)
        if not _claims(whole):
            continue
        if _parse("", whole, LEAP_YEAR).understood:
            yield whole
            continue
        parts: list[list[Token]] = [[]]
        for token in whole:
            if token.word in (Word.COMMA, Word.LIST):
                parts.append([])
            else:
                parts[-1].append(token)
        yield from (part for part in map(_trimmed, parts) if _claims(part))


def _runs(words: tuple[Token, ...]) -> list[list[Token]]:
    runs: list[list[Token]] = [[]]
    for token in words:
        if token.word is Word.JUNK:
            runs.append([])
        elif token.word is Word.OPEN:
            runs += [[token], []]
        else:
            runs[-1].append(token)
    return runs


_GLUE = (Word.RANGE, Word.LIST, Word.COMMA)


def _trimmed(run: list[Token]) -> tuple[Token, ...]:
    """Without commas, dashes and "og" at the ends; fillers stay, for "i 2022" is a year and "2022" alone is not."""
    start, end = 0, len(run)
    while start < end and run[start].word in _GLUE:
        start += 1
    while end > start and run[end - 1].word in (*_GLUE, Word.FILLER):
        end -= 1
    return tuple(run[start:end])


def _claims(run: tuple[Token, ...]) -> bool:
    """Whether a run is more than numbers and words that may be something else ("3 dage", "hver uge", "41/42", "Jan")."""
    words = [token.word for token in run]
    return (
        Word.YEAR in words[1:]
        or any(word in _CLAIMING for word in words)
        or any(pair in _CLAIMING_PAIRS for pair in pairwise(words))
        or any(token.word is Word.DATE and token.value[0] for token in run)
        or any(token.word is Word.MONTH and not token.value[1] for token in run)
    )


_CLAIMING = {Word.OPEN, Word.SEASON, Word.QUARTER_NUMBER}
_CLAIMING_PAIRS = {(Word.WEEK, Word.NUMBER), (Word.NUMBER, Word.QUARTER), (Word.NUMBER, Word.MONTH), (Word.PART, Word.MONTH)}


# Years and periods ------------------------------------------------------------------------------------------------------


def _resolve(text: str, reading: Reading, year: int | None) -> Expression:
    """Puts years on the atoms and makes them periods."""
    for atom in reading.atoms:
        _period(replace(atom, year=atom.year or LEAP_YEAR), named=plain_text(atom))
    written = tuple(atom.year for atom in reading.atoms if atom.year is not None)
    notes = ["Klokkeslættet er ikke læst med."] if reading.has_time else []
    if not written and year is None:
        return Expression(text, reading.precision, understood=True, needs_year=True, notes=tuple(notes))
    atoms = _with_years(reading, LEAP_YEAR if year is None else year)
    periods = [_period(atom, named=plain_text(atom)) for atom in atoms]
    occurrences = _occurrences(reading, periods)
    if len(written) < 2 and any(_crosses_new_year(*pair, Word.RANGE) for pair in reading.ranges):
        notes.append("Perioden løber hen over nytår.")
    conflicts = [note for atom, period in zip(atoms, periods) if (note := _weekday_conflict(atom, period[0]))]
    conflicts += [note for first, last in reading.week_notes if (note := _week_conflict(first, last, occurrences))]
    precision = reading.precision
    if precision == Precision.DAYS and occurrences[0][0] == occurrences[-1][1]:
        precision = Precision.DAY
    return Expression(text, precision, occurrences, True, written, False, (*notes, *conflicts), bool(conflicts))


def _with_years(reading: Reading, year: int) -> list[Atom]:
    """Years not written come from the next atom that has one, else from the one before, else `year`."""
    atoms = list(reading.atoms)
    steps = [_crosses_new_year(a, b, joint) for (a, b), joint in zip(pairwise(atoms), reading.joints)]
    for index in range(len(atoms) - 2, -1, -1):
        following = atoms[index + 1].year
        if atoms[index].year is None and following is not None:
            atoms[index] = replace(atoms[index], year=following - steps[index])
    for index, atom in enumerate(atoms):
        if atom.year is None:
            before = atoms[index - 1].year if index else None
            atoms[index] = replace(atom, year=year if before is None else before + steps[index - 1])
    return atoms


def _crosses_new_year(earlier: Atom, later: Atom, joint: Word) -> bool:
    """Whether `later` lies in the year after: "december-januar", "uge 50-3", "august – august"; not "11.-9. maj"."""
    back = earlier.place - later.place
    if joint is Word.RANGE and earlier.grain != Precision.DAY:
        return back > 0 or (back == 0 and earlier.unit == Precision.MONTH)
    return back >= HALF_A_YEAR


def _period(atom: Atom, *, named: str) -> Period:
    """First and last day of an atom whose year is known; NotADate when the calendar has no such thing."""
    year, number, month = atom.year or 0, atom.number, atom.month or 0
    try:
        match atom.unit:
            case Precision.DAY:
                start = end = date(year, month, number)
            case Precision.WEEK if atom.weekday:
                start = end = calendar.week_start(year, number) + (atom.weekday - 1) * calendar.ONE_DAY
            case Precision.WEEK:
                start = calendar.week_start(year, number)
                end = start + 6 * calendar.ONE_DAY
            case Precision.PART_OF_MONTH:
                start = date(year, month, PART_STARTS[number - 1])
                end = calendar.month_end(start) if number == 3 else start.replace(day=start.day + 9)
            case Precision.YEAR:
                start, end = date(year, 1, 1), date(year, 12, 31)
            case _:
                start, end = _months(atom.unit, number, year)
    except (ValueError, OverflowError):
        raise NotADate(f"{named[:1].upper()}{named[1:]} findes ikke{_why_not(atom, year)}.") from None
    return start, end


def _months(unit: Precision | None, number: int, year: int) -> Period:
    """Period of a month, quarter or season: `length` months from month `first`."""
    first, length = {
        Precision.MONTH: (number, 1),
        Precision.QUARTER: (3 * number - 2, 3),
    }.get(unit or Precision.UNKNOWN, (3 * number, 3))
    start = date(year, first, 1)
    return start, calendar.month_end(calendar.add_months(start, length - 1))


def _why_not(atom: Atom, year: int) -> str:
    if atom.unit == Precision.WEEK and atom.number == 53:
        return f" i {year}, som har 52 uger"
    if (atom.unit, atom.month, atom.number) == (Precision.DAY, 2, 29):
        return f" i {year}"
    return ""


def _occurrences(reading: Reading, periods: list[Period]) -> tuple[Period, ...]:
    found = {(periods[first][0], periods[last][1]) for first, last in reading.spans}
    for first, last in reading.spans:
        if periods[last][0] < periods[first][0]:
            raise NotADate("Slutningen ligger før begyndelsen.")
    return tuple(sorted(found))


def _weekday_conflict(atom: Atom, day: date) -> str | None:
    if not atom.weekday or atom.weekday == day.isoweekday():
        return None
    return f"{plain_date(day)} er en {WEEKDAYS[day.weekday()]}, ikke en {WEEKDAYS[atom.weekday - 1]}."


def _week_conflict(first: int | None, last: int | None, occurrences: tuple[Period, ...]) -> str | None:
    start, end = occurrences[0][0].isocalendar().week, occurrences[-1][1].isocalendar().week
    if (start, end) == (first, last) or (start == first == last):
        return None
    return f"Datoen ligger i uge {start}, ikke i uge {first}."


# Writing ----------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def write(occurrences: tuple[Period, ...], precision: Precision, with_year: bool = True) -> str:
    """Canonical Danish text from which `parse` gives the same occurrences; exact days where the precision does not fit them."""
    if not occurrences:
        return "løbende" if precision == Precision.OPEN else ""
    for grain in (precision, Precision.DAY):
        spans = [(atom_on(start, grain), atom_on(end, grain)) for start, end in occurrences]
        for text in (short_text(spans, with_year), short_text(spans, with_year=True), long_text(spans)):
            if parse(text, spans[0][0].year).occurrences == occurrences:
                return text
    return long_text(spans)
