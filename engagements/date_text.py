"""Puts dates into Danish words: the atoms of an expression, one by one and joined. Pure; the checked text comes from `expressions`."""

from __future__ import annotations

from datetime import date

from accounts.danish import MONTHS, join
from engagements.date_grammar import Atom
from engagements.states import Precision

SEASON_NAMES = ("foråret", "sommeren", "efteråret", "vinteren")
PART_NAMES = ("primo", "medio", "ultimo")
SINGLE = {Precision.DAYS: Precision.DAY, Precision.WEEKS: Precision.WEEK, Precision.MONTHS: Precision.MONTH}


def plain_text(atom: Atom, *, whole: bool = True) -> str:
    """An atom in Danish without its year: 9. maj, uge 8, marts, 4. kvartal, foråret, medio juni; not `whole`: 9., 8, 4."""
    match atom.unit:
        case Precision.DAY:
            name = MONTHS[(atom.month or 1) - 1] if 1 <= (atom.month or 1) <= 12 else f"i måned {atom.month}"
            return f"{atom.number}. {name}" if whole else f"{atom.number}."
        case Precision.WEEK:
            return f"uge {atom.number}" if whole else f"{atom.number}"
        case Precision.MONTH:
            return MONTHS[atom.number - 1]
        case Precision.QUARTER:
            return f"{atom.number}. kvartal" if whole else f"{atom.number}."
        case Precision.SEASON:
            return SEASON_NAMES[atom.number - 1]
        case Precision.PART_OF_MONTH:
            return f"{PART_NAMES[atom.number - 1]} {MONTHS[(atom.month or 1) - 1]}"
    return ""


def atom_on(day: date, precision: Precision) -> Atom:
    """The atom of this precision in which `day` lies."""
    unit, year, month = SINGLE.get(precision, precision), day.year, day.month
    match unit:
        case Precision.WEEK:
            return Atom(unit, day.isocalendar().week, None, day.isocalendar().year)
        case Precision.MONTH:
            return Atom(unit, month, None, year)
        case Precision.QUARTER:
            return Atom(unit, (month + 2) // 3, None, year)
        case Precision.SEASON:
            return Atom(unit, month // 3 or 4, None, year if month > 2 else year - 1)
        case Precision.PART_OF_MONTH:
            return Atom(unit, min((day.day + 9) // 10, 3), month, year)
        case Precision.YEAR:
            return Atom(unit, year=year)
    return Atom(Precision.DAY, day.day, month, year)


def short_text(spans: list[tuple[Atom, Atom]], with_year: bool) -> str:
    """Each month, year and "uge" as seldom as can be: 9.-11. maj 2016, uge 3-6 og 8 2016, 28. april – 2. maj 2016."""
    atoms = [atom for first, last in spans for atom in ((first,) if first == last else (first, last))]
    parts: list[str] = []
    shown_before = True
    for atom, following in zip(atoms, [*atoms[1:], None]):
        shows_year = with_year and (following is None or following.year != atom.year)
        if atom.unit == Precision.WEEK:
            whole, shown_before = shown_before, shows_year
        else:
            whole = shows_year or following is None or following.unit != atom.unit or following.month != atom.month
        parts.append(f"{plain_text(atom, whole=whole)} {atom.year if shows_year else ''}".strip())
    texts, at = [], 0
    for first, last in spans:
        size = 1 if first == last else 2
        texts.append(_range(*parts[at : at + size]))
        at += size
    return join(texts)


def _range(first: str, last: str = "") -> str:
    """A dash without spaces after a bare number or a single word, with spaces after more."""
    if not last:
        return first
    tight = first.removeprefix("uge ").rstrip(".").isdigit() or first in MONTHS  # a year too: 2022-2024
    return f"{first}-{last}" if tight else f"{first} – {last}"


def long_text(spans: list[tuple[Atom, Atom]]) -> str:
    """Everything written out: 9. maj 2016 – 11. maj 2016."""
    return join([" – ".join(f"{plain_text(atom)} {atom.year}".strip() for atom in dict.fromkeys(span)) for span in spans])
