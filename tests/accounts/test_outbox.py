"""The outbox: a row is the queue, a lease guards it, and what cannot be sent stays visible."""

from __future__ import annotations

import smtplib
import uuid
from datetime import timedelta

import pytest
from django.core import mail as sent
from django.db import IntegrityError, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts import outbox, tasks
from accounts.models import Organisation, OutboxMail
from accounts.outbox import Message
from accounts.refusal import Refused
from accounts.states import MAIL_MOVES, MailState
from tests import factories

TO = "søren@example.dk"


class Builder:
    """Makes the message it was given, and remembers for which rows; an error is raised instead."""

    def __init__(self) -> None:
        self.answer: Message | Exception | None = Message("Æblegrød på mandag", "Kære Søren\n\nVi ses.")
        self.seen: list[uuid.UUID] = []

    def __call__(self, mail: OutboxMail) -> Message | None:
        self.seen.append(mail.pk)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def builder(monkeypatch) -> Builder:
    made = Builder()
    monkeypatch.setitem(outbox.BUILDERS, "test", made)
    return made


@pytest.fixture
def about(db) -> Organisation:
    return factories.municipality()


def queued(about, to=TO) -> OutboxMail:
    return outbox.queue(kind="test", to_email=to, recipient=None, about=about)


def silent(mail: OutboxMail, **fields) -> None:
    """The mail of a sender that took it and was never heard of again."""
    values = {"state": MailState.SENDING, "attempts": 1, "leased_until": timezone.now() - timedelta(seconds=1), **fields}
    OutboxMail.objects.filter(pk=mail.pk).update(**values)


def refuse(monkeypatch, error: Exception) -> None:
    def send_messages(self, messages):
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", send_messages)


def test_a_mail_is_made_when_it_is_sent_and_says_where_it_came_from(builder, about):
    mail = queued(about)
    assert (mail.state, mail.about_id, str(mail)) == (MailState.WAITING, str(about.pk), f"test {TO}")
    assert builder.seen == []
    assert outbox.send_next() is True
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.error, mail.leased_until) == (MailState.SENT, 1, "", None)
    assert mail.sent_at is not None
    [message] = sent.outbox
    assert (message.subject, message.body, message.to) == ("Æblegrød på mandag", "Kære Søren\n\nVi ses.", [TO])
    headers = message.message()
    assert headers["X-Taskforce-Outbox"] == str(mail.pk)
    assert headers["Message-ID"] == f"<{mail.pk}@localhost>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert outbox.send_next() is False
    assert builder.seen == [mail.pk]


def test_a_name_with_a_line_break_adds_no_header(builder, about):
    builder.answer = Message("Til Søren\nBcc: alle@example.dk", "Hej")
    queued(about)
    outbox.send_next()
    assert sent.outbox[0].subject == "Til Søren Bcc: alle@example.dk"
    assert sent.outbox[0].recipients() == [TO]


def test_a_mail_that_is_no_longer_due_is_cancelled(builder, about):
    builder.answer = None
    mail = queued(about)
    outbox.send_next()
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at) == (MailState.CANCELLED, None)
    assert sent.outbox == []


def test_a_kind_that_nobody_makes_is_refused_at_once(about):
    with pytest.raises(LookupError, match="kind nobody"):
        outbox.queue(kind="nobody", to_email=TO, recipient=None, about=about)


def test_a_row_of_an_undone_action_is_never_sent(builder, about):
    with pytest.raises(Refused), transaction.atomic():
        queued(about)
        raise Refused("Fortrudt.")
    assert outbox.send_next() is False


def test_the_bell_rings_when_the_action_is_committed(builder, about, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr("celery.app.base.Celery.send_task", lambda app, name, **options: rung.append((name, options)))
    with django_capture_on_commit_callbacks(execute=True):
        queued(about)
        assert rung == []
    assert rung == [("accounts.tasks.send_waiting_mails", {"retry": False})]


def test_a_broker_that_is_away_only_delays(builder, about, monkeypatch, django_capture_on_commit_callbacks):
    def away(app, name, **options):
        raise OperationalError("connection refused")

    monkeypatch.setattr("celery.app.base.Celery.send_task", away)
    with django_capture_on_commit_callbacks(execute=True):
        mail = queued(about)
    assert mail.state == MailState.WAITING
    tasks.send_waiting_mails()
    mail.refresh_from_db()
    assert mail.state == MailState.SENT


def test_one_sweep_sends_all_that_wait(builder, about):
    for number in range(5):
        queued(about, f"person{number}@example.dk")
    tasks.send_waiting_mails()
    assert sorted(message.to[0] for message in sent.outbox) == [f"person{number}@example.dk" for number in range(5)]


def test_a_server_that_is_away_is_tried_again_after_each_step_of_the_list(builder, about, monkeypatch, settings):
    settings.MAIL_BACK_OFF = [timedelta(minutes=1), timedelta(hours=1)]
    refuse(monkeypatch, ConnectionRefusedError(111, "Connection refused"))
    mail = queued(about)
    for attempt, step in enumerate(settings.MAIL_BACK_OFF, start=1):
        before = timezone.now()
        assert outbox.send_next() is True
        mail.refresh_from_db()
        assert (mail.state, mail.attempts, mail.error) == (MailState.WAITING, attempt, "[Errno 111] Connection refused")
        assert before + step <= mail.due_at <= timezone.now() + step
        assert outbox.send_next() is False, "not before its time"
        OutboxMail.objects.update(due_at=timezone.now())
    outbox.send_next()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.error) == (MailState.FAILED, 3, "[Errno 111] Connection refused")
    assert outbox.send_next() is False


