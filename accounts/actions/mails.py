"""What people do with mails: let one go that waits for them, edit it, put it off, stop it, and send a failed one again.

Who may is decided where the mails are listed: by the app of their scope, and for failed ones by the administration.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit, outbox
from accounts.danish import long_date
from accounts.letters import one_line
from accounts.models import OutboxMail, User
from accounts.refusal import Refused
from accounts.states import MailState

EDITED = [None, "rettet"]  # of a text only that it changed (decision 29)
LONGEST_TEXT = 5_000
NO_TEXT = "Skriv både et emne og en tekst."
TOO_LONG = f"Teksten er for lang. Den må højst fylde {LONGEST_TEXT} tegn."
NOT_IN_THE_PAST = "Vælg et tidspunkt, der ikke er gået."


@transaction.atomic
def send_now(*, mail: OutboxMail, by: User) -> None:
    """*Send nu*: a held mail goes out with the next sweep, which is told at once."""
    held = _held(mail, "sendes")
    outbox.move(held, to=MailState.WAITING, due_at=timezone.now())
    _record(held, "mail.send_now", by)
    outbox.ring_later()


@transaction.atomic
def edit(*, mail: OutboxMail, subject: str, text: str, by: User) -> None:
    """*Ret*: from now on this subject and text are what is sent; whether it is still due is looked at when it is sent.

    Refused without both, when the text is too long, and when the mail no longer waits for anybody.
    """
    held = _held(mail, "rettes")
    subject, text = one_line(subject), text.replace("\r\n", "\n").strip()
    if not (subject and text):
        raise Refused(NO_TEXT)
    if len(text) > LONGEST_TEXT:
        raise Refused(TOO_LONG)
    held.subject, held.text, held.edited_by = subject, text, by
    held.save(update_fields=["subject", "text", "edited_by"])
    _record(held, "mail.edit", by, {"emne": EDITED, "tekst": EDITED})


@transaction.atomic
def postpone(*, mail: OutboxMail, until: datetime, by: User) -> None:
    """*Udskyd*: a held mail goes by itself at `until`, if nobody sends it before."""
    held = _held(mail, "udskydes")
    if until <= timezone.now():
        raise Refused(NOT_IN_THE_PAST)
    changes = {"sendes": [_words(held.due_at), _words(until)]}
    held.due_at = until
    held.save(update_fields=["due_at"])
    _record(held, "mail.postpone", by, changes)


@transaction.atomic
def cancel(*, mail: OutboxMail, by: User) -> None:
    """*Annullér*: a held mail is never sent. What it tells about stands in *Beskeder* all the same."""
    held = _held(mail, "annulleres")
    outbox.move(held, to=MailState.CANCELLED)
    _record(held, "mail.cancel", by)


@transaction.atomic
def again(*, mail: OutboxMail, by: User) -> None:
    """*Kør igen*: a failed mail gets all its tries once more."""
    failed = OutboxMail.objects.select_for_update().get(pk=mail.pk)
    outbox.move(failed, to=MailState.WAITING, tries=-failed.attempts, error="", due_at=timezone.now())
    _record(failed, "mail.again", by)
    outbox.ring_later()


def _held(mail: OutboxMail, verb: str) -> OutboxMail:
    """The mail as it is now, locked; refused with a sentence when it no longer waits for anybody."""
    found = OutboxMail.objects.select_for_update().get(pk=mail.pk)
    if found.state != MailState.HELD:
        raise Refused(f"Mailen kan ikke {verb}: den har status »{found.get_state_display()}«.")
    return found


def _words(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{long_date(local.date())} kl. {local:%H.%M}"


def _record(mail: OutboxMail, verb: str, by: User, changes: dict[str, Any] | None = None) -> None:
    audit.record(by=by, verb=verb, target=mail, scope=mail.scope, changes=changes)
