"""The running plan as the schedule engine reads it: rows of the database to frozen items and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from engagements.models import Engagement, Milestone
from engagements.plan_items import Occurrences, PlanItem
from engagements.states import Edge, Kind, MilestoneState, Mode, Precision, Purpose, Unit


def milestones_of(engagement: Engagement) -> list[Milestone]:
    """All milestones in plan order with their purposes: two queries."""
    return list(engagement.milestones.order_by("position", "pk").prefetch_related("purposes"))


def items_of(milestones: Iterable[Milestone]) -> list[PlanItem]:
    """The milestones as the engine's items; the key is the milestone's id as text."""
    return [_item(milestone) for milestone in milestones]


def pairs(occurrences: list[list[date]]) -> Occurrences:
    """Stored dates as the engine's tuples."""
    return tuple((first, last) for first, last in occurrences)


def lists(occurrences: Occurrences) -> list[list[date]]:
    """The engine's tuples as stored dates."""
    return [[first, last] for first, last in occurrences]


def _item(milestone: Milestone) -> PlanItem:
    return PlanItem(
        key=str(milestone.pk),
        subject=milestone.subject,
        kind=Kind(milestone.kind),
        occurrences=pairs(milestone.occurrences),
        precision=Precision(milestone.precision),
        purposes=tuple(Purpose(row.purpose) for row in milestone.purposes.all()),
        mode=Mode(milestone.mode),
        anchor=str(milestone.anchor_id) if milestone.anchor_id else None,
        edge=Edge(milestone.edge),
        offset=milestone.offset,
        unit=Unit(milestone.unit),
        plus_days=milestone.plus_days,
        weekday=milestone.weekday,
        not_before=milestone.not_before,
        block=milestone.block,
        position=milestone.position,
        locked=milestone.state != MilestoneState.OPEN,
        dropped=milestone.state == MilestoneState.DROPPED,
    )