def test_a_mail_arrives_when_the_server_is_back(builder, about, monkeypatch):
    with monkeypatch.context() as patch:
        refuse(patch, smtplib.SMTPServerDisconnected("bye"))
        mail = queued(about)
        outbox.send_next()
    OutboxMail.objects.update(due_at=timezone.now())
    outbox.send_next()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.error) == (MailState.SENT, 2, "")
    assert len(sent.outbox) == 1


def test_an_address_that_the_server_refuses_fails_at_once(builder, about, monkeypatch):
    refuse(monkeypatch, smtplib.SMTPRecipientsRefused({TO: (550, b"5.1.1 No such user")}))
    mail = queued(about)
    outbox.send_next()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.error) == (MailState.FAILED, 1, "550 5.1.1 No such user")


def test_an_address_that_is_busy_is_tried_again(builder, about, monkeypatch):
    refuse(monkeypatch, smtplib.SMTPRecipientsRefused({TO: (450, b"4.2.1 Mailbox busy")}))
    mail = queued(about)
    outbox.send_next()
    mail.refresh_from_db()
    assert (mail.state, mail.error) == (MailState.WAITING, "450 4.2.1 Mailbox busy")


def test_our_own_mistake_is_kept_by_its_kind_alone(builder, about):
    builder.answer = KeyError("hemmeligt indhold")
    mail = queued(about)
    outbox.send_next()
    mail.refresh_from_db()
    assert (mail.state, mail.error) == (MailState.WAITING, "KeyError")


def test_nobody_takes_a_mail_whose_sender_may_be_alive(builder, about, settings):
    mail = queued(about)
    silent(mail, leased_until=timezone.now() + settings.MAIL_LEASE)
    assert outbox.send_next() is False


def test_a_mail_whose_sender_died_goes_out_after_the_lease_under_the_same_name(builder, about):
    mail = queued(about)
    silent(mail)
    outbox.send_next()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.SENT, 2)
    assert sent.outbox[0].message()["Message-ID"] == f"<{mail.pk}@localhost>"


def test_a_mail_that_kills_every_sender_is_given_up(builder, about, settings):
    mail = queued(about)
    silent(mail, attempts=len(settings.MAIL_BACK_OFF) + 1)
    assert outbox.send_next() is True
    mail.refresh_from_db()
    assert (mail.state, mail.error, builder.seen) == (MailState.FAILED, "Afsendelsen blev afbrudt hver gang.", [])


def test_a_sender_that_comes_too_late_does_not_write_over_the_next_one(builder, about, monkeypatch):
    mail = queued(about)

    def slow(row: OutboxMail) -> Message:
        # Another took it when our lease ran out, and is still at it.
        OutboxMail.objects.filter(pk=row.pk).update(attempts=2, leased_until=timezone.now() + timedelta(minutes=9))
        return Message("Sent sent", "Hej")

    monkeypatch.setitem(outbox.BUILDERS, "test", slow)
    outbox.send_next()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.SENDING, 2)


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_another_worker_holds_is_skipped_and_the_next_one_taken(builder, catalogue):
    about = factories.municipality()
    first, second = queued(about), queued(about, "nummer2@example.dk")
    taken = []

    def while_sending(mail: OutboxMail) -> Message:
        taken.append(mail.pk)
        if mail.pk == first.pk:
            assert outbox.send_next() is True  # the second worker, while the first one is at work
        return Message("Hej", "Hej")

    outbox.BUILDERS["test"] = while_sending
    assert outbox.send_next() is True
    assert taken == [first.pk, second.pk]
    assert sorted(OutboxMail.objects.values_list("state", "attempts")) == [(MailState.SENT, 1), (MailState.SENT, 1)]
    assert len(sent.outbox) == 2


def in_state(about, state: MailState) -> OutboxMail:
    mail = queued(about)
    times = {
        "leased_until": timezone.now() if state == MailState.SENDING else None,
        "sent_at": timezone.now() if state == MailState.SENT else None,
    }
    OutboxMail.objects.filter(pk=mail.pk).update(state=state, **times)
    mail.refresh_from_db()
    return mail


def test_a_state_is_reached_only_along_the_table(builder, about):
    for source in MailState:
        for to in MailState:
            mail = in_state(about, source)
            if to in MAIL_MOVES[source]:
                assert outbox.move(mail, to=to) == 1
                kept = OutboxMail.objects.get(pk=mail.pk)
                assert (kept.state, kept.leased_until, kept.sent_at) == (mail.state, mail.leased_until, mail.sent_at)
                assert kept.state == to
            else:
                with pytest.raises(Refused, match="Mailen er"):
                    outbox.move(mail, to=to)
                assert OutboxMail.objects.get(pk=mail.pk).state == source


def test_a_mail_that_somebody_else_has_moved_since_it_was_read_is_left_alone(builder, about):
    mail = in_state(about, MailState.SENDING)
    OutboxMail.objects.filter(pk=mail.pk).update(leased_until=timezone.now() + timedelta(seconds=1))
    assert outbox.move(mail, to=MailState.SENT) == 0
    assert mail.state == OutboxMail.objects.get(pk=mail.pk).state == MailState.SENDING


@pytest.mark.parametrize(
    "fields", [{"state": MailState.SENT}, {"state": MailState.SENDING}, {"sent_at": timezone.now()}, {"leased_until": timezone.now()}]
)
def test_the_database_holds_state_and_times_together(builder, about, fields):
    mail = queued(about)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMail.objects.filter(pk=mail.pk).update(**fields)
