"""What people do with mails: let one go that waits for them, edit it, put it off, stop it, send a failed one again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail as sent
from django.utils import timezone

from accounts import outbox
from accounts.actions import mails
from accounts.models import AuditEntry, OutboxMail, Scope, User
from accounts.outbox import Message
from accounts.refusal import Refused
from accounts.states import MailState
from tests import factories

TO = "søren@example.dk"


@pytest.fixture
def scope(db) -> Scope:
    return Scope.objects.create(organisation=factories.municipality())


@pytest.fixture
def answers(monkeypatch) -> dict[str, Message | None]:
    """What the builder makes of the mails; None = no longer due."""
    made: dict[str, Message | None] = {"now": Message("Frist uge 8", "Hej\n\nSend 20 sager.")}
    monkeypatch.setitem(outbox.BUILDERS, "test", lambda mail: made["now"])
    return made


@pytest.fixture
def held(answers, scope) -> OutboxMail:
    return outbox.queue(kind="test", to_email=TO, recipient=None, about=scope, scope=scope, hold_for=timedelta(hours=4))


def history(mail: OutboxMail, by: User) -> list[tuple[str, dict]]:
    entries = AuditEntry.objects.filter(target_id=str(mail.pk), scope=mail.scope, by=by).order_by("at")
    return [(entry.verb, entry.changes) for entry in entries]


def state_of(mail: OutboxMail) -> str:
    mail.refresh_from_db()
    return mail.state


def test_a_held_mail_waits_for_its_time_and_then_goes_by_itself(held, time_machine):
    assert (held.state, outbox.send_next()) == (MailState.HELD, False)
    time_machine.move_to(timezone.now() + timedelta(hours=4, seconds=1))
    assert outbox.send_next() is True
    assert state_of(held) == MailState.SENT
    assert sent.outbox[0].body == "Hej\n\nSend 20 sager."


def test_send_now_lets_it_go_at_once(held, consultant):
    mails.send_now(mail=held, by=consultant)
    assert outbox.send_next() is True
    assert (state_of(held), history(held, consultant)) == (MailState.SENT, [("mail.send_now", {})])


def test_an_edited_mail_is_sent_as_it_was_written(held, consultant):
    mails.edit(mail=held, subject=" Ny\nfrist ", text="Hej Søren\r\n\r\nVi talte om det. ", by=consultant)
    assert state_of(held) == MailState.HELD
    mails.send_now(mail=held, by=consultant)
    outbox.send_next()
    held.refresh_from_db()
    assert (held.state, held.subject, held.text, held.edited_by) == (
        MailState.SENT,
        "Ny frist",
        "Hej Søren\n\nVi talte om det.",
        consultant,
    )
    assert (sent.outbox[0].subject, sent.outbox[0].body) == ("Ny frist", "Hej Søren\n\nVi talte om det.")
    assert "Vi talte om det." not in str(history(held, consultant)), "of texts only that they changed"


def test_an_edited_mail_that_is_no_longer_due_is_not_sent(held, answers, consultant):
    mails.edit(mail=held, subject="Ny frist", text="Vi talte om det.", by=consultant)
    mails.send_now(mail=held, by=consultant)
    answers["now"] = None
    outbox.send_next()
    assert (state_of(held), sent.outbox) == (MailState.CANCELLED, [])


@pytest.mark.parametrize(("subject", "text"), [("", "Hej"), ("Emne", " \n "), ("Emne", "x" * 5001)])
def test_an_edit_needs_a_subject_and_a_text_that_is_not_too_long(held, consultant, subject, text):
    with pytest.raises(Refused):
        mails.edit(mail=held, subject=subject, text=text, by=consultant)
    held.refresh_from_db()
    assert (held.subject, held.text, held.edited_by) == ("", "", None)


def test_postponed_it_goes_by_itself_later(held, consultant, time_machine):
    later = timezone.now() + timedelta(days=2)
    mails.postpone(mail=held, until=later, by=consultant)
    time_machine.move_to(later - timedelta(minutes=1))
    assert (outbox.send_next(), state_of(held)) == (False, MailState.HELD)
    time_machine.move_to(later + timedelta(minutes=1))
    assert (outbox.send_next(), state_of(held)) == (True, MailState.SENT)
    ((verb, changes),) = history(held, consultant)
    assert (verb, list(changes)) == ("mail.postpone", ["sendes"])


def test_nothing_is_postponed_into_the_past(held, consultant):
    with pytest.raises(Refused, match="ikke er gået"):
        mails.postpone(mail=held, until=timezone.now() - timedelta(minutes=1), by=consultant)


def test_a_cancelled_mail_is_never_sent(held, consultant, time_machine):
    mails.cancel(mail=held, by=consultant)
    time_machine.move_to(timezone.now() + timedelta(days=5))
    assert (outbox.send_next(), state_of(held), sent.outbox) == (False, MailState.CANCELLED, [])
    assert history(held, consultant) == [("mail.cancel", {})]


VERBS = {
    "sendes": lambda mail, by: mails.send_now(mail=mail, by=by),
    "rettes": lambda mail, by: mails.edit(mail=mail, subject="x", text="y", by=by),
    "udskydes": lambda mail, by: mails.postpone(mail=mail, until=timezone.now() + timedelta(days=1), by=by),
    "annulleres": lambda mail, by: mails.cancel(mail=mail, by=by),
}


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_changes_a_mail_that_has_gone(held, consultant, verb):
    mails.send_now(mail=held, by=consultant)
    outbox.send_next()
    with pytest.raises(Refused, match=f"kan ikke {verb}: den har status »Sendt«"):
        VERBS[verb](held, consultant)
    assert [verb for verb, _ in history(held, consultant)] == ["mail.send_now"]


def test_a_failed_mail_gets_all_its_tries_again(held, consultant):
    OutboxMail.objects.filter(pk=held.pk).update(state=MailState.FAILED, attempts=9, error="550 5.1.1 No such user")
    mails.again(mail=held, by=consultant)
    held.refresh_from_db()
    assert (held.state, held.attempts, held.error) == (MailState.WAITING, 0, "")
    assert history(held, consultant) == [("mail.again", {})]
    outbox.send_next()
    assert state_of(held) == MailState.SENT


def test_only_a_failed_mail_is_sent_again(held, consultant):
    mails.cancel(mail=held, by=consultant)
    with pytest.raises(Refused, match="annulleret"):
        mails.again(mail=held, by=consultant)
