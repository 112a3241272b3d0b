"""A mail leaves the house although its sender dies: before the mail server took it, after, or with the server itself away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts import outbox
from accounts.models import Invitation, OutboxMail, SweepRun, User
from accounts.states import MailState, Role
from tests import factories
from tests.faults.sink import MailServer, Sink, content
from tests.servers import Redis, Worker, until

TO = "soren@example.dk"


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def server(sink: Sink) -> Iterator[MailServer]:
    """A real SMTP server on loopback."""
    running = MailServer(sink)
    running.start()
    yield running
    sink.over.set()
    running.stop()


@pytest.fixture
def _mail_to_the_sink(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", server.url)


@pytest.fixture
def admin(catalogue: None) -> User:
    return factories.person(Role.ADMIN)


def invited(admin: User, email: str = TO) -> OutboxMail:
    invitation: Invitation = factories.invitation(admin, email=email)
    return OutboxMail.objects.get(about_id=str(invitation.pk))


def state_of(mail: OutboxMail) -> str:
    mail.refresh_from_db()
    return mail.state


def lease_runs_out(mail: OutboxMail) -> None:
    """As if the time had passed."""
    OutboxMail.objects.filter(pk=mail.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    outbox.ring()


@pytest.mark.usefixtures("_mail_to_the_sink")
def test_a_mail_whose_sender_was_killed_goes_out_after_the_lease_under_the_same_name(
    broker: Redis, new_worker: Callable[..., Worker], admin: User, sink: Sink
) -> None:
    sink.at_data = lambda address: "hang"
    first = new_worker()
    mail = invited(admin)
    until(lambda: sink.given, "the mail at the mail server, whose answer is held back")
    assert state_of(mail) == MailState.SENDING
    first.kill()
    sink.at_data = content

    second = new_worker()
    second.until_ready()
    outbox.ring()
    other = invited(admin, "anden@example.dk")
    until(lambda: state_of(other) == MailState.SENT, "the next mail")
    assert state_of(mail) == MailState.SENDING, "nobody takes the mail of one who may be alive"

    lease_runs_out(mail)
    until(lambda: state_of(mail) == MailState.SENT, "the mail, sent by the second worker")
    assert mail.attempts == 2
    twins = [message for message in sink.given if message["X-Taskforce-Outbox"] == str(mail.pk)]
    assert [message["Message-ID"] for message in twins] == [f"<{mail.pk}@localhost>"] * 2
    assert {message["To"] for message in twins} == {TO}
    assert "Invitation til Task Force" in twins[0]["Subject"]


@pytest.mark.usefixtures("_mail_to_the_sink")
def test_two_workers_send_each_mail_once(broker: Redis, new_worker: Callable[..., Worker], admin: User, sink: Sink) -> None:
    workers = [new_worker(), new_worker()]
    for worker in workers:
        worker.until_ready()
    mails = [invited(admin, f"person{number}.ny@example.dk") for number in range(12)]
    until(lambda: not OutboxMail.objects.exclude(state=MailState.SENT).exists(), "all mails sent")
    assert sorted(sink.names()) == sorted(f"<{mail.pk}@localhost>" for mail in mails)
    assert set(OutboxMail.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.usefixtures("_mail_to_the_sink")
def test_an_address_that_a_real_server_refuses_fails_at_once(
    broker: Redis, new_worker: Callable[..., Worker], admin: User, sink: Sink
) -> None:
    sink.at_rcpt = lambda address: "550 5.1.1 No such user"
    mail = invited(admin)
    new_worker()
    outbox.ring()
    until(lambda: state_of(mail) == MailState.FAILED, "the refusal")
    assert (mail.attempts, mail.error, sink.given) == (1, "550 5.1.1 No such user", [])


def test_a_mail_waits_for_a_server_that_is_away(
    broker: Redis, new_worker: Callable[..., Worker], admin: User, sink: Sink, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMAIL_URL", "smtp://127.0.0.1:1")  # nobody listens there
    mail = invited(admin)
    away = new_worker()
    outbox.ring()
    until(lambda: state_of(mail) == MailState.WAITING and mail.attempts == 1, "the first try")
    assert "refused" in mail.error
    away.kill()

    monkeypatch.setenv("EMAIL_URL", server.url)
    OutboxMail.objects.update(due_at=timezone.now())
    SweepRun.objects.filter(name=outbox.SERVER_AWAY).update(at=timezone.now() - settings.MAIL_BACK_OFF[0])
    new_worker()
    outbox.ring()
    until(lambda: state_of(mail) == MailState.SENT, "the mail, when the server is back")
    assert (mail.attempts, mail.error, len(sink.given)) == (2, "", 1)
