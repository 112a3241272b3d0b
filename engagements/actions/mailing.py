"""What the consultants of a team do with the mails of their engagement: let them wait, send, change, put off, stop, send again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts import audit
from accounts.actions import mails
from accounts.models import OutboxMail, User
from accounts.refusal import Refused
from accounts.states import MailState
from engagements import access
from engagements.models import Engagement
from engagements.states import MailHold

ALL_GONE = "Mailene er allerede sendt eller annulleret. Se dem på forløbets side med mails."


@transaction.atomic
def hold(*, engagement: Engagement, hours: MailHold, by: User) -> None:
    """How long mails that the system writes to the municipality wait for a consultant; those that wait already keep their time."""
    locked = _lock(engagement, by)
    old, locked.mail_hold_hours = MailHold(locked.mail_hold_hours), hours
    locked.save(update_fields=["mail_hold_hours"])
    if old != hours:
        changes = {"mails til kommunen": [old.label, hours.label]}
        audit.record(by=by, verb="engagement.mail_hold", target=locked, scope=locked.scope, changes=changes)


@transaction.atomic
def send_now(*, engagement: Engagement, mail: OutboxMail, by: User) -> None:
    """*Send nu*."""
    _require(engagement, mail, by)
    mails.send_now(mail=mail, by=by)


@transaction.atomic
def edit_and_send(*, engagement: Engagement, mail: OutboxMail, subject: str, text: str, by: User) -> None:
    """*Ret og send*."""
    _require(engagement, mail, by)
    mails.edit(mail=mail, subject=subject, text=text, by=by)
    mails.send_now(mail=mail, by=by)


@transaction.atomic
def postpone(*, engagement: Engagement, mail: OutboxMail, until: datetime, by: User) -> None:
    """*Udskyd*."""
    _require(engagement, mail, by)
    mails.postpone(mail=mail, until=until, by=by)


@transaction.atomic
def cancel(*, engagement: Engagement, mail: OutboxMail, by: User) -> None:
    """*Send ikke*."""
    _require(engagement, mail, by)
    mails.cancel(mail=mail, by=by)


@transaction.atomic
def again(*, engagement: Engagement, mail: OutboxMail, by: User) -> None:
    """*Send igen* a failed mail, to the address that the person has by now."""
    _require(engagement, mail, by)
    failed = OutboxMail.objects.select_for_update(of=("self",)).select_related("recipient").get(pk=mail.pk)
    if failed.recipient and failed.state == MailState.FAILED and failed.to_email != failed.recipient.email:
        failed.to_email = failed.recipient.email
        failed.save(update_fields=["to_email"])
    mails.again(mail=failed, by=by)


@transaction.atomic
def send_all(*, engagement: Engagement, keys: Sequence[UUID], by: User) -> int:
    """*Send alle*: those of the mails `keys` that still wait; returns how many. Refused when none does any more."""
    access.require_engagement(by, access.MAILS, engagement)
    waiting = OutboxMail.objects.select_for_update().filter(pk__in=keys, scope=engagement.scope_id, state=MailState.HELD)
    found = list(waiting.order_by("pk"))
    if not found:
        raise Refused(ALL_GONE)
    for mail in found:
        mails.send_now(mail=mail, by=by)
    return len(found)


def _lock(engagement: Engagement, by: User) -> Engagement:
    locked = Engagement.objects.select_related("scope").select_for_update(of=("self",)).get(pk=engagement.pk)
    access.require_engagement(by, access.MAILS, locked)
    return locked


def _require(engagement: Engagement, mail: OutboxMail, by: User) -> None:
    """The right, and that the mail is one of the engagement's own (LookupError: a mistake of the caller)."""
    access.require_engagement(by, access.MAILS, engagement)
    if mail.scope_id != engagement.scope_id:
        raise LookupError(f"The mail {mail.pk} is not about the engagement {engagement.pk}.")
