"""*Send mig en testmail*: the whole way of a mail, to oneself."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import audit, outbox
from accounts.danish import long_date
from accounts.models import OutboxMail, User
from accounts.outbox import Message
from accounts.refusal import Refused

TEST = "accounts.test"
MOST_AN_HOUR = 3
TOO_MANY = "Du har lige bedt om flere testmails. Se efter i din indbakke og i uønsket post, og prøv igen om en time."


@transaction.atomic
def send_test(*, by: User) -> OutboxMail:
    """Put a mail to `by` in the outbox; at most MOST_AN_HOUR an hour (Refused)."""
    User.objects.get_queryset().select_for_update().get(pk=by.pk)
    since = timezone.now() - timedelta(hours=1)
    if OutboxMail.objects.filter(kind=TEST, recipient=by, created_at__gt=since).count() >= MOST_AN_HOUR:
        raise Refused(TOO_MANY)
    mail = outbox.queue(kind=TEST, to_email=by.email, recipient=by, about=by)
    audit.record(by=by, verb="mail.test", target=by, scope=None)
    return mail


def message_of(mail: OutboxMail) -> Message | None:
    """When it was asked for, so that the reader sees how long it took."""
    if mail.recipient is None:
        return None
    at = timezone.localtime(mail.created_at)
    lines = [
        f"Hej {mail.recipient.full_name}",
        "",
        f"Du bad om en testmail {long_date(at.date())} kl. {at:%H.%M}. Når du læser den, virker mails fra Task Force til dig.",
        "Dine indstillinger:",
        f"{settings.SITE_URL}/konto/indstillinger/",
    ]
    return Message("Testmail fra Task Force", "\n".join(lines))
