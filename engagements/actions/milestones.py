"""Verbs of a single milestone: add, edit, meet, drop, reopen, delete. Each is one change set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from engagements import reminders, schedule
from engagements.actions import changes, postponing
from engagements.actions.changes import Edit
from engagements.models import ChangeSet, Engagement, Milestone, MilestonePurpose
from engagements.plan import pairs
from engagements.states import MILESTONE_MOVES, ChangeKind, Edge, MilestoneState, Mode, Purpose

# What a person may change in a form; dates are moved, states have verbs of their own.
EDITABLE = ("subject", "note", "phase", "party", "counterpart", "kind", "optional", "place", "expected_count")


@transaction.atomic
def add(*, engagement: Engagement, values: dict[str, Any], purpose: str, by: User) -> Milestone:
    """A new milestone; `values` holds the EDITABLE fields, occurrences, precision, source_text and, if wanted, mode and anchor."""
    changes.lock(engagement, by=by)
    hangs_on = (values.pop("mode", Mode.FIXED), values.pop("anchor", None))
    milestone = Milestone(engagement=engagement, position=changes.next_position(engagement), baseline=values["occurrences"], **values)
    _hang(milestone, *hangs_on)
    edit = Edit(milestone, purposes=_purposes(engagement, milestone, purpose))
    changes.write(engagement=engagement, kind=ChangeKind.ADD, summary=f"Tilføjet: {milestone.subject}", edits=[edit], by=by)
    return milestone


@transaction.atomic
def edit(*, milestone: Milestone, values: dict[str, Any], purpose: str, by: User, plan_number: int | None = None) -> ChangeSet:
    """Change what a milestone says (EDITABLE) and what its date follows (mode, anchor); the date itself is moved with `moving.move`."""
    engagement = _read_anew(milestone, by=by, plan_number=plan_number)
    for name in EDITABLE:
        setattr(milestone, name, values[name])
    if (values["mode"], values["anchor"]) != (milestone.mode, milestone.anchor):
        _hang(milestone, values["mode"], values["anchor"])
    now = [row.purpose for row in milestone.purposes.all()] or [Purpose.OTHER]
    # A bundled milestone keeps its purposes unless a single other one is chosen.
    purposes = None if purpose in now else _purposes(engagement, milestone, purpose)
    return changes.write(
        engagement=milestone.engagement,
        kind=ChangeKind.EDIT,
        summary=f"Ændret: {milestone.subject}",
        edits=[Edit(milestone, purposes=purposes)],
        by=by,
    )


@transaction.atomic
def meet(*, milestone: Milestone, on: date, reason: str, by: User) -> ChangeSet:
    """A consultant says that it is met, with a reason (domain rule 17). `on` is the day it was met, not after today."""
    changes.lock(milestone.engagement, by=by)
    if on > timezone.localdate():
        raise Refused("Datoen ligger i fremtiden. En milepæl kan først være opfyldt, når den er det.")
    if not reason:
        raise Refused("Skriv, hvordan milepælen er opfyldt.")
    return move(milestone, to=MilestoneState.MET, by=by, reason=reason, met_at=on)


@transaction.atomic
def drop(*, milestone: Milestone, reason: str, by: User) -> ChangeSet:
    """The milestone no longer counts; it stays readable with its reason."""
    if not reason:
        raise Refused("Skriv, hvorfor milepælen bortfalder.")
    return move(milestone, to=MilestoneState.DROPPED, by=by, reason=reason)


@transaction.atomic
def reopen(*, milestone: Milestone, reason: str, by: User) -> ChangeSet:
    """A met or dropped milestone counts again."""
    return move(milestone, to=MilestoneState.OPEN, by=by, reason=reason)


@transaction.atomic
def move(milestone: Milestone, *, to: MilestoneState, by: User, reason: str = "", met_at: date | None = None) -> ChangeSet:
    """The one gate through which a milestone changes state; `met_at` is the day on which it was met."""
    _read_anew(milestone, by=by)
    if to not in MILESTONE_MOVES[MilestoneState(milestone.state)]:
        raise Refused(f"Milepælen er allerede {milestone.get_state_display().lower()}.")
    milestone.state, milestone.state_reason = to, reason
    milestone.met_at, milestone.met_by = met_at, by if met_at else None
    kinds = {MilestoneState.MET: ChangeKind.MEET, MilestoneState.DROPPED: ChangeKind.DROP, MilestoneState.OPEN: ChangeKind.REOPEN}
    return changes.write(
        engagement=milestone.engagement,
        kind=kinds[to],
        summary=f"{kinds[to].label}: {milestone.subject}",
        edits=[Edit(milestone, unmeet=to == MilestoneState.OPEN)],
        by=by,
        reason=reason,
    )


@transaction.atomic
def delete(*, milestone: Milestone, reason: str, by: User) -> ChangeSet:
    """Remove a milestone that should never have been there; those that followed it keep their dates as fixed ones."""
    _read_anew(milestone, by=by)
    if milestone.state == MilestoneState.MET:
        raise Refused("En opfyldt milepæl kan ikke slettes. Genåbn den først.")
    edits = [Edit(milestone, delete=True)]
    for follower in milestone.followers.all():
        follower.mode, follower.anchor = Mode.FIXED, None
        edits.append(Edit(follower, why="Fulgte en milepæl, der er slettet"))
    return changes.write(
        engagement=milestone.engagement, kind=ChangeKind.DELETE, summary=f"Slettet: {milestone.subject}", edits=edits, by=by, reason=reason
    )


@transaction.atomic
def meet_purpose(*, engagement: Engagement, purpose: Purpose, sequence: int = 1, by: User) -> None:
    """The delivery itself meets the milestone (domain rule 17): called by the app in which it happens.

    A bundled milestone is met when all its purposes are. Does nothing when the plan has no such open purpose, so that
    a delivery never fails because of the plan.
    """
    locked = Engagement.objects.select_for_update().get(pk=engagement.pk)
    found = (
        MilestonePurpose.objects.filter(engagement=locked, purpose=purpose, sequence=sequence, dropped=False, met_at__isnull=True)
        .select_related("milestone")
        .first()
    )
    if found is None:
        return
    today, milestone = timezone.localdate(), found.milestone
    found.met_at, found.met_by = today, by
    found.save(update_fields=["met_at", "met_by"])
    audit.record(
        by=by, verb="milestone.met_by_delivery", target=milestone, scope=locked.scope, changes={str(found): [None, today.isoformat()]}
    )
    if milestone.state == MilestoneState.OPEN and not milestone.purposes.filter(met_at__isnull=True).exists():
        milestone.state, milestone.met_at, milestone.met_by, milestone.state_reason = MilestoneState.MET, today, by, "Opfyldt ved levering"
        milestone.save()
        postponing.met(milestone, by)
        reminders.reconcile([locked])


def _hang(milestone: Milestone, mode: Mode, anchor: Milestone | None) -> None:
    """Let the date follow `anchor` (None = the plan's start) at the distance it has now, or stand fixed. Refuses a circle."""
    milestone.mode, milestone.anchor, milestone.not_before, milestone.weekday = mode, None, None, None
    if mode == Mode.FIXED:
        return
    if not milestone.occurrences or (anchor is not None and not anchor.occurrences):
        raise Refused("En dato kan kun følge en anden, når begge har en dato.")
    if anchor is not None and hangs_on(anchor, milestone):
        raise Refused(f"»{anchor.subject}« følger selv »{milestone.subject}«. Vælg en anden milepæl at følge.")
    counted_from = pairs(anchor.occurrences) if anchor else milestone.engagement.starts_on
    milestone.anchor = anchor
    milestone.offset, milestone.unit, milestone.plus_days = schedule.own_lag(
        pairs(milestone.occurrences), counted_from, Edge(milestone.edge)
    )
    milestone.not_before = milestone.occurrences[0][0] if mode == Mode.NOT_BEFORE else None


def hangs_on(milestone: Milestone | None, other: Milestone) -> bool:
    """Whether the milestone is the other one or follows it, directly or through others."""
    while milestone is not None:
        if milestone == other:
            return True
        milestone = milestone.anchor
    return False


def _read_anew(milestone: Milestone, *, by: User, plan_number: int | None = None) -> Engagement:
    """Lock the plan, and read the milestone as it is now: somebody may have changed it since the person's page was loaded."""
    seen = milestone.engagement
    engagement = changes.lock(seen, by=by, plan_number=plan_number)
    try:
        milestone.refresh_from_db()
    except Milestone.DoesNotExist:
        raise Refused(changes.SOMEBODY_ELSE) from None
    milestone.engagement = seen
    return engagement


def _purposes(engagement: Engagement, milestone: Milestone, purpose: str) -> Sequence[tuple[str, int]]:
    """The purpose with the next free number; *Andet* has none."""
    if purpose == Purpose.OTHER:
        return []
    taken = MilestonePurpose.objects.filter(engagement=engagement, purpose=purpose, dropped=False).exclude(milestone_id=milestone.pk)
    return [(purpose, max([row.sequence for row in taken], default=0) + 1)]
