"""The outbox: a row is written in the transaction of what it tells about, and a sweep makes the mail and sends it.

The text is made when it is sent, by the builder that the app of the kind has registered, so that no secret is ever stored.
A row is claimed with a lease and committed before anything is sent: a sender that dies loses nothing, and its mail goes out
again after the lease under the same Message-ID, so that the receiver's system can tell a twin from a new mail.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from celery import current_app
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.models import OutboxMail, Scope, User
from accounts.models.outbox import LEASE
from accounts.refusal import Refused
from accounts.states import MAIL_MOVES, MailState

log = structlog.get_logger(__name__)
SENDER_DIED = "Afsendelsen blev afbrudt hver gang."


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail: name, content, MIME type with its parameters."""

    name: str
    content: bytes
    mime: str


@dataclass(frozen=True)
class Message:
    """What a builder makes of a row: subject and plain text in Danish; the simple HTML is made from the text."""

    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()


# A builder makes the message of one row, or None when it is no longer due (the invitation was withdrawn, the date was met).
Builder = Callable[[OutboxMail], Message | None]
BUILDERS: dict[str, Builder] = {}
# Kinds whose text holds no secret (a link that gives access): it is kept with the mail, for the log of mails.
KEPT: set[str] = set()
# What is written when a mail of a kind has been sent, in the transaction that says so, and the message that went out.
Settled = Callable[[OutboxMail, Message], None]
SETTLED: dict[str, Settled] = {}


def register(kind: str, builder: Builder, *, keep_text: bool = False, settled: Settled | None = None) -> None:
    """Say how mails of a kind are made, whether their text may be kept, what follows; called once in an AppConfig.ready."""
    BUILDERS[kind] = builder
    if settled:
        SETTLED[kind] = settled
    if keep_text:
        KEPT.add(kind)


def queue(
    *,
    kind: str,
    to_email: str,
    recipient: User | None,
    about: Model,
    scope: Scope | None = None,
    due_at: datetime | None = None,
    hold_for: timedelta | None = None,
) -> OutboxMail:
    """Put a mail in the outbox, in the caller's transaction; a worker is told when that has been committed.

    It goes out at `due_at` (now), or waits for a consultant in the *Udbakke* of its scope for at most `hold_for`.
    """
    if kind not in BUILDERS:
        raise LookupError(f"No builder is registered for mails of the kind {kind}.")
    mail = OutboxMail.objects.create(
        scope=scope,
        state=MailState.WAITING if hold_for is None else MailState.HELD,
        due_at=(due_at or timezone.now()) + (hold_for or timedelta()),
        kind=kind,
        to_email=to_email,
        recipient=recipient,
        about_type=ContentType.objects.get_for_model(about),
        about_id=str(about.pk),
    )
    transaction.on_commit(ring)
    return mail


def ring() -> None:
    """Tell a worker that a mail waits. A broker that is away only delays it: the row is the queue, and beat sweeps it."""
    try:
        current_app.send_task("accounts.tasks.send_waiting_mails", retry=False)
    except OperationalError:
        log.warning("broker away, the mail waits for the sweep")


def move(mail: OutboxMail, *, to: MailState) -> None:
    """The one gate through which a mail changes state. The system itself does it, so there is no `by`."""
    if to not in MAIL_MOVES[MailState(mail.state)]:
        raise Refused(f"Mailen er {mail.get_state_display().lower()} og kan ikke blive {to.label.lower()}.")
    now = timezone.now()
    mail.state = to
    mail.leased_until = now + LEASE if to == MailState.SENDING else None
    mail.sent_at = now if to == MailState.SENT else None
    mail.save()


@transaction.atomic
def again(*, mail: OutboxMail) -> None:
    """Send a failed mail once more, with all its tries."""
    mail = OutboxMail.objects.select_for_update().get(pk=mail.pk)
    mail.attempts, mail.error, mail.due_at = 0, "", timezone.now()
    move(mail, to=MailState.WAITING)
    transaction.on_commit(ring)


def send_next() -> bool:
    """Take one mail that is due and send it; False when none is. Safe to run in several processes at once.

    Never call it inside a transaction: the claim must be committed before anything leaves the house.
    """
    mail = _claim()
    if mail is None:
        return False
    if mail.state != MailState.SENDING:
        return True
    try:
        message = BUILDERS[mail.kind](mail)
        if message is not None:
            _send(mail, message)
    except Exception as error:
        ours = not isinstance(error, OSError)  # a mail server's answer holds the address, which no log keeps
        log.warning("mail not sent", mail=str(mail.pk), kind=mail.kind, attempt=mail.attempts, error=type(error).__name__, exc_info=ours)
        _settle(mail, to=_after(error, mail.attempts), error=_told(error))
    else:
        _settle(mail, to=MailState.CANCELLED if message is None else MailState.SENT, message=message)
    return True


@transaction.atomic
def _claim() -> OutboxMail | None:
    mail = OutboxMail.objects.due().select_for_update(skip_locked=True).first()
    if mail is None:
        return None
    if mail.state == MailState.HELD:  # nobody has said anything: it goes by itself
        move(mail, to=MailState.WAITING)
    if mail.state == MailState.SENDING:  # its sender fell silent
        if mail.attempts > len(settings.MAIL_BACK_OFF):
            mail.error = SENDER_DIED
            move(mail, to=MailState.FAILED)
            return mail
        move(mail, to=MailState.WAITING)
    mail.attempts += 1
    move(mail, to=MailState.SENDING)
    return mail


def _send(mail: OutboxMail, message: Message) -> None:
    headers = {
        "Message-ID": f"<{mail.pk}@{urlsplit(settings.SITE_URL).hostname}>",
        "X-Taskforce-Outbox": str(mail.pk),
        "Auto-Submitted": "auto-generated",  # RFC 3834: no holiday answers, please
    }
    subject = " ".join(message.subject.split())  # a line break in somebody's name makes no header
    EmailMessage(subject, message.text, to=[mail.to_email], headers=headers).send()


@transaction.atomic
def _settle(mail: OutboxMail, *, to: MailState, error: str = "", message: Message | None = None) -> None:
    """Write how it went, unless somebody else has taken the mail meanwhile because our lease ran out."""
    locked = OutboxMail.objects.select_for_update().get(pk=mail.pk)
    if (locked.state, locked.attempts) != (MailState.SENDING, mail.attempts):
        log.warning("mail was taken by another sender", mail=str(mail.pk))
        return
    locked.error = error
    if to == MailState.WAITING:
        locked.due_at = timezone.now() + settings.MAIL_BACK_OFF[mail.attempts - 1]
    move(locked, to=to)
    if message is not None and mail.kind in SETTLED:
        SETTLED[mail.kind](locked, message)


def _after(error: Exception, attempts: int) -> MailState:
    """A refused address is refused tomorrow too; everything else is tried again until the back-off list is used up."""
    refused_for_good = isinstance(error, smtplib.SMTPRecipientsRefused) and all(code >= 500 for code, _ in error.recipients.values())
    return MailState.FAILED if refused_for_good or attempts > len(settings.MAIL_BACK_OFF) else MailState.WAITING


def _told(error: Exception) -> str:
    """The error in one line, for people who look after the mails: a server's answer in full, of our own mistakes only the kind."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = [f"{code} {answer.decode(errors='replace')}" for code, answer in error.recipients.values()]
        return "; ".join(answers)
    return str(error) if isinstance(error, OSError) else type(error).__name__
