"""The one way a timetable changes: as a change set that keeps every milestone's before and after, and can be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from engagements import access, reminders
from engagements.actions import telling
from engagements.models import ChangeSet, Engagement, Milestone, MilestoneChange, MilestonePurpose
from engagements.states import ChangeKind, MilestoneState

# Fields of a milestone that a change set remembers; the rest are keys or computed by the database.
PLAIN = (
    "position", "subject", "note", "phase", "block", "party", "counterpart", "kind", "optional", "place", "expected_count",
    "source_text", "precision", "adjusted_because", "mode", "anchor_id", "edge", "offset", "unit", "plus_days", "weekday", "state",
    "state_reason", "met_by_id",
)  # fmt: skip
DATES = ("not_before", "met_at", "dated_on")
PERIODS = ("occurrences", "baseline")
SOMEBODY_ELSE = "Tidsplanen er ændret af en anden, siden du åbnede siden. Se den nye tidsplan igennem, og prøv igen."
PURPOSE_TAKEN = "Forløbet har allerede en åben milepæl med formålet. Vælg et andet formål, eller lad den anden bortfalde først."

Snapshot = dict[str, Any]
# What else a change of a plan means, asked in its transaction. Registered in AppConfig.ready, since their verbs stand on these.
AfterWrite = Callable[[ChangeSet, Sequence[MilestoneChange], User], None]
BeforeUndo = Callable[[ChangeSet, User], None]
AfterUndo = Callable[[ChangeSet, Sequence[MilestoneChange], User], None]
AFTER_WRITE: list[AfterWrite] = []
BEFORE_UNDO: list[BeforeUndo] = []
AFTER_UNDO: list[AfterUndo] = []


@dataclass
class Edit:
    """A milestone as it shall be. `purposes` None leaves them; `delete` removes it; `unmeet` takes back what was met; `why` is history."""

    milestone: Milestone
    purposes: Sequence[tuple[str, int]] | None = None
    why: str = ""
    delete: bool = False
    unmeet: bool = False


def register(after_write: AfterWrite, before_undo: BeforeUndo, after_undo: AfterUndo | None = None) -> None:
    """Add what follows from changes of plans; called once in an AppConfig.ready."""
    AFTER_WRITE.append(after_write)
    BEFORE_UNDO.append(before_undo)
    if after_undo:
        AFTER_UNDO.append(after_undo)


def lock(engagement: Engagement, *, by: User, plan_number: int | None = None) -> Engagement:
    """Lock the engagement for a change of its timetable and check right, state and that nobody was first.

    `plan_number` is the number that the person saw; None when nothing was shown beforehand. Call inside a transaction.
    """
    locked = Engagement.objects.select_for_update().get(pk=engagement.pk)
    access.require_engagement(by, access.PLAN, locked)
    if plan_number is not None and plan_number != locked.plan_number:
        raise Refused(SOMEBODY_ELSE)
    return locked


@transaction.atomic
def write(
    *,
    engagement: Engagement,
    kind: ChangeKind,
    summary: str,
    edits: Sequence[Edit],
    by: User,
    reason: str = "",
    plan_number: int | None = None,
) -> ChangeSet:
    """Save all edits as one change set with before and after of each, raise the plan's number, and write the history.

    Raises Refused when somebody changed the plan after `plan_number`, or a purpose is already taken by another milestone.
    """
    locked = lock(engagement, by=by, plan_number=plan_number)
    before = _before(edits)
    try:
        with transaction.atomic():
            _save(locked, edits, before)
    except IntegrityError as error:
        if "milestone_purpose_unique" not in str(error):
            raise
        raise Refused(PURPOSE_TAKEN) from None
    change_set = ChangeSet.objects.create(engagement=locked, kind=kind, summary=summary[:300], reason=reason, by=by)
    rows = _remember(change_set, edits, before)
    _raise_number(engagement, locked)
    audit.record(by=by, verb=f"timetable.{kind}", target=locked, scope=locked.scope, changes=_dates_moved(rows), reason=reason)
    telling.tell_moved(change_set, rows, by=by)
    for after_write in AFTER_WRITE:
        after_write(change_set, rows, by)
    gone = [edit.milestone.pk for edit in edits if edit.delete]
    reminders.cancel_of(gone, reminders.DELETED)
    for key in gone:
        Milestone.objects.filter(pk=key).delete()
    reminders.reconcile([locked])
    return change_set


def _remember(change_set: ChangeSet, edits: Sequence[Edit], before: dict[int, Snapshot]) -> list[MilestoneChange]:
    """Keep before and after of each milestone that the edits changed."""
    after = snapshots(edit.milestone.pk for edit in edits if not edit.delete)
    rows = []
    for edit in edits:
        key = edit.milestone.pk
        if before.get(key) != after.get(key):
            rows.append(
                MilestoneChange(change_set=change_set, milestone_id=key, before=before.get(key), after=after.get(key), why=edit.why[:300])
            )
    return MilestoneChange.objects.bulk_create(rows)


def last_accepted(engagement: Engagement) -> ChangeSet | None:
    """The change set that *Fortryd* would undo; the opening of the plan itself cannot be undone."""
    found = engagement.change_sets.accepted().first()
    return found if found and found.kind != ChangeKind.CREATE else None


@transaction.atomic
def undo(*, change_set: ChangeSet, by: User) -> None:
    """Put every milestone of the change set back exactly as it was. Only the last accepted one, untouched since (decision 22)."""
    engagement = lock(change_set.engagement, by=by)
    change_set = ChangeSet.objects.select_for_update().get(pk=change_set.pk)
    if change_set.undone_at:
        raise Refused("Ændringen er allerede fortrudt.")
    if change_set.kind == ChangeKind.CREATE:
        raise Refused("Oprettelsen af tidsplanen kan ikke fortrydes. Ret eller slet i stedet de enkelte milepæle.")
    last = last_accepted(engagement)
    if last is None or last.pk != change_set.pk:
        raise Refused("Kun den seneste ændring kan fortrydes. Der er ændret i tidsplanen siden.")
    changes = list(change_set.changes.all())
    now = snapshots(change.milestone_id for change in changes)
    if any(_differs(now.get(change.milestone_id), change.after) for change in changes):
        raise Refused("Ændringen kan ikke fortrydes, fordi en af milepælene er rørt siden.")
    for before_undo in BEFORE_UNDO:
        before_undo(change_set, by)
    reminders.cancel_of([change.milestone_id for change in changes if change.before is None], reminders.DELETED)
    _restore(engagement, changes)
    change_set.undone_at, change_set.undone_by = timezone.now(), by
    change_set.save(update_fields=["undone_at", "undone_by"])
    _raise_number(change_set.engagement, engagement)
    telling.tell_undone(change_set, changes, by=by)
    for after_undo in AFTER_UNDO:
        after_undo(change_set, changes, by)
    audit.record(by=by, verb="timetable.undo", target=engagement, scope=engagement.scope, changes={}, reason=change_set.summary)
    reminders.reconcile([engagement])


def _differs(now: Snapshot | None, then: Snapshot | None) -> bool:
    """Whether a milestone is no more as a change left it; what the change did not remember yet (older rows) is not compared."""
    if now is None or then is None:
        return now is not then
    return any(now[name] != value for name, value in then.items())


def next_position(engagement: Engagement) -> int:
    """The position after the plan's last row."""
    return (engagement.milestones.aggregate(last=Max("position"))["last"] or 0) + 1


