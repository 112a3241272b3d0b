"""When whom is reminded of what: the ladder of each kind of milestone as data, and what follows from it on a day. Pure: no clock.

Everything is counted in dates and working days (decision 22: nobody is reminded of a date that lay in the past when it was set;
decision 25: unique steps; domain rules 15-17: optional milestones are never chased, reminders go to those who answer and stop when
it is met). A reminder goes out at 08.00 local time, whichever way the clock was turned that night.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from engagements.calendar import add_working_days
from engagements.states import DEADLINE_KINDS, EVENT_KINDS, PERIOD_KINDS, Edge, Kind

HOUR = time(8, tzinfo=ZoneInfo("Europe/Copenhagen"))
# Rows are made no longer ahead than this: a plan of two years shall not be rewritten each time a person changes role.
HORIZON = timedelta(days=60)


class Audience(StrEnum):
    """To whom a step goes."""

    OWING = "owing"  # those who answer for the milestone
    TAKING_PART = "taking_part"  # the role holders of both parties
    LEAD = "lead"  # the lead consultant
    LEADERS = "leaders"  # the municipality's leaders, where the municipality owes


@dataclass(frozen=True)
class Step:
    """A rung: `days` working days after (before, when negative) one end of the milestone's dates. `label` stands in lists."""

    key: str
    days: int
    to: Audience
    label: str
    edge: Edge = Edge.END

    def day(self, due_on: date) -> date:
        return _counted(due_on, self.days)


@lru_cache(maxsize=16_384)
def _counted(due_on: date, days: int) -> date:
    return add_working_days(due_on, days)


_BEFORE_END = Step("before-7", -7, Audience.OWING, "7 arbejdsdage før")
_CHASED = (
    Step("before-14", -14, Audience.OWING, "14 arbejdsdage før"),
    _BEFORE_END,
    Step("before-1", -1, Audience.OWING, "1 arbejdsdag før"),
    Step("on-day", 0, Audience.OWING, "På dagen"),
    Step("after-2", 2, Audience.OWING, "2 arbejdsdage efter"),
    Step("after-5", 5, Audience.OWING, "5 arbejdsdage efter"),
    Step("lead-7", 7, Audience.LEAD, "7 arbejdsdage efter, til projektlederen"),
    Step("leaders-10", 10, Audience.LEADERS, "10 arbejdsdage efter, til kommunens ledelse"),
)
_EVENT = (
    Step("first-7", -7, Audience.TAKING_PART, "7 arbejdsdage før", Edge.START),
    Step("first-1", -1, Audience.TAKING_PART, "1 arbejdsdag før", Edge.START),
    Step("held-2", 2, Audience.LEAD, "2 arbejdsdage efter, til projektlederen"),
)
LADDERS: dict[Kind, tuple[Step, ...]] = {
    **dict.fromkeys(DEADLINE_KINDS, _CHASED),
    **dict.fromkeys(EVENT_KINDS, _EVENT),
    **dict.fromkeys(PERIOD_KINDS, (_BEFORE_END,)),
}
STEPS: dict[str, Step] = {step.key: step for steps in LADDERS.values() for step in steps}


@dataclass(frozen=True)
class Facts:
    """What the ladder must know of a milestone. `paused_until`: nobody is reminded up to and including that day."""

    kind: Kind
    is_open: bool
    optional: bool
    starts_on: date | None
    ends_on: date | None
    dated_on: date
    paused_until: date | None = None

    def due_on(self, step: Step) -> date | None:
        """The date that the step counts from."""
        return self.starts_on if step.edge == Edge.START else self.ends_on


@dataclass(frozen=True)
class Wanted:
    """A reminder that there should be: its key beside the milestone, and the day on which it goes out."""

    due_on: date
    step: str
    recipient: int
    day: date

    @property
    def key(self) -> tuple[date, str, int]:
        return self.due_on, self.step, self.recipient


Holders = Mapping[Audience, frozenset[int]]


def true_of(facts: Facts, holders: Holders) -> Iterator[Wanted]:
    """Every reminder that the milestone's dates and people give, whenever its day is, but for days of a pause."""
    if not facts.is_open or facts.optional or facts.ends_on is None or facts.ends_on < facts.dated_on:
        return
    for step in LADDERS[facts.kind]:
        due_on = facts.due_on(step)
        if due_on is None:
            continue
        day = step.day(due_on)
        if facts.paused_until is None or day > facts.paused_until:
            yield from (Wanted(due_on, step.key, recipient, day) for recipient in holders.get(step.to, ()))


def wanted(facts: Facts, holders: Holders, today: date) -> set[Wanted]:
    """The reminders to be made on `today`: none whose day has gone by, none beyond the horizon."""
    return {one for one in true_of(facts, holders) if today <= one.day <= today + HORIZON}


def order_of(step: str) -> int:
    """Which step of the same date comes first; a step that no longer exists before all others."""
    return STEPS[step].days if step in STEPS else -1000


def at_eight(day: date) -> datetime:
    """08.00 local time on the day."""
    return datetime.combine(day, HOUR)


def is_before_due(step: Step) -> bool:
    """Whether the step comes before its date or on it: such a mail is worth nothing afterwards."""
    return step.days <= 0
