"""What a mail server can do to us, over a real connection: refuse, put off, hang, hang up, be away for hours. Nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import outbox, tasks
from accounts.models import OutboxMail, Scope, SweepRun
from accounts.outbox import Message
from accounts.states import MailState
from tests import factories
from tests.faults.sink import MailServer, Sink, content

HARD, SOFT = "550 5.1.1 No such user", "451 4.3.0 Try again later"


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def server(sink: Sink, settings) -> Iterator[MailServer]:
    """The product sends to a server on loopback; no answer for half a second counts as none."""
    running = MailServer(sink)
    running.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", urlsplit(running.url).port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 0.5
    yield running
    sink.over.set()
    running.stop()


@pytest.fixture
def scope(db) -> Scope:
    return Scope.objects.create(organisation=factories.municipality())


@pytest.fixture
def queued(scope, server, monkeypatch) -> Callable[[int], list[OutboxMail]]:
    """Puts so many mails in the outbox, to person0@…, person1@…"""
    monkeypatch.setitem(outbox.BUILDERS, "test", lambda mail: Message("Frist uge 8", "Hej"))

    def make(number: int) -> list[OutboxMail]:
        return [outbox.queue(kind="test", to_email=f"person{one}@example.dk", recipient=None, about=scope) for one in range(number)]

    return make


def states() -> list[tuple[str, int, str]]:
    return list(OutboxMail.objects.order_by("created_at").values_list("state", "attempts", "error"))


def later(**by: float) -> None:
    """As if so much time had passed for mails that wait, and for the server that was away."""
    step = timedelta(**by)
    for mail in OutboxMail.objects.filter(state=MailState.WAITING):
        OutboxMail.objects.filter(pk=mail.pk).update(due_at=mail.due_at - step)
    for run in SweepRun.objects.filter(name__startswith="mail server"):
        SweepRun.objects.filter(pk=run.pk).update(at=run.at - step)


def only(address: str, answer: str) -> Callable[[str], str]:
    return lambda to: answer if to == address else ""


def test_many_mails_go_over_one_connection(sink, queued):
    mails = queued(45)
    assert outbox.send_due(most=100) == 45
    assert sink.talks == 1
    assert sorted(sink.names()) == sorted(f"<{mail.pk}@localhost>" for mail in mails)
    assert states() == [(MailState.SENT, 1, "")] * 45


def test_every_mail_costs_the_same_few_queries(queued):
    counts = []
    for number in (1, 50, 100):
        queued(number)
        with CaptureQueriesContext(connection) as asked:
            assert outbox.send_due(most=number) == number
        counts.append([query["sql"].split()[0] for query in asked].count("UPDATE"))
    assert counts == [1 + 1, 1 + 50, 2 + 100], "one for each batch, and one for each mail"


def test_an_address_that_is_refused_fails_at_once_and_the_others_go(sink, queued):
    queued(3)
    sink.at_rcpt = only("person1@example.dk", HARD)
    outbox.send_due(most=10)
    assert states() == [(MailState.SENT, 1, ""), (MailState.FAILED, 1, HARD), (MailState.SENT, 1, "")]
    assert sink.talks == 1


def test_a_mail_that_is_refused_after_its_text_fails_at_once(sink, queued):
    queued(1)
    sink.at_data = lambda address: "554 5.7.1 Refused"
    outbox.send_due(most=10)
    assert states() == [(MailState.FAILED, 1, "554 5.7.1 Refused")]


@pytest.mark.parametrize("place", ["at_rcpt", "at_data"])
def test_a_mail_that_is_put_off_is_tried_again(sink, queued, place):
    queued(3)
    setattr(sink, place, only("person1@example.dk", SOFT))
    outbox.send_due(most=10)
    assert states() == [(MailState.SENT, 1, ""), (MailState.WAITING, 1, SOFT), (MailState.SENT, 1, "")]
    setattr(sink, place, content)
    assert outbox.send_due(most=10) == 0, "not before its time"
    later(minutes=1)
    outbox.send_due(most=10)
    assert states() == [(MailState.SENT, 1, ""), (MailState.SENT, 2, ""), (MailState.SENT, 1, "")]
    assert len(sink.given) == 3


def test_a_server_that_closes_with_421_is_called_anew_for_the_next_mail(sink, queued):
    queued(3)
    sink.at_rcpt = only("person1@example.dk", "421 4.3.2 Closing")
    outbox.send_due(most=10)
    assert states() == [(MailState.SENT, 1, ""), (MailState.WAITING, 1, "421 4.3.2 Closing"), (MailState.SENT, 1, "")]
    assert sink.talks == 2


def test_a_connection_that_is_cut_after_the_text_gives_a_twin_under_the_same_name(sink, queued):
    _, middle, _ = queued(3)
    sink.at_data = only("person1@example.dk", "cut")
    outbox.send_due(most=10)
    assert [state for state, *_ in states()] == [MailState.SENT, MailState.WAITING, MailState.SENT]
    sink.at_data = content
    later(minutes=1)
    outbox.send_due(most=10)
    assert [state for state, *_ in states()] == [MailState.SENT] * 3
    assert sink.names().count(f"<{middle.pk}@localhost>") == 2 and len(sink.given) == 4


def test_a_server_that_cuts_every_talk_is_left_in_peace_for_a_while(sink, queued):
    queued(20)
    sink.at_data = lambda address: "cut"
    assert outbox.send_due(most=20) == 20
    assert sink.talks == outbox.BROKEN_IN_A_ROW
    assert {(state, tries) for state, tries, _ in states()} == {(MailState.WAITING, 1)}
    assert outbox.send_due(most=20) == 0
    sink.at_data = content
    later(minutes=1)
    outbox.send_due(most=20)
    assert {(state, tries) for state, tries, _ in states()} == {(MailState.SENT, 2)}


@pytest.mark.parametrize("place", ["at_rcpt", "at_data"])
def test_a_server_that_hangs_holds_us_for_two_mails_and_no_more(sink, queued, place):
    queued(20)
    setattr(sink, place, lambda address: "hang")
    begun = time.monotonic()
    outbox.send_due(most=100)
    assert time.monotonic() - begun < 20 * 0.5, "not a wait for each mail"
    assert {(state, tries) for state, tries, _ in states()} == {(MailState.WAITING, 1)}
    assert all("timed out" in error for *_, error in states())
    sink.over.set()
    setattr(sink, place, content)
    later(minutes=1)
    outbox.send_due(most=100)
    assert {state for state, *_ in states()} == {MailState.SENT}


def test_a_server_that_is_away_is_asked_once_and_then_left_alone_for_a_while(sink, queued, server):
    server.stop()
    queued(80)
    assert outbox.send_due(most=100) == outbox.BATCH
    assert [state for state, *_ in states()] == [MailState.WAITING] * 80
    assert [tries for _, tries, _ in states()] == [1] * outbox.BATCH + [0] * (80 - outbox.BATCH)
    for _ in range(10):
        assert outbox.send_due(most=100) == 0, "no busy loop"
    server.start()
    later(minutes=1)
    assert outbox.send_due(most=100) == 80
    assert [(state, error) for state, _, error in states()] == [(MailState.SENT, "")] * 80
    assert len(sink.given) == 80


def test_one_mail_that_gets_through_calls_those_that_waited_for_the_server(sink, queued):
    queued(4)
    sink.at_data = lambda address: "cut"
    outbox.send_due(most=4)
    OutboxMail.objects.update(due_at=timezone.now() + timedelta(hours=12))
    later(minutes=1)
    sink.at_data = content
    assert outbox.send_due(most=10) == 0, "none is due"
    queued(1)
    assert outbox.send_due(most=10) == 5
    assert {state for state, *_ in states()} == {MailState.SENT}
    assert not SweepRun.objects.filter(name=outbox.SERVER_AWAY).exists()


def test_the_last_try_at_a_server_that_is_away_fails_visibly(queued, server, settings):
    server.stop()
    settings.MAIL_BACK_OFF = [timedelta(minutes=1)]
    queued(2)
    outbox.send_due(most=10)
    later(minutes=1)
    outbox.send_due(most=10)
    assert [(state, tries) for state, tries, _ in states()] == [(MailState.FAILED, 2)] * 2
    assert all("refused" in error for *_, error in states())


def test_six_hours_without_a_mail_server_lose_nothing_and_cost_few_tries(sink, queued, server, time_machine, consultant, log_in):
    begin = timezone.now()
    time_machine.move_to(begin, tick=False)
    server.stop()
    queued(60)
    for minute in range(6 * 60):
        time_machine.move_to(begin + timedelta(minutes=minute), tick=False)
        tasks.send_waiting_mails()
        if minute % 60 == 30:
            queued(1)
            assert log_in(consultant).get("/").status_code == 200, "the web does not wait for mail"
    assert sink.given == []
    assert {state for state, *_ in states()} == {MailState.WAITING}
    server.start()
    for minute in range(6 * 60, 6 * 60 + 5):
        time_machine.move_to(begin + timedelta(minutes=minute), tick=False)
        tasks.send_waiting_mails()
    assert {state for state, *_ in states()} == {MailState.SENT}
    assert len(sink.given) == len(set(sink.names())) == 66
    assert max(tries for _, tries, _ in states()) <= 20


def test_what_is_met_between_claim_and_send_sends_nothing(sink, queued, monkeypatch):
    mails = queued(3)
    met: set[object] = set()
    monkeypatch.setitem(outbox.BUILDERS, "test", lambda mail: None if mail.pk in met else Message("Frist", "Hej"))

    def while_the_first_is_on_its_way(address: str) -> str:
        met.add(mails[1].pk)
        return ""

    sink.at_data = while_the_first_is_on_its_way
    outbox.send_due(most=10)
    assert [state for state, *_ in states()] == [MailState.SENT, MailState.CANCELLED, MailState.SENT]
    assert [message["To"] for message in sink.given] == ["person0@example.dk", "person2@example.dk"]


def test_what_the_lease_leaves_no_time_for_is_given_back_without_a_try(sink, queued, settings, time_machine):
    settings.EMAIL_TIMEOUT, settings.MAIL_LEASE = 10, timedelta(minutes=5)
    begin = timezone.now()
    time_machine.move_to(begin, tick=False)
    queued(3)
    made: list[OutboxMail] = []

    def slow(mail: OutboxMail) -> Message:
        made.append(mail)
        if len(made) == 1:
            time_machine.move_to(begin + timedelta(minutes=4, seconds=30), tick=False)
        return Message("Frist", "Hej")

    outbox.BUILDERS["test"] = slow
    assert outbox.send_due(most=3) == 3
    assert [(state, tries) for state, tries, _ in states()] == [(MailState.SENT, 1), (MailState.WAITING, 0), (MailState.WAITING, 0)]
    assert outbox.send_due(most=3) == 2
    assert [(state, tries) for state, tries, _ in states()] == [(MailState.SENT, 1)] * 3
    assert len(sink.given) == 3
