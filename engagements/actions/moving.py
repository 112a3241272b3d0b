"""Moving a date: a preview of every consequence, then all, only this, or nothing."""

from __future__ import annotations

from django.db import transaction

from accounts.danish import count
from accounts.models import User
from accounts.refusal import Refused
from engagements import schedule
from engagements.actions import changes
from engagements.actions.changes import Edit
from engagements.expressions import write as write_dates
from engagements.models import ChangeSet, Milestone
from engagements.plan import items_of, lists, milestones_of, pairs
from engagements.plan_items import Consequence, Occurrences
from engagements.states import ChangeKind, Edge, MilestoneState, Mode, Precision


def require_open(milestone: Milestone) -> None:
    """Raise Refused unless the milestone is open: what is met or dropped keeps its date."""
    if milestone.state != MilestoneState.OPEN:
        raise Refused("Kun en åben milepæl kan flyttes. Genåbn den først.")


def preview(*, milestone: Milestone, occurrences: Occurrences) -> list[Consequence]:
    """What happens when the open milestone gets new dates: itself first, then everything that follows it."""
    require_open(milestone)
    engagement = milestone.engagement
    return schedule.shift(items_of(milestones_of(engagement)), engagement.starts_on, str(milestone.pk), occurrences)


@transaction.atomic
def move(
    *,
    milestone: Milestone,
    occurrences: Occurrences,
    precision: Precision,
    source_text: str,
    with_followers: bool,
    reason: str,
    by: User,
    plan_number: int,
) -> ChangeSet:
    """Accept a previewed move as one change set, with or without what follows.

    The moved milestone keeps its anchor at its new distance. Without its followers, these keep their dates and get a new
    distance too, so that the next move counts from the plan as it is. Raises Refused when the plan changed after `plan_number`.
    """
    changes.lock(milestone.engagement, by=by, plan_number=plan_number)
    if not occurrences:
        raise Refused("Skriv en dato eller en periode. »Løbende« kan ikke flyttes til.")
    rows = {row.pk: row for row in milestones_of(milestone.engagement)}
    target = rows[milestone.pk]
    consequences = preview(milestone=target, occurrences=occurrences)
    if not target.occurrences:
        target.baseline = lists(occurrences)
    target.precision, target.source_text, target.adjusted_because = precision, source_text[:300], ""
    target.occurrences = lists(occurrences)
    _keep_distance(target, rows)
    edits = [Edit(target, why="Valgt dato")]
    if with_followers:
        edits += [_followed(rows[int(hit.key)], hit) for hit in consequences[1:] if hit.new != hit.old]
    else:
        edits += _left_standing(target, rows)
    moved = len(edits) if with_followers else 1
    summary = f"{count(moved, 'dato', 'datoer')} flyttet: {target.subject} til {write_dates(occurrences, precision)}"
    return changes.write(engagement=milestone.engagement, kind=ChangeKind.MOVE, summary=summary, edits=edits, by=by, reason=reason)


def _followed(milestone: Milestone, hit: Consequence) -> Edit:
    milestone.occurrences = lists(hit.new)
    milestone.adjusted_because = "; ".join(hit.reasons)[:300]
    return Edit(milestone, why="; ".join(hit.reasons) or "Følger med")


def _left_standing(target: Milestone, rows: dict[int, Milestone]) -> list[Edit]:
    """The direct followers, standing where they stood at a new distance."""
    followers = [row for row in rows.values() if row.anchor_id == target.pk and row.is_open and row.occurrences]
    for follower in followers:
        _keep_distance(follower, rows)
    return [Edit(follower, why="Lod stå; afstanden er regnet om") for follower in followers]


def _keep_distance(milestone: Milestone, rows: dict[int, Milestone]) -> None:
    """Rewrite how far the milestone lies from its anchor, in days, so that its present date comes out."""
    if milestone.mode == Mode.FIXED:
        return
    anchor = rows.get(milestone.anchor_id or 0)
    if anchor is not None and not anchor.occurrences:
        return
    counted_from = pairs(anchor.occurrences) if anchor else milestone.engagement.starts_on
    milestone.offset, milestone.unit, milestone.plus_days = schedule.own_lag(
        pairs(milestone.occurrences), counted_from, Edge(milestone.edge)
    )
    milestone.mode, milestone.not_before, milestone.weekday = Mode.RELATIVE, None, None
