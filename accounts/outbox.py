"""The outbox: a row is written in the transaction of what it tells about, and a sweep makes the mail and sends it.

The text is made when it is sent, by the builder that the app of the kind has registered, so that no secret is ever stored.
Rows are claimed with a lease and committed before anything is sent: a sender that dies loses nothing, and its mails go out again
after the lease. A mail that may have left already does so under the same Message-ID, so that the receiver's system can tell a twin.
"""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from celery import current_app
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.letters import Attachment as Attachment
from accounts.letters import Message as Message
from accounts.letters import letter, one_line
from accounts.mail_line import MailLine
from accounts.mail_making import BUILDERS as BUILDERS
from accounts.mail_making import KEPT, SETTLED, Making
from accounts.mail_making import register as register
from accounts.models import OutboxMail, Scope, SweepRun, User
from accounts.refusal import Refused
from accounts.states import MAIL_MOVES, MailState

log = structlog.get_logger(__name__)
SENDER_DIED = "Afsendelsen blev afbrudt hver gang."
TABLE = OutboxMail._meta.db_table
BATCH = 50  # mails that one sender holds at a time: so many wait for the lease when it is killed
SWEEP = 200  # mails that one task sends, so that others come in between
# Steps of handing a mail over (sender, receiver, data, receipt): each may last EMAIL_TIMEOUT, and all must end within the lease.
STEPS = 4
BROKEN_IN_A_ROW = 2  # connections that broke over a mail, until the server counts as away
SERVER_AWAY = "mail server away"  # the SweepRun that says when it was last asked; there is none while it answers
NOT_REACHED = "mail server not reached"  # beside it, when there was not even a connection: then one shows that it is back


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
    mail = new(kind=kind, to_email=to_email, recipient=recipient, about=about, scope=scope, due_at=due_at, hold_for=hold_for)
    mail.save(force_insert=True)
    ring_later()
    return mail


def new(
    *,
    kind: str,
    to_email: str,
    recipient: User | None,
    about: Model,
    scope: Scope | None = None,
    due_at: datetime | None = None,
    hold_for: timedelta | None = None,
) -> OutboxMail:
    """A mail as `queue` writes it, for whoever writes many at once and rings afterwards."""
    if kind not in BUILDERS:
        raise LookupError(f"No builder is registered for mails of the kind {kind}.")
    return OutboxMail(
        scope=scope,
        state=MailState.WAITING if hold_for is None else MailState.HELD,
        due_at=(due_at or timezone.now()) + (hold_for or timedelta()),
        kind=kind,
        to_email=to_email,
        recipient=recipient,
        about_type=ContentType.objects.get_for_model(about),
        about_id=str(about.pk),
    )


def ring_later() -> None:
    """Tell a worker when the transaction is committed; once, however many mails it wrote."""
    if ring not in [waiting[1] for waiting in transaction.get_connection().run_on_commit]:
        transaction.on_commit(ring)


def ring() -> None:
    """Tell a worker that a mail waits. A broker that is away only delays it: the row is the queue, and beat sweeps it."""
    try:
        current_app.send_task("accounts.tasks.send_waiting_mails", retry=False)
    except OperationalError:
        log.warning("broker away, the mail waits for the sweep")


def move(*mails: OutboxMail, to: MailState, tries: int = 0, **written: Any) -> int:
    """The one gate through which mails change state, in one statement; with it `tries` are counted, and `written` are other fields.

    Mails that are not as they were read (state, lease) are left alone. Returns how many moved.
    """
    for mail in mails:
        if to not in MAIL_MOVES[MailState(mail.state)]:
            raise Refused(f"Mailen er {mail.get_state_display().lower()} og kan ikke blive {to.label.lower()}.")
    now = timezone.now()
    lease = now + settings.MAIL_LEASE if to == MailState.SENDING else None
    sent_at = now if to == MailState.SENT else None
    moved = _write(mails, {**written, "state": to, "leased_until": lease, "sent_at": sent_at}, tries)
    for mail in mails if moved == len(mails) else ():
        mail.state, mail.leased_until, mail.sent_at = to, lease, sent_at
    return moved


