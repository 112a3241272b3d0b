"""Security notices: what was changed about a person's log-in is written in the history, and the person is told by mail."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import audit, outbox
from accounts.danish import long_date
from accounts.models import AuditEntry, OutboxMail, User
from accounts.outbox import Message

NOTICE = "accounts.security_notice"
# Verb in the history → what the mail says happened.
EVENTS = {
    "password.change": "Din adgangskode er ændret.",
    "password.reset": "Din adgangskode er ændret med et link fra en mail.",
    "factor.app_on": "En app til totrinsbekræftelse er taget i brug.",
    "factor.app_off": "Din app til totrinsbekræftelse er fjernet.",
    "factor.passkey_on": "En adgangsnøgle (passkey) er føjet til.",
    "factor.passkey_off": "En adgangsnøgle (passkey) er fjernet.",
    "factor.codes_new": "Der er lavet nye gendannelseskoder. De gamle virker ikke mere.",
}


@transaction.atomic
def notify(*, user: User, verb: str, by: User) -> None:
    """Write `verb` (one of EVENTS) about the person's log-in in the history, and tell them."""
    entry = audit.record(by=by, verb=verb, target=user, scope=None)
    outbox.queue(kind=NOTICE, to_email=user.email, recipient=user, about=entry)


def notice_mail(mail: OutboxMail) -> Message | None:
    entry = AuditEntry.objects.filter(pk=mail.about_id).first()
    if entry is None or entry.verb not in EVENTS:
        return None
    at = timezone.localtime(entry.at)
    return Message(
        "Din adgang til Task Force er ændret",
        f"{EVENTS[entry.verb]}\nDet skete {long_date(at.date())} kl. {at:%H.%M}.\n\n"
        f"Var det dig, skal du ikke gøre noget. Var det ikke dig, så skriv straks til {settings.SUPPORT_EMAIL}"
        f"{', eller ring ' + settings.SUPPORT_PHONE if settings.SUPPORT_PHONE else ''}.\n\n"
        f"Din konto: {settings.SITE_URL}/konto/\n\nVenlig hilsen\nTask Force\n",
    )
