"""*Opgaver* and *Min uge*: what accounts.obligations gathers from every app, under the headings of each page. Pure but for one read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from accounts import danish, obligations
from accounts.models import User
from accounts.obligations import Obligation
from engagements.overview import away

AHEAD = timedelta(days=30)
FOLDED_FROM = 6  # so many rows of what is far away or over are folded
OVERDUE, THIS_WEEK, SOON, LATER, DONE = "Overskredet", "Denne uge", "Næste 30 dage", "Senere", "Gennemført"
WAITING, COLLEAGUES = "I venter på", "Hos kolleger"


@dataclass(frozen=True)
class TaskRow:
    """A task as a line: how far away it is, and how it stands (no badge says that it simply lies ahead)."""

    task: Obligation
    when: str
    badge: str
    variant: str


@dataclass(frozen=True)
class TaskGroup:
    """Tasks under a heading; `folded` ones open with a click."""

    name: str
    rows: list[TaskRow]
    folded: bool = False

    @property
    def shows_party(self) -> bool:
        """Whether it has to be said who owes each."""
        return self.name == WAITING


@dataclass(frozen=True)
class Tasks:
    """*Opgaver* of a municipality: what is next, what they owe, what they wait for, and what comes where nothing is owed."""

    next: TaskRow | None
    groups: list[TaskGroup]
    waiting: list[TaskRow]
    coming: Obligation | None
    has_open: bool


@dataclass(frozen=True)
class Week:
    """*Min uge* of somebody on teams; `coming` is what is next of all."""

    overdue: list[TaskGroup]
    own: list[TaskRow]
    meetings: list[TaskRow]
    weeks: str
    folds: list[TaskGroup]  # Senere, Hos kolleger, I venter på; those that hold something
    coming: Obligation | None


def tasks(user: User, today: date, scope: UUID | None = None) -> Tasks:
    """What the person's municipality owes, by urgency; only of one engagement when its `scope` is given."""
    found = _of(user, today, scope)
    ours = [one for one in found if one.is_own or one.of_colleague]
    others = [one for one in found if not (one.is_own or one.of_colleague) and one.met_on is None]
    still = [one for one in ours if one.met_on is None]
    ahead = [one for one in still if not one.optional and one.due_on and one.due_on >= today]
    waiting = [one for one in others if _day(one, today) <= today + AHEAD]
    return Tasks(
        next=_row(ahead[0], today) if ahead else None,
        groups=_by_urgency(ours, today),
        waiting=_rows(waiting, today),
        coming=_coming(found, today),
        has_open=bool(still),
    )


def week(user: User, today: date, scope: UUID | None = None) -> Week:
    """What needs somebody on teams: late with the municipality, their own, the meetings of two weeks, and what they wait for."""
    found = [one for one in _of(user, today, scope) if one.met_on is None]
    monday = today - timedelta(days=today.weekday())
    two_weeks = monday + timedelta(days=13)
    meetings = [one for one in found if one.is_meeting and one.due_on and not is_overdue(one, today) and _day(one, today) <= two_weeks]
    rest = [one for one in found if one not in meetings]
    late = [one for one in rest if one.of_municipality and not one.is_own and is_overdue(one, today)]
    own = [one for one in rest if one.is_own]
    near = [one for one in own if _day(one, today) <= today + AHEAD]
    waiting = [one for one in rest if not one.is_own and not one.of_colleague and one not in late and _day(one, today) <= today + AHEAD]
    folds = {WAITING: waiting, COLLEAGUES: [one for one in rest if one.of_colleague], LATER: [one for one in own if one not in near]}
    return Week(
        overdue=_by_municipality(late, today),
        own=_rows(near, today),
        meetings=_rows(meetings, today),
        weeks=f"{danish.week(monday)} og {two_weeks.isocalendar().week}",
        folds=[_group(name, rows, today) for name, rows in folds.items() if rows],
        coming=_coming(found, today),
    )


def handed(user: User, today: date) -> list[TaskGroup]:
    """What an employee of a municipality has been given, by urgency."""
    return _by_urgency([one for one in obligations.of(user, today) if one.is_own], today)


def is_overdue(one: Obligation, today: date) -> bool:
    """Late and still open; what is optional never is (domain rule 15)."""
    return one.met_on is None and not one.optional and one.due_on is not None and one.due_on < today


def _of(user: User, today: date, scope: UUID | None) -> list[Obligation]:
    return [one for one in obligations.of(user, today) if scope is None or one.scope_id == scope]


def _day(one: Obligation, today: date) -> date:
    """The day that a task is listed by: its next first day, or its last once it has begun; one without a date comes last."""
    if one.due_on is None:
        return date.max
    return one.starts_on if one.starts_on and one.starts_on >= today else one.due_on


def _by_urgency(found: Sequence[Obligation], today: date) -> list[TaskGroup]:
    """Late ones first, then by time, then what is done; empty headings are left out."""
    groups: dict[str, list[Obligation]] = {name: [] for name in (OVERDUE, THIS_WEEK, SOON, LATER, DONE)}
    for one in found:
        groups[_heading(one, today)].append(one)
    groups[DONE].sort(key=lambda one: one.met_on or today, reverse=True)
    return [_group(name, rows, today) for name, rows in groups.items() if rows]


def _heading(one: Obligation, today: date) -> str:
    sunday = today + timedelta(days=6 - today.weekday())
    if one.met_on is not None:
        return DONE
    if is_overdue(one, today):
        return OVERDUE
    day = _day(one, today)
    return THIS_WEEK if day <= sunday else SOON if day <= today + AHEAD else LATER


def _by_municipality(found: Iterable[Obligation], today: date) -> list[TaskGroup]:
    ordered = sorted(found, key=lambda one: (one.municipality, one.due_on or today))
    return [TaskGroup(name, [_row(one, today) for one in rows]) for name, rows in groupby(ordered, key=lambda one: one.municipality)]


def _group(name: str, found: Sequence[Obligation], today: date) -> TaskGroup:
    rows = [_row(one, today) for one in found] if name == DONE else _rows(found, today)
    return TaskGroup(name, rows, folded=name not in (OVERDUE, THIS_WEEK, SOON) and len(rows) >= FOLDED_FROM)


def _rows(found: Iterable[Obligation], today: date) -> list[TaskRow]:
    return [_row(one, today) for one in sorted(found, key=lambda one: (_day(one, today), one.municipality, one.key))]


def _row(one: Obligation, today: date) -> TaskRow:
    if one.met_on is not None:
        return TaskRow(one, danish.short_date(one.met_on), DONE, "done")
    if is_overdue(one, today):
        return TaskRow(one, away(one.due_on or today, today), OVERDUE, "error")
    if one.due_on == today:
        return TaskRow(one, "", "I dag", "warning")
    if one.starts_on and one.due_on and one.starts_on <= today <= one.due_on:
        return TaskRow(one, f"slutter {away(one.due_on, today)}", "I gang", "info")
    return TaskRow(one, away(_day(one, today), today) if one.due_on else "", "", "neutral")


def _coming(found: Iterable[Obligation], today: date) -> Obligation | None:
    """What is next of all, whoever owes it."""
    ahead = [one for one in found if one.met_on is None and one.due_on and one.due_on >= today]
    return min(ahead, key=lambda one: _day(one, today), default=None)