def _write(mails: Sequence[OutboxMail], values: dict[str, Any], tries: int) -> int:
    """UPDATE those that are still in the state and under the lease in which they were read.

    Written out, because it is half of what a mail costs the database, and making this statement anew costs more than running it.
    """
    leases = {mail.leased_until for mail in mails if mail.leased_until}
    fields = ", ".join(f"{name} = %s" for name in values)
    as_read = "id = ANY(%s) AND state = ANY(%s)" + (" AND leased_until = ANY(%s)" if leases else "")
    said = [*values.values(), tries, [mail.pk for mail in mails], [str(mail.state) for mail in mails], *([list(leases)] if leases else [])]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET {fields}, attempts = attempts + %s WHERE {as_read}", said)  # noqa: S608 - our own names
        moved: int = cursor.rowcount
    return moved


def send_next() -> bool:
    """Take one mail that is due and send it; False when none is, or the mail server is away."""
    return send_due(most=1) == 1


def send_due(*, most: int) -> int:
    """Send the mails that are due, at most so many, over one connection; returns how many were taken up.

    Safe to run in several processes at once. Never call it inside a transaction: a claim must be committed before anything leaves
    the house. A server that is away is asked again after the first step of the back-off list, by whichever sweep comes then.
    """
    away = dict(SweepRun.objects.filter(name__in=[SERVER_AWAY, NOT_REACHED]).values_list("name", "at"))
    if SERVER_AWAY in away and away[SERVER_AWAY] > timezone.now() - settings.MAIL_BACK_OFF[0]:
        return 0
    taken = 0
    with MailLine() as line:
        if NOT_REACHED in away and not OutboxMail.objects.due().exists() and not _reached(line):
            return 0
        while taken < most and (mails := _claim(min(BATCH, most - taken))):
            taken += len(mails)
            answers = _send_all(mails, line)
            if away and line.sent:
                _server_is_back()
                away = {}
            if not answers:
                break
    return taken


def _reached(line: MailLine) -> bool:
    """Whether the server that could not be reached can be now: then what waits for it goes at once. For when no mail is due."""
    try:
        line.open()
    except Exception as error:
        _server_is_away([], error, reached=False)
        return False
    _server_is_back()
    return True


@transaction.atomic
def _claim(most: int) -> list[OutboxMail]:
    """The next mails that are due, as ours until the lease runs out; those whose senders died every time are given up."""
    due = list(OutboxMail.objects.due().select_for_update(skip_locked=True)[:most])
    given_up = [mail for mail in due if mail.state == MailState.SENDING and mail.attempts > len(settings.MAIL_BACK_OFF)]
    if given_up:
        move(*given_up, to=MailState.FAILED, error=SENDER_DIED)
    ours = [mail for mail in due if mail not in given_up]
    for state in (MailState.HELD, MailState.SENDING):  # nobody has said anything: it goes by itself; or its sender fell silent
        if waited := [mail for mail in ours if mail.state == state]:
            move(*waited, to=MailState.WAITING)
    if ours:
        move(*ours, to=MailState.SENDING, tries=1)
    for mail in ours:
        mail.attempts += 1
    return due


def _send_all(mails: list[OutboxMail], line: MailLine) -> bool:
    """Send what we hold; False when the server is away: then the rest goes back with its back-off, without a try for each."""
    ours = [mail for mail in mails if mail.state == MailState.SENDING]
    making = Making(ours)
    for number, mail in enumerate(ours):
        rest = ours[number:]
        try:
            line.open()
        except Exception as error:
            _server_is_away(rest, error, reached=False)
            return False
        if not _has_time(mail):
            move(*rest, to=MailState.WAITING, tries=-1)
            return True
        error_met = _send_one(mail, making, line)
        if error_met and line.broken >= BROKEN_IN_A_ROW:
            _server_is_away(ours[number + 1 :], error_met, reached=True)
            return False
    return True


def _has_time(mail: OutboxMail) -> bool:
    """Whether a talk with the slowest server ends before our lease does."""
    return mail.leased_until is not None and mail.leased_until - timezone.now() > STEPS * timedelta(seconds=settings.EMAIL_TIMEOUT)