def snapshots(keys: Iterable[int]) -> dict[int, Snapshot]:
    """Everything that a change set remembers of the milestones `keys`, as JSON values."""
    found = Milestone.objects.filter(pk__in=list(keys)).prefetch_related("purposes")
    return {milestone.pk: _snapshot(milestone) for milestone in found}


def _before(edits: Sequence[Edit]) -> dict[int, Snapshot]:
    keys = [edit.milestone.pk for edit in edits if edit.milestone.pk]
    list(Milestone.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    return snapshots(keys)


def _save(engagement: Engagement, edits: Sequence[Edit], before: dict[int, Snapshot]) -> None:
    """New rows first without anchors, then all anchors: a row may follow one that stands below it."""
    anchors = [(edit.milestone, edit.milestone.anchor) for edit in edits if not edit.delete]
    new, old = [edit for edit in edits if edit.milestone.pk is None], [edit for edit in edits if edit.milestone.pk is not None]
    for edit in edits:
        edit.milestone.engagement = engagement
        _stamp(edit.milestone, engagement, before.get(edit.milestone.pk))
    for edit in new:
        edit.milestone.anchor = None
    Milestone.objects.bulk_create(edit.milestone for edit in new)
    for milestone, anchor in anchors:
        milestone.anchor = anchor
    Milestone.objects.bulk_update([edit.milestone for edit in new if edit.milestone.anchor], ["anchor"])
    for edit in old:
        if not edit.delete:
            edit.milestone.save()
    changed = [edit.milestone for edit in old if edit.purposes is not None]
    MilestonePurpose.objects.filter(milestone__in=changed).exclude(met_at__isnull=False).delete()
    for edit in old:
        _sync_purposes(engagement, edit)
    MilestonePurpose.objects.bulk_create(row for edit in new for row in _new_purposes(engagement, edit))


def _stamp(milestone: Milestone, engagement: Engagement, before: Snapshot | None) -> None:
    """Which change touched the milestone last, and when its dates were set."""
    milestone.revision = engagement.plan_number + 1
    if before is None or before["occurrences"] != _isos(milestone.occurrences):
        milestone.dated_on = timezone.localdate()


def _new_purposes(engagement: Engagement, edit: Edit) -> Iterator[MilestonePurpose]:
    milestone = edit.milestone
    dropped = milestone.state == MilestoneState.DROPPED
    for purpose, sequence in edit.purposes or []:
        yield MilestonePurpose(
            milestone=milestone, engagement=engagement, purpose=purpose, sequence=sequence,
            dropped=dropped, met_at=milestone.met_at, met_by=milestone.met_by,
        )  # fmt: skip


def _sync_purposes(engagement: Engagement, edit: Edit) -> None:
    """Purposes stand and fall with their milestone: dropped, met and reopened together."""
    milestone = edit.milestone
    rows = MilestonePurpose.objects.filter(milestone=milestone)
    kept = set(rows.values_list("purpose", flat=True))
    for purpose, sequence in edit.purposes or []:
        if purpose not in kept:
            MilestonePurpose.objects.create(milestone=milestone, engagement=engagement, purpose=purpose, sequence=sequence)
    rows.update(dropped=milestone.state == MilestoneState.DROPPED)
    if edit.unmeet:
        rows.update(met_at=None, met_by=None)
    if milestone.state == MilestoneState.MET:
        rows.filter(met_at__isnull=True).update(met_at=milestone.met_at, met_by=milestone.met_by)


def _snapshot(milestone: Milestone) -> Snapshot:
    found: Snapshot = {name: getattr(milestone, name) for name in PLAIN}
    found |= {name: _iso(getattr(milestone, name)) for name in DATES}
    found |= {name: _isos(getattr(milestone, name)) for name in PERIODS}
    found["purposes"] = [
        [row.pk, row.purpose, row.sequence, row.dropped, _iso(row.met_at), row.met_by_id] for row in milestone.purposes.all()
    ]
    return found


def _restore(engagement: Engagement, changes: Sequence[MilestoneChange]) -> None:
    ids = [change.milestone_id for change in changes]
    MilestonePurpose.objects.filter(milestone__in=ids).delete()
    anchors: dict[int, int | None] = {}
    for change in changes:
        if change.before is not None:
            milestone = Milestone(pk=change.milestone_id, engagement=engagement, **_values(change.before))
            milestone.revision = engagement.plan_number + 1
            anchors[change.milestone_id], milestone.anchor_id = milestone.anchor_id, None
            milestone.save()
    for key, anchor in anchors.items():
        Milestone.objects.filter(pk=key).update(anchor=anchor)
    Milestone.objects.filter(pk__in=[change.milestone_id for change in changes if change.before is None]).delete()
    for change in changes:
        for key, purpose, sequence, dropped, met_at, met_by in (change.before or {}).get("purposes", []):
            MilestonePurpose.objects.create(
                pk=key, milestone_id=change.milestone_id, engagement=engagement, purpose=purpose, sequence=sequence,
                dropped=dropped, met_at=_day(met_at), met_by_id=met_by,
            )  # fmt: skip


def _values(snapshot: Snapshot) -> dict[str, Any]:
    values = {name: snapshot[name] for name in PLAIN}
    values |= {name: _day(snapshot[name]) for name in DATES if name in snapshot}
    values |= {name: [[date.fromisoformat(day) for day in pair] for pair in snapshot[name]] for name in PERIODS}
    return values


def _dates_moved(rows: Sequence[MilestoneChange]) -> dict[str, Any]:
    """For the history: subject → [old dates, new dates] of the milestones whose dates or state changed."""
    found = {}
    for row in rows:
        old, new = row.before or {}, row.after or {}
        for field in ("occurrences", "state"):
            if old.get(field) != new.get(field):
                found[f"{new.get('subject') or old.get('subject')}: {field}"] = [old.get(field), new.get(field)]
    return found


def _raise_number(seen: Engagement, locked: Engagement) -> None:
    locked.plan_number += 1
    locked.save(update_fields=["plan_number"])
    seen.plan_number = locked.plan_number


def _isos(periods: Iterable[Iterable[date]]) -> list[list[str | None]]:
    return [[_iso(day) for day in pair] for pair in periods]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
