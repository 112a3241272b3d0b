"""The planner: reminder rows follow the plan, its people and its pauses (docs/adr/0012-reminders.md).

Called in the transaction of whatever changed, and by a sweep for what changes by itself: roles that begin or end, days that come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone

from accounts.danish import plain_date
from engagements import holders, ladder
from engagements.ladder import Facts, Holders, Wanted
from engagements.models import Engagement, Milestone, Reminder
from engagements.states import REMINDER_MOVES, EngagementState, Kind, MilestoneState, ReminderState

log = structlog.get_logger(__name__)
RUNNING = {EngagementState.PLANNED, EngagementState.ACTIVE}
IN_ONE_TRANSACTION = 50  # engagements of a sweep
OVERTAKEN = "Overhalet af en senere påmindelse"
DELETED = "Milepælen er slettet"
MOVED = "Datoen er flyttet"
CHANGED = "Milepælen er ændret"
NOT_THEIRS = "Modtageren svarer ikke længere for milepælen"
OVER = {EngagementState.COMPLETED: "Forløbet er afsluttet", EngagementState.ABORTED: "Forløbet er afbrudt"}
NOT_OPEN = {MilestoneState.MET: "Milepælen er opfyldt", MilestoneState.DROPPED: "Milepælen er bortfaldet"}


@dataclass(frozen=True)
class Target:
    """A milestone as the planner and the dispatcher see it: what the ladder must know, and who gets its steps."""

    milestone: Milestone
    facts: Facts
    holders: Holders

    @property
    def state(self) -> EngagementState:
        return EngagementState(self.milestone.engagement.state)

    def true(self) -> set[Wanted]:
        """The reminders that are still true, late ones too; none of an engagement that is over."""
        return set() if self.state in OVER else set(ladder.true_of(self.facts, self.holders))

    @cached_property
    def _true_keys(self) -> set[tuple[date, str, int]]:
        return {one.key for one in self.true()}

    def wanted(self, today: date) -> set[Wanted]:
        """The reminders to be made today; an engagement that does not run gets no new ones."""
        return ladder.wanted(self.facts, self.holders, today) if self.state in RUNNING else set()

    def why_not(self, reminder: Reminder) -> str:
        """The Danish sentence that says why a reminder is not true any more, or ""."""
        if _key(reminder) in self._true_keys:
            return ""
        step, facts = ladder.STEPS.get(reminder.step), self.facts
        if self.state in OVER:
            return OVER[self.state]
        if self.milestone.state in NOT_OPEN:
            return NOT_OPEN[MilestoneState(self.milestone.state)]
        if facts.optional:
            return "Milepælen er eventuel"
        if step is None or step not in ladder.LADDERS[facts.kind]:
            return CHANGED
        if facts.due_on(step) != reminder.due_on or (facts.ends_on and facts.ends_on < facts.dated_on):
            return MOVED
        if facts.paused_until and step.day(reminder.due_on) <= facts.paused_until:
            return f"Sat på pause til og med {plain_date(facts.paused_until)}"
        return NOT_THEIRS


@transaction.atomic
def reconcile(engagements: Iterable[Engagement]) -> None:
    """Make the rows that are wanted now, cancel waiting ones that are not true any more, take cancelled ones up again.

    Dispatched ones are never repeated, and a waiting one that is late but true stays. Safe in two processes at once; the number of
    queries does not depend on the number of milestones.
    """
    keys = [engagement.pk for engagement in engagements]
    locked = list(Engagement.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True))
    today = timezone.localdate()
    targets = targets_of(locked, Milestone.objects.filter(engagement__in=locked))
    rows = Reminder.objects.filter(milestone__in=list(targets))
    waiting, others = [], {}
    for row in rows.filter(state=ReminderState.WAITING) | rows.filter(due_at__gte=ladder.at_eight(today)):
        if row.state == ReminderState.WAITING:
            waiting.append(row)
        others[row.milestone_id, *_key(row)] = row
    _cancel({row.pk: reason for row in waiting if (reason := targets[row.milestone_id].why_not(row))})
    wanted = {(key, *one.key): one for key, target in targets.items() for one in target.wanted(today)}
    _reopen([row for key, row in others.items() if row.state == ReminderState.CANCELLED and key in wanted])
    Reminder.objects.bulk_create(
        [_row(key[0], one) for key, one in wanted.items() if key not in others], ignore_conflicts=True, batch_size=1000
    )


def plan_all() -> int:
    """The sweep: reconcile every engagement that is not over, in small transactions; one that somebody is changing looks after itself.

    Returns how many were looked at. What goes wrong in one transaction is logged, and the others go on.
    """
    keys = list(Engagement.objects.running().order_by("pk").values_list("pk", flat=True))
    seen = 0
    for start in range(0, len(keys), IN_ONE_TRANSACTION):
        chunk = keys[start : start + IN_ONE_TRANSACTION]
        try:
            seen += _plan(chunk)
        except Exception:
            log.exception("reminders not planned", engagements=chunk)
    return seen


@transaction.atomic
def _plan(keys: Sequence[int]) -> int:
    found = Engagement.objects.filter(pk__in=keys).order_by("pk")
    free = list(found.select_for_update(no_key=True, skip_locked=True))
    reconcile(free)
    return len(free)


def cancel_of(milestone_ids: Sequence[int], because: str) -> None:
    """Cancel what waits for milestones that are about to go: afterwards nothing leads from them to their rows."""
    move(Reminder.objects.filter(milestone__in=milestone_ids), to=ReminderState.CANCELLED, cancelled_because=because)


def targets_of(engagements: Sequence[Engagement], milestones: QuerySet[Milestone]) -> dict[int, Target]:
    """The milestones with all that decides about their reminders, by id: four queries however many there are."""
    people = holders.people_of(engagements)
    by_id = {engagement.pk: engagement for engagement in engagements}
    found = {}
    for milestone in milestones.select_related("assignment", "reminder_pause").order_by():  # the order of the page costs joins
        milestone.engagement = by_id[milestone.engagement_id]
        found[milestone.pk] = Target(milestone, facts_of(milestone), _holders(milestone, people))
    return found


def facts_of(milestone: Milestone) -> Facts:
    """What the ladder must know of the milestone."""
    pause = getattr(milestone, "reminder_pause", None)
    return Facts(
        kind=Kind(milestone.kind),
        is_open=milestone.is_open,
        optional=milestone.optional,
        starts_on=milestone.starts_on,
        ends_on=milestone.ends_on,
        dated_on=milestone.dated_on,
        paused_until=pause.until if pause else None,
    )


def move(reminders: QuerySet[Reminder], *, to: ReminderState, **fields: object) -> int:
    """The one gate through which reminders change state, all at once; those that may not are left. Returns how many did."""
    allowed = [state for state, following in REMINDER_MOVES.items() if to in following]
    return reminders.filter(state__in=allowed).update(state=to, **fields)


def _holders(milestone: Milestone, people: Mapping[int, holders.People]) -> Holders:
    assignment = getattr(milestone, "assignment", None)
    return holders.holders_of(
        people[milestone.engagement_id],
        party=milestone.party,
        counterpart=milestone.counterpart,
        assigned=assignment.user_id if assignment else None,
    )


def _key(reminder: Reminder) -> tuple[date, str, int]:
    return reminder.due_on, reminder.step, reminder.recipient_id


def _row(milestone_id: int, one: Wanted) -> Reminder:
    """Made on its own day, it waits as long as the other mails of a change: an undo silences it."""
    earliest = timezone.now() + settings.NOTICE_WAIT
    due_at = max(ladder.at_eight(one.day), earliest)
    return Reminder(milestone_id=milestone_id, due_on=one.due_on, step=one.step, recipient_id=one.recipient, due_at=due_at)


def _cancel(reasons: Mapping[int, str]) -> None:
    whens = [When(pk__in=[pk for pk, one in reasons.items() if one == reason], then=Value(reason)) for reason in set(reasons.values())]
    if whens:
        move(Reminder.objects.filter(pk__in=reasons), to=ReminderState.CANCELLED, cancelled_because=Case(*whens, default=Value("")))


def _reopen(rows: Sequence[Reminder]) -> None:
    if rows:
        move(Reminder.objects.filter(pk__in=[row.pk for row in rows]), to=ReminderState.WAITING, cancelled_because="")
