"""The dispatcher: every reminder whose time has come becomes a notice, or is cancelled because it is no longer true.

One transaction per person, claimed so that two dispatchers at the same moment never tell the same person twice. The notices become
one mail (accounts.notices.gather), and the mail is asked once more what is still true when it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from accounts import absence, notices
from accounts.models import Notice, User
from engagements import deadline_notices, delegation, ladder, reminders
from engagements.models import Reminder
from engagements.reminders import Target
from engagements.states import ReminderState

log = structlog.get_logger(__name__)
AT_ONCE = 100  # people that one task tells, so that mails leave between two of them


@dataclass(frozen=True)
class Due:
    """A reminder that goes out now: to whom it really goes, and what it is called."""

    reminder: Reminder
    target: Target
    to: User
    title: str


def dispatch_due() -> int:
    """Tell everybody who is due. Returns how many reminders were dispatched; those somebody else is at are left to them."""
    return dispatch_some(most=None)[0]


def dispatch_some(*, after: int = 0, most: int | None = AT_ONCE) -> tuple[int, int | None]:
    """Tell the next people who are due, in the order of their ids, beginning after the id `after`.

    Returns how many reminders were dispatched, and the id after which to go on; None when nobody is left. What goes wrong with one
    person is logged and tried again at the next sweep; the others are told all the same.
    """
    due = Reminder.objects.due().filter(recipient__gt=after).order_by("recipient")
    people = list(due.values_list("recipient", flat=True).distinct()[:most])
    told = 0
    for person in people:
        try:
            told += dispatch_to(person)
        except Exception:
            log.exception("reminders not dispatched", person=person)
    return told, people[-1] if most and len(people) == most else None


@transaction.atomic
def dispatch_to(person_id: int) -> int:
    """Turn all due reminders of one person into notices; 0 when another dispatcher has the person."""
    person = User.objects.get_queryset().filter(pk=person_id).select_for_update(no_key=True, skip_locked=True).first()
    if person is None:
        return 0
    rows = list(Reminder.objects.due().filter(recipient=person).select_for_update(of=("self",), skip_locked=True))
    targets = deadline_notices.targets_of({row.milestone_id for row in rows})
    standing, reasons = _sift(rows, targets)
    for because in sorted(set(reasons.values())):
        gone = [key for key, reason in reasons.items() if reason == because]
        reminders.move(Reminder.objects.filter(pk__in=gone), to=ReminderState.CANCELLED, cancelled_because=because)
    due = resolved(person, standing, targets)
    for one in due:
        _hand_out(one)
    return len(due)


def due_now() -> list[Due]:
    """What would go to whom if the dispatcher came by now; nothing is written."""
    found = []
    for person in User.objects.get_queryset().filter(pk__in=Reminder.objects.due().values("recipient")).order_by("full_name", "pk"):
        rows = list(Reminder.objects.due().filter(recipient=person))
        targets = deadline_notices.targets_of({row.milestone_id for row in rows})
        found += resolved(person, _sift(rows, targets)[0], targets)
    return found


def resolved(person: User, rows: Sequence[Reminder], targets: Mapping[int, Target]) -> list[Due]:
    """Each reminder with the person it goes to: the deputy of somebody who is away, where the deputy may see the engagement."""
    today = timezone.localdate()
    deputy = absence.deputy_of(person.pk, today) if rows else None
    ids = [targets[row.milestone_id].milestone.engagement_id for row in rows]
    open_to_deputy = deadline_notices.visible_engagements(deputy, ids) if deputy else set()
    found = []
    for row in rows:
        target = targets[row.milestone_id]
        to = deputy if deputy and target.milestone.engagement_id in open_to_deputy else person
        found.append(Due(row, target, to, deadline_notices.subject_of(target.milestone, ladder.STEPS[row.step], today)))
    return found


def _sift(rows: Iterable[Reminder], targets: Mapping[int, Target]) -> tuple[list[Reminder], dict[int, str]]:
    """Those that are still true, the latest step of each milestone alone, and why the others are not."""
    reasons: dict[int, str] = {}
    latest: dict[int, Reminder] = {}
    for row in sorted(rows, key=lambda one: (one.due_on, ladder.order_of(one.step))):
        target = targets.get(row.milestone_id)
        because = target.why_not(row) if target else reminders.DELETED
        if because:
            reasons[row.pk] = because
            continue
        if row.milestone_id in latest:
            reasons[latest[row.milestone_id].pk] = reminders.OVERTAKEN
        latest[row.milestone_id] = row
    return list(latest.values()), reasons


def _hand_out(one: Due) -> None:
    """Give the notice, unless the same person has had the same reminder already: as a deputy of somebody else, or on their own."""
    reminder = one.reminder
    # A deputy is not away, so nobody who is told here ever waits for somebody else: no circle of locks.
    User.objects.get_queryset().select_for_update(no_key=True).get(pk=one.to.pk)
    same = Reminder.objects.filter(milestone=reminder.milestone_id, due_on=reminder.due_on, step=reminder.step, notice__recipient=one.to)
    told = same.filter(state=ReminderState.DISPATCHED).select_related("notice").first()
    notice = told.notice if told and told.notice else _give(one)
    reminders.move(Reminder.objects.filter(pk=reminder.pk), to=ReminderState.DISPATCHED, dispatched_at=timezone.now(), notice=notice)


def _give(one: Due) -> Notice:
    milestone, step = one.target.milestone, ladder.STEPS[one.reminder.step]
    return notices.give(
        kind=deadline_notices.KEY,
        recipient=one.to,
        about=milestone,
        title=one.title,
        url=delegation.url_for(milestone, one.to),
        scope=milestone.engagement.scope,
        on_behalf_of=one.reminder.recipient if one.to.pk != one.reminder.recipient_id else None,
        no_later_than=_deadline(one.reminder) if ladder.is_before_due(step) else None,
    )


def _deadline(reminder: Reminder) -> datetime:
    """The end of the day that the reminder counts from."""
    return ladder.at_eight(reminder.due_on + timedelta(days=1)) - timedelta(hours=8)
