"""What the schedule engine reads and returns: frozen rows, without database, clock or request (docs/adr/0003-schedule.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engagements.states import DAY_PRECISIONS, Edge, Kind, Mode, Party, Phase, Precision, Purpose, Unit, WarningCode

Occurrences = tuple[tuple[date, date], ...]  # first and last day of each occurrence, in order
Remark = tuple[WarningCode, str]


class CycleError(ValueError):
    """The rows cannot be dated: they count from each other, or from a row that is not there. The message is for the user, in Danish."""


@dataclass(frozen=True, slots=True)
class TemplateItem:
    """One row of a plan template; the keys are explained in catalogue/plan_templates.toml."""

    key: str
    subject: str
    kind: Kind
    phase: Phase = Phase.ANALYSIS
    block: str = ""
    party: Party = Party.UNKNOWN
    counterpart: str = ""
    purposes: tuple[Purpose, ...] = (Purpose.OTHER,)
    optional: bool = False
    place: str = ""
    expected_count: int | None = None
    mode: Mode = Mode.RELATIVE
    anchor: str = ""
    edge: Edge = Edge.START
    offset: int = 0
    unit: Unit = Unit.DAYS
    plus_days: int = 0
    length: int = 1
    length_unit: Unit = Unit.DAYS
    weekday: int | None = None
    not_before_month: int | None = None
    not_before_months: int | None = None
    not_before_days: int = 0
    every_weeks: int | None = None
    until: str = ""
    only_if: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """One dated row of a generated plan. `anchor` None means the plan's start; `moved` says the calendar or the order moved it."""

    item: TemplateItem
    sequence: int  # 1, or the number of a repeated row
    position: int  # place in the whole plan, from 0
    subject: str
    purposes: tuple[tuple[Purpose, int], ...]  # each with its number within the plan
    occurrences: Occurrences
    precision: Precision
    mode: Mode
    anchor: str | None
    edge: Edge
    offset: int
    unit: Unit
    plus_days: int
    weekday: int | None
    not_before: date | None
    reasons: tuple[str, ...]
    moved: bool

    @property
    def key(self) -> str:
        return self.item.key

    @property
    def kind(self) -> Kind:
        return self.item.kind

    @property
    def block(self) -> str:
        return self.item.block


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One row of a running plan. `key` is any unique text; `anchor` None means the plan's start.

    `locked`: met or dropped, never moved. `dropped`: it counts neither in the order nor in clashes, but the rows
    that hang on it still follow the date it would have had.
    """

    key: str
    subject: str
    kind: Kind
    occurrences: Occurrences
    precision: Precision = Precision.DAY
    purposes: tuple[Purpose, ...] = ()
    mode: Mode = Mode.RELATIVE
    anchor: str | None = None
    edge: Edge = Edge.START
    offset: int = 0
    unit: Unit = Unit.DAYS
    plus_days: int = 0
    weekday: int | None = None
    not_before: date | None = None
    block: str = ""
    position: int = 0
    locked: bool = False
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a shift does to one row. `proposal`: a better date for the row the user moved, when the chosen one is a poor day."""

    key: str
    old: Occurrences
    new: Occurrences
    reasons: tuple[str, ...] = ()
    clashes: tuple[str, ...] = ()
    proposal: Occurrences | None = None


def template_item(row: Mapping[str, Any]) -> TemplateItem:
    """A template row from plain data (a catalogue file or a database row's values); absent and None keys take the defaults."""
    values = {key: value for key, value in row.items() if value is not None}
    for name, kind in _ENUMS.items():
        if name in values:
            values[name] = kind(values[name])
    if "purposes" in values:
        values["purposes"] = tuple(Purpose(purpose) for purpose in values["purposes"])
    return TemplateItem(**values)


_ENUMS = {"kind": Kind, "phase": Phase, "party": Party, "mode": Mode, "edge": Edge, "unit": Unit, "length_unit": Unit}


def by_days(precision: Precision) -> bool:
    """Whether the row is a matter of single days; weeks and longer keep whole weeks, months or quarters."""
    return precision in DAY_PRECISIONS


def first_day(occurrences: Occurrences) -> date:
    return min(start for start, _ in occurrences)


def last_day(occurrences: Occurrences) -> date:
    return max(end for _, end in occurrences)


def edge_day(occurrences: Occurrences, edge: Edge) -> date:
    """The day an offset counts from."""
    return last_day(occurrences) if edge == Edge.END else first_day(occurrences)