def _send_one(mail: OutboxMail, making: Making, line: MailLine) -> Exception | None:
    """Make the mail from what is true now, hand it over and write how it went; returns what went wrong."""
    try:
        message = making.message_of(mail)
        if message is not None:
            line.send(letter(message, to=mail.to_email, name=str(mail.pk)))
    except Exception as error:
        _log(error, [mail])
        _settle(mail, to=_after(error, mail.attempts), error=_failure(error))
        return error
    if message is None:
        _settle(mail, to=MailState.CANCELLED)
    else:
        text = {"text": message.text} if mail.kind in KEPT else {}
        _settle_sent(mail, message, subject=one_line(message.subject), error="", **text)
    return None


def _settle_sent(mail: OutboxMail, message: Message, **written: Any) -> None:
    """Write that it went, and what follows from that, together. A mistake in what follows does not send the mail again."""
    follow = SETTLED.get(mail.kind)
    if follow is None:
        _settle(mail, to=MailState.SENT, **written)
        return
    with transaction.atomic():
        if _settle(mail, to=MailState.SENT, **written):
            try:
                with transaction.atomic():
                    follow(mail, message)
            except Exception as error:
                log.error("mail sent, but what follows was not written", mail=str(mail.pk), kind=mail.kind, exc_info=error)


def _settle(mail: OutboxMail, *, to: MailState, **written: Any) -> bool:
    """Write how it went; False when somebody else has taken the mail meanwhile because our lease ran out."""
    if to == MailState.WAITING:
        written["due_at"] = timezone.now() + settings.MAIL_BACK_OFF[mail.attempts - 1]
    if not move(mail, to=to, **written):
        log.warning("mail was taken by another sender", mail=str(mail.pk))
        return False
    return True


def _server_is_away(mails: Sequence[OutboxMail], error: Exception, *, reached: bool) -> None:
    """Give mails back, each with its own back-off, and let no sweep ask the server again until the first step of it is over."""
    now = timezone.now()
    for name in [SERVER_AWAY] if reached else [SERVER_AWAY, NOT_REACHED]:
        SweepRun.objects.update_or_create(name=name, defaults={"at": now})
    _log(error, mails)
    for tries in sorted({mail.attempts for mail in mails}):
        alike = [mail for mail in mails if mail.attempts == tries]
        if tries > len(settings.MAIL_BACK_OFF):
            move(*alike, to=MailState.FAILED, error=_failure(error))
        else:
            move(*alike, to=MailState.WAITING, due_at=now + settings.MAIL_BACK_OFF[tries - 1], error=_failure(error))


def _server_is_back() -> None:
    """What waited for it goes at once, however long its back-off has become."""
    SweepRun.objects.filter(name__in=[SERVER_AWAY, NOT_REACHED]).delete()
    now = timezone.now()
    OutboxMail.objects.filter(state=MailState.WAITING, attempts__gt=0, due_at__gt=now).update(due_at=now)


def _after(error: Exception, attempts: int) -> MailState:
    """What is refused for good is refused tomorrow too; everything else is tried again until the back-off list is used up."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        for_good = all(code >= 500 for code, _ in error.recipients.values())
    else:
        for_good = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
    return MailState.FAILED if for_good or attempts > len(settings.MAIL_BACK_OFF) else MailState.WAITING


def _failure(error: Exception) -> str:
    """The error in one line, for people who look after the mails: a server's answer in full, of our own mistakes only the kind."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(_answer(code, said) for code, said in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    told = str(error) if isinstance(error, OSError) else ""
    return told or type(error).__name__


def _answer(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"


def _log(error: Exception, mails: Sequence[OutboxMail]) -> None:
    """A mail server's answer holds the address, which no log keeps: of it only the kind; of our own mistakes everything."""
    told = {"mail": str(mails[0].pk), "kind": mails[0].kind, "attempt": mails[0].attempts} if len(mails) == 1 else {"mails": len(mails)}
    log.warning("mail not sent", **told, error=type(error).__name__, exc_info=not isinstance(error, OSError))
