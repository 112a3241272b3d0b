"""Grammar of Danish date expressions: tokens to atoms joined by dashes, commas and "og". Pure; years come later, in `expressions`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from engagements.date_words import Token, Word
from engagements.states import Precision


class NotADate(Exception):
    """The text is no date expression; the message (Danish, may be empty) says why."""


DAYS_PER: dict[Precision | None, int] = {
    Precision.DAY: 1,
    Precision.WEEK: 7,
    Precision.PART_OF_MONTH: 10,
    Precision.MONTH: 31,
    Precision.QUARTER: 92,
    Precision.SEASON: 92,
}


@dataclass(frozen=True)
class Atom:
    """One date of an expression: a `unit` with its number; what is not written is None until it is filled in."""

    unit: Precision | None  # None: a bare number, whose unit the neighbours tell
    number: int = 0
    month: int | None = None
    year: int | None = None
    weekday: int | None = None

    @property
    def grain(self) -> Precision | None:
        return Precision.DAY if self.weekday else self.unit

    @property
    def place(self) -> int:
        """Roughly the day of the year, to compare atoms of one unit before the year is known."""
        return (self.month or 0) * 31 + self.number * DAYS_PER.get(self.unit, 0)


@dataclass(frozen=True)
class Reading:
    """What stands in a text before a year is chosen: atoms, and what joins each to the one before it."""

    atoms: tuple[Atom, ...]
    joints: tuple[Word, ...]
    week_notes: tuple[tuple[int | None, ...], ...]
    has_time: bool

    @property
    def precision(self) -> Precision:
        grain = self.atoms[0].grain or Precision.UNKNOWN
        return MANY.get(grain, grain) if len(self.atoms) > 1 else grain

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Index of the first and last atom of each occurrence: the same when no dash joins them."""
        spans = [(0, 0)]
        for index, joint in enumerate(self.joints, 1):
            spans.append((spans.pop()[0], index) if joint is Word.RANGE else (index, index))
        return spans

    @property
    def ranges(self) -> list[tuple[Atom, Atom]]:
        return [(self.atoms[first], self.atoms[last]) for first, last in self.spans if first != last]


MANY = {Precision.DAY: Precision.DAYS, Precision.WEEK: Precision.WEEKS, Precision.MONTH: Precision.MONTHS}


@lru_cache(maxsize=4096)
def read(words: tuple[Token, ...]) -> Reading:
    """Grammar: atoms joined by dashes, commas and "og"; raises NotADate when a word is left over."""
    notes = tuple(token.value for token in words if token.word is Word.WEEK_NOTE)
    has_time = any(token.word is Word.TIME for token in words)
    reader = _Reader([token for token in words if token.word not in (Word.FILLER, Word.WEEK_NOTE, Word.TIME)])
    reader.read()
    atoms = _fill(reader.atoms)
    if len({atom.grain for atom in atoms}) != 1:
        raise NotADate("Datoen blander fx dage og uger.")
    if any(later is Word.RANGE is earlier for earlier, later in pairwise(reader.joints)):
        raise NotADate("En periode har kun én begyndelse og én slutning.")
    return Reading(tuple(atoms), tuple(reader.joints), notes, has_time)


class _Reader:
    """Walks the tokens once, left to right."""

    def __init__(self, words: list[Token]) -> None:
        self.words = words
        self.at = 0
        self.atoms: list[Atom] = []
        self.joints: list[Word] = []

    def read(self) -> None:
        """All tokens into atoms and joints."""
        self._read_atom()
        while self.at < len(self.words):
            joint = self._joint()
            if self._gets_year_or_weekday(joint):
                continue
            self.joints.append(joint)
            self._read_atom()

    def _peek(self) -> Word | None:
        return self.words[self.at].word if self.at < len(self.words) else None

    def _take(self, *wanted: Word) -> Token | None:
        if self._peek() not in wanted:
            return None
        self.at += 1
        return self.words[self.at - 1]

    def _joint(self) -> Word:
        if self._take(Word.RANGE):
            return Word.RANGE
        if self._take(Word.COMMA):
            return Word.LIST if self._take(Word.LIST) else Word.COMMA
        if self._take(Word.LIST):
            return Word.LIST
        raise NotADate

    def _gets_year_or_weekday(self, joint: Word) -> bool:
        """ "uge 8, 2027" and "uge 8, torsdag": what follows the comma belongs to the atom before it."""
        last = self.atoms[-1]
        if joint is Word.COMMA and last.year is None and (year := self._take(Word.YEAR)):
            self.atoms[-1] = replace(last, year=year.number)
            return True
        if joint is Word.COMMA and self.at == len(self.words) - 1 and last.weekday is None and (day := self._take(Word.WEEKDAY)):
            self.atoms[-1] = replace(last, weekday=day.number)
            return True
        return False

    def _read_atom(self) -> None:
        weekday = self._take(Word.WEEKDAY)
        if weekday:
            self._take(Word.COMMA)
        atom = self._atom()
        if atom.year is None and (year := self._take(Word.YEAR)):
            atom = replace(atom, year=year.number)
        self.atoms.append(replace(atom, weekday=weekday.number if weekday else None))

    def _atom(self) -> Atom:
        if token := self._take(Word.DATE, Word.DIGITS):
            year, month, day = token.value
            return Atom(Precision.DAY, day or 0, month, year)
        if token := self._take(Word.NUMBER):
            if self._take(Word.QUARTER):
                return Atom(Precision.QUARTER, token.number)
            month_token = self._take(Word.MONTH)
            return Atom(Precision.DAY, token.number, month_token.number) if month_token else Atom(None, token.number)
        if self._take(Word.WEEK) and (token := self._take(Word.NUMBER)):
            return Atom(Precision.WEEK, token.number)
        if token := self._take(Word.PART):
            month_token = self._take(Word.MONTH)
            return Atom(Precision.PART_OF_MONTH, token.number, month_token.number if month_token else None)
        if token := self._take(Word.YEAR):
            return Atom(Precision.YEAR, year=token.number)
        if token := self._take(*PLAIN_UNITS):
            return Atom(PLAIN_UNITS[token.word], token.number)
        raise NotADate


PLAIN_UNITS = {Word.MONTH: Precision.MONTH, Word.QUARTER_NUMBER: Precision.QUARTER, Word.SEASON: Precision.SEASON}


def _fill(atoms: list[Atom]) -> list[Atom]:
    """Bare numbers get their unit: weeks from the left ("uge 3-6"), months and quarters from the right ("6. og 8. april")."""
    filled: list[Atom] = []
    for atom in atoms:
        if atom.unit is None and filled and filled[-1].unit == Precision.WEEK:
            atom = replace(atom, unit=Precision.WEEK)
        filled.append(atom)
    for index in range(len(filled) - 2, -1, -1):
        atom, after = filled[index], filled[index + 1]
        if atom.unit is None and after.unit in (Precision.DAY, Precision.QUARTER):
            filled[index] = replace(atom, unit=after.unit, month=after.month)
        elif atom.unit == after.unit == Precision.PART_OF_MONTH and atom.month is None:
            filled[index] = replace(atom, month=after.month)
    for atom in filled:
        if atom.unit is None or (atom.unit == Precision.PART_OF_MONTH and atom.month is None):
            raise NotADate
        if atom.weekday and atom.unit not in (Precision.DAY, Precision.WEEK):
            raise NotADate
    return filled
