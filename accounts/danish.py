"""How dates, weeks, numbers and paragraphs are written in Danish. Pure: one module, one test file (docs/glossary.md)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

MONTHS = ("januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december")
MONTHS_SHORT = ("jan.", "feb.", "mar.", "apr.", "maj", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "dec.")
WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")


def short_date(day: date) -> str:
    """19.02.2026"""
    return f"{day:%d.%m.%Y}"


def plain_date(day: date) -> str:
    """19. februar 2026"""
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def long_date(day: date) -> str:
    """torsdag d. 19. februar 2026 (uge 8)"""
    return f"{WEEKDAYS[day.weekday()]} d. {plain_date(day)} ({week(day)})"


def week(day: date) -> str:
    """uge 8 (ISO week)"""
    return f"uge {day.isocalendar().week}"


def week_range(start: date, end: date) -> str:
    """uge 8, uge 3-6, uge 45 2015 – uge 4 2017"""
    first, last = start.isocalendar(), end.isocalendar()
    if first.year != last.year:
        return f"uge {first.week} {first.year} – uge {last.week} {last.year}"
    return f"uge {first.week}" if first.week == last.week else f"uge {first.week}-{last.week}"


def count(number: int, singular: str, plural: str) -> str:
    """1 milepæl, 3 milepæle"""
    return f"{number} {singular if number == 1 else plural}"


def join(parts: Sequence[str]) -> str:
    """a, b og c"""
    return " og ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def relative_days(working_days: int) -> str:
    """How far a day lies from today, in working days: i dag, om 3 arbejdsdage, for 2 arbejdsdage siden."""
    if working_days == 0:
        return "i dag"
    amount = count(abs(working_days), "arbejdsdag", "arbejdsdage")
    return f"om {amount}" if working_days > 0 else f"for {amount} siden"


def unbroken(text: str) -> str:
    """The text with a no-break space after each §: it is never parted from its number at the end of a line."""
    return re.sub(r"(§+) ", "\\1\u00a0", text)
