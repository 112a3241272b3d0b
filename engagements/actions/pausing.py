"""*Aftalt pr. telefon*: nobody is reminded of a milestone until after a day that was agreed on."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.danish import plain_date
from accounts.models import User
from accounts.refusal import Refused
from engagements import access, reminders
from engagements.models import Engagement, Milestone, ReminderPause

LONGEST = timedelta(days=183)  # a year typed wrong shall not silence a deadline for good


@transaction.atomic
def pause(*, milestone: Milestone, until: date, note: str, by: User) -> ReminderPause:
    """Send no reminders of the open milestone up to and including `until`; the note is for the team and the municipality."""
    engagement, milestone = _lock(milestone, by)
    today = timezone.localdate()
    if not milestone.is_open:
        raise Refused(f"Milepælen er {milestone.get_state_display().lower()}, så ingen bliver påmindet om den.")
    if until < today:
        raise Refused("Datoen ligger før i dag. Vælg den dag, pausen varer til.")
    if until > today + LONGEST:
        raise Refused(f"En pause kan højst vare et halvt år, altså til {plain_date(today + LONGEST)}. Flyt i stedet datoen.")
    if not note:
        raise Refused("Skriv kort, hvad der er aftalt.")
    old = ReminderPause.objects.filter(milestone=milestone).first()
    made, _ = ReminderPause.objects.update_or_create(milestone=milestone, defaults={"until": until, "note": note, "by": by})
    _record(engagement, milestone, by, "reminders.pause", old, made, reason=note)
    return made


@transaction.atomic
def resume(*, milestone: Milestone, by: User) -> None:
    """Send the reminders from today on again; days that went by during the pause are not made up for."""
    engagement, milestone = _lock(milestone, by)
    old = ReminderPause.objects.filter(milestone=milestone).first()
    if old is None:
        raise Refused("Påmindelserne er ikke sat på pause.")
    old.delete()
    _record(engagement, milestone, by, "reminders.resume", old, None)


def _lock(milestone: Milestone, by: User) -> tuple[Engagement, Milestone]:
    """The milestone as it is now, its engagement locked, when `by` may plan there."""
    engagement = Engagement.objects.select_for_update(of=("self",)).select_related("scope").get(pk=milestone.engagement_id)
    access.require_engagement(by, access.PLAN, engagement)
    found = engagement.milestones.filter(pk=milestone.pk).first()
    if found is None:
        raise Refused("Milepælen er slettet.")
    return engagement, found


def _record(
    engagement: Engagement,
    milestone: Milestone,
    by: User,
    verb: str,
    old: ReminderPause | None,
    new: ReminderPause | None,
    reason: str = "",
) -> None:
    changes = {milestone.subject: [old.until.isoformat() if old else None, new.until.isoformat() if new else None]}
    audit.record(by=by, verb=verb, target=milestone, scope=engagement.scope, changes=changes, reason=reason)
    reminders.reconcile([engagement])
