"""What people owe, gathered from every app: *Opgaver* and *Min uge* show it. Derived from what is open, never typed or stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.models import User


@dataclass(frozen=True)
class Obligation:
    """One line of a list of tasks.

    `verb` begins with what to do ("Indsend 20 sager"); `url` is the page where it is done, `action` what its button says; `due_on`
    None = no date yet; `starts_on` the first day of what comes next of it; `is_own` = the person (or, when nobody is named, their
    party) answers for it; `of_colleague` = their party owes it, but a colleague is named; neither = they wait for somebody;
    `met_on` is set on what is done. An address that is "" is a way that the person does not have.
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
    action: str = "Åbn opgaven"
    scope_id: UUID | None = None  # of the engagement or application
    party: str = ""  # who owes it, in words
    of_municipality: bool = False  # the municipality alone owes it
    of_colleague: bool = False
    is_meeting: bool = False
    delegate_url: str = ""
    meet_url: str = ""


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
