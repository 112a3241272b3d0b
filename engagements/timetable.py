"""Reads a whole timetable: which rows, in which year, what they say and what looks wrong. Pure: no database, no clock.

Rows without a year take the year of the row above; the year of the first is given, or inferred with the reasoning kept.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from accounts.danish import count
from engagements.columns import NO_DATES, find_columns
from engagements.expressions import Expression, Period, find, parse
from engagements.pasted import Unreadable, cells
from engagements.remarks import Dated, Remark, disturbed_days, remarks
from engagements.states import DAY_PRECISIONS, Kind, Party, Phase, Precision, Purpose, WarningCode
from engagements.wording import Guess, guess, heading_phase

FIRST_YEAR, LAST_YEAR = 1900, 2099
TURN_OF_YEAR = timedelta(weeks=26)
MAX_SENTENCE = 300  # characters of a cell in which a date is looked for
MAX_YEARS = 30  # candidates; a text that spans more is judged by its first written years


@dataclass(frozen=True)
class Row:
    """One row of a timetable as understood. Numbered from 1; headings are no rows."""

    number: int
    subject: str
    source_text: str
    precision: Precision
    occurrences: tuple[Period, ...]
    optional: bool
    party: Party
    counterpart: Party
    kind: Kind
    purposes: tuple[Purpose, ...]
    phase: Phase
    place: str
    expected_count: int | None
    warnings: tuple[Remark, ...]


@dataclass(frozen=True)
class Timetable:
    year: int
    year_reason: str
    warnings: tuple[Remark, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Entry:
    """A row before its date has a year."""

    subject: str
    source_text: str
    phase: Phase
    guess: Guess


def read(text: str, *, year: int | None, today: date) -> Timetable:
    """The timetable in a pasted text; Unreadable when there is none or no row has a date."""
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unreadable(f"Årstallet skal ligge mellem {FIRST_YEAR} og {LAST_YEAR}.")
    entries, skipped = _entries(cells(text))
    texts = [entry.source_text for entry in entries]
    chosen, reason = _choose_year(texts, today) if year is None else (year, _reason({year: _clashes(texts, year)}, year, "året er angivet"))
    expressions = _in_order(texts, chosen)
    if not any(expression.occurrences for expression in expressions):
        raise Unreadable(NO_DATES)
    dated = [Dated(expression, entry.phase, entry.guess.bundled) for entry, expression in zip(entries, expressions)]
    return Timetable(chosen, reason, _skipped_remarks(skipped), _rows(entries, dated, chosen))


def to_json(timetable: Timetable) -> dict[str, Any]:
    """The shape that `manage.py parse_timetable --json` prints (docs/glossary.md has the terms)."""
    return {
        "year": timetable.year,
        "year_reason": timetable.year_reason,
        "warnings": [_remark_json(remark) for remark in timetable.warnings],
        "rows": [
            {
                "row": row.number,
                "subject": row.subject,
                "source_text": row.source_text,
                "precision": row.precision.value,
                "occurrences": [[start.isoformat(), end.isoformat()] for start, end in row.occurrences],
                "optional": row.optional,
                "party": row.party.value,
                "phase": row.phase.value,
                "warnings": [_remark_json(remark) for remark in row.warnings],
            }
            for row in timetable.rows
        ],
    }


def _remark_json(remark: Remark) -> dict[str, str]:
    return {"code": remark.code.value, "message": remark.message}


def _rows(entries: list[Entry], dated: list[Dated], year: int) -> tuple[Row, ...]:
    rows = []
    for number, (entry, one, warnings) in enumerate(zip(entries, dated, remarks(dated, year)), 1):
        said = entry.guess
        rows.append(
            Row(
                number=number,
                subject=entry.subject,
                source_text=entry.source_text,
                precision=one.expression.precision,
                occurrences=one.expression.occurrences,
                optional=said.optional,
                party=said.party,
                counterpart=said.counterpart,
                kind=said.kind or (Kind.DEADLINE if one.expression.precision in DAY_PRECISIONS else Kind.PERIOD),
                purposes=said.purposes,
                phase=entry.phase,
                place=said.place,
                expected_count=said.expected_count,
                warnings=warnings,
            )
        )
    return tuple(rows)


def _skipped_remarks(skipped: list[str]) -> tuple[Remark, ...]:
    if not skipped:
        return ()
    what = f"Linjen “{skipped[0][:80]}” er" if len(skipped) == 1 else f"{len(skipped)} linjer, den første “{skipped[0][:80]}”, er"
    return (Remark(WarningCode.NOT_UNDERSTOOD, f"{what} ikke læst som række i tabellen."),)


# The year ------------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def _date(text: str, year: int | None) -> Expression:
    """The date in a cell: the whole cell, or the one date in its sentence. Only what needs a year is read again with one."""
    if year is not None and not (undated := _date(text, None)).needs_year:
        return undated
    expression = parse(text, year)
    if expression.understood or not 0 < len(text) <= MAX_SENTENCE:
        return expression
    return find(text, year) or expression


def _in_order(texts: list[str], year: int) -> list[Expression]:
    """The dates row by row: without a year of their own they follow the row above, over new year if that is nearer."""
    expressions = []
    above: date | None = None
    for text in texts:
        start_year = above.year if above else year
        expression = _date(text, start_year)
        if above and start_year < LAST_YEAR and not expression.written_years and _starts_before(expression, above - TURN_OF_YEAR):
            expression = _date(text, start_year + 1)
        if expression.occurrences:
            above = expression.occurrences[0][0]
        expressions.append(expression)
    return expressions


def _starts_before(expression: Expression, day: date) -> bool:
    return bool(expression.occurrences) and expression.occurrences[0][0] < day


def _choose_year(texts: list[str], today: date) -> tuple[int, str]:
    """The year of the first date, and why: the one in which fewest dates fall on weekends and holidays."""
    undated = [_date(text, None) for text in texts]
    written = [year for expression in undated for year in expression.written_years]
    first = next((expression for expression in undated if expression.understood and expression.precision != Precision.OPEN), None)
    if first and first.written_years:
        return first.written_years[0], f"{first.written_years[0]}: årstallet står ved den første dato."
    clashes = {year: _clashes(texts, year) for year in _candidates(written, today)}
    near = written or [today.year]
    year = min(clashes, key=lambda one: (clashes[one], min(abs(one - other) for other in near), abs(one - near[0]), -one))
    if list(clashes.values()).count(clashes[year]) == 1:
        return year, _reason(clashes, year)
    return year, _reason(clashes, year, f"{year} ligger nærmest {'årstallene i teksten' if written else 'i dag'}")


def _candidates(written: list[int], today: date) -> list[int]:
    if not written:
        return list(range(today.year - 1, today.year + 3))
    if max(written) - min(written) + 3 <= MAX_YEARS:
        return list(range(min(written) - 1, max(written) + 2))
    common = [year for year, _ in Counter(written).most_common(5)]
    return sorted({year + step for year in common for step in (-1, 0, 1)})


def _clashes(texts: list[str], year: int) -> int:
    """Days that would fall on a weekend or holiday, and dates that the year does not have."""
    expressions = _in_order(texts, year)
    impossible = sum(not expression.understood and _date(text, None).understood for text, expression in zip(texts, expressions))
    return len(disturbed_days(expressions)) + impossible


def _reason(clashes: dict[int, int], year: int, more: str = "") -> str:
    """The counts that speak for a year: "2016: ingen datoer falder på weekend eller helligdag; 2015: 5 gør." """
    chosen = clashes[year]
    amount = "ingen datoer" if chosen == 0 else count(chosen, "dato", "datoer")
    parts = [f"{year}: {amount} falder på weekend eller helligdag"]
    parts += [f"{other}: {number or 'ingen'} gør" for other, number in clashes.items() if other != year]
    return "; ".join([*parts, *filter(None, [more])]) + "."


# The rows ------------------------------------------------------------------------------------------------------------------


def _entries(table: list[list[str]]) -> tuple[list[Entry], list[str]]:
    """The rows with subject and date text, and the lines between them that are neither row nor heading."""
    columns = find_columns(table)
    entries: list[Entry] = []
    skipped: list[str] = []
    heading: Phase | None = None
    for index, row in enumerate(table):
        subject, source = columns.cell(row, columns.subject), columns.cell(row, columns.date)
        if index == columns.header or (columns.header is not None and row == table[columns.header]):
            continue
        if not source and (phase := heading_phase(subject)):
            heading = phase
        elif index < columns.first:
            continue
        elif len(row) == 1:
            skipped.append(row[0])
        else:
            subject = subject or (entries[-1].subject if entries else "Uden emne")
            said = guess(subject, columns.cell(row, columns.party))
            said = replace(said, place=columns.cell(row, columns.place) or said.place)
            entries.append(Entry(subject, source, _phase(said, heading, entries), said))
    return entries, skipped


def _phase(said: Guess, heading: Phase | None, entries: list[Entry]) -> Phase:
    """The heading's, unless the words are strong; without a heading the words', else that of the row above."""
    if said.phase and (said.is_strong or heading is None):
        return said.phase
    return heading or (entries[-1].phase if entries else Phase.ANALYSIS)
