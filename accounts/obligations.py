"""What people owe, gathered from every app: *Opgaver* and *Min uge* show it. Derived from what is open, never typed or stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from accounts.models import User


@dataclass(frozen=True)
class Obligation:
    """One line of a list of tasks.

    `verb` begins with what to do ("Indsend 20 sager"); `url` is the page where it is done; `due_on` None = no date yet; `is_own` =
    the person (or, when nobody is named, their party) answers for it, else they wait for somebody; `met_on` is set on what is done.
    """

    key: str
    verb: str
    url: str
    place: str  # the engagement or application, in words
    municipality: str
    due_on: date | None
    dates: str  # as people write them, with weekday
    weeks: str
    responsible: str
    is_own: bool
    optional: bool = False
    starts_on: date | None = None
    met_on: date | None = None
    note: str = ""


# A finder gives everything open of one person on a day, and what was met in the last 30 days.
Finder = Callable[[User, date], list[Obligation]]
FINDERS: list[Finder] = []


def register(finder: Finder) -> None:
    """Add an app's open tasks; called once in its AppConfig.ready."""
    if finder not in FINDERS:
        FINDERS.append(finder)


def of(user: User, today: date) -> list[Obligation]:
    """Everything that the person owes or waits for, in order of dates; those without a date last."""
    found = [one for finder in FINDERS for one in finder(user, today)]
    return sorted(found, key=lambda one: (one.due_on is None, one.due_on or today, one.municipality, one.key))
