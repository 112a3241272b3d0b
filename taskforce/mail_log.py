"""Every mail of the product as administrators see it: to whom, when, of what kind, how it went. Never its text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import OutboxMail
from accounts.states import MailState
from engagements.mailbox import SYMBOLS, VARIANTS

KINDS = {
    "accounts.invitation": "Invitation til systemet",
    "accounts.factor_reset": "Totrinsbekræftelse nulstillet",
    "accounts.password_reset": "Ny adgangskode",
    "accounts.security_notice": "Ændring af log ind",
    "accounts.notices": "Beskeder og påmindelser",
    "accounts.test": "Testmail",
    "engagements.meeting": "Møde",
}


@dataclass(frozen=True)
class Row:
    """A mail in words; `what` says what happened, or will happen, at `at`."""

    mail: OutboxMail
    to: str
    kind: str
    at: datetime
    what: str
    variant: str
    symbol: str


def kind_of(mail: OutboxMail) -> str:
    """What a mail is about, in words; a kind that is gone as it was written."""
    return KINDS.get(mail.kind, mail.kind)


def find(wanted: Mapping[str, Any]) -> QuerySet[OutboxMail]:
    """The mails that fit the cleaned values of the page's filter (taskforce.forms.MailFilter), newest first."""
    found = OutboxMail.objects.all()
    if wanted["status"]:
        found = found.filter(state=wanted["status"])
    if wanted["type"]:
        found = found.filter(kind=wanted["type"])
    if wanted["modtager"]:
        found = found.filter(Q(to_email__icontains=wanted["modtager"]) | Q(recipient__full_name__icontains=wanted["modtager"]))
    if wanted["fra"]:
        found = found.filter(created_at__gte=timezone.make_aware(datetime.combine(wanted["fra"], time.min)))
    if wanted["til"]:
        found = found.filter(created_at__lte=timezone.make_aware(datetime.combine(wanted["til"], time.max)))
    return found.select_related("recipient").order_by("-created_at", "-pk")


def rows(mails: Iterable[OutboxMail]) -> list[Row]:
    """The mails in words."""
    return [row_of(mail) for mail in mails]


def row_of(mail: OutboxMail) -> Row:
    state = MailState(mail.state)
    at, what = mail.created_at, "Skrevet"
    if mail.sent_at:
        at, what = mail.sent_at, "Sendt"
    elif state in {MailState.WAITING, MailState.HELD}:
        at, what = mail.due_at, "Sendes"
    return Row(
        mail=mail,
        to=mail.recipient.full_name if mail.recipient else "",
        kind=kind_of(mail),
        at=at,
        what=what,
        variant=VARIANTS[state],
        symbol=SYMBOLS.get(state, ""),
    )
