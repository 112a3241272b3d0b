"""What the mail about *beskeder* says, and that it says only what is true when it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail as sent
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import audit, notices, outbox
from accounts.mail_making import SETTLED
from accounts.models import Membership, Notice, OutboxMail, Scope, User
from accounts.models import notice as model
from accounts.notice_mail import notices_mails
from accounts.notices import Line
from accounts.outbox import Message
from accounts.states import MailState, Role
from tests import factories
from tests.accounts.telling import DATES, tell


def send_all() -> None:
    while outbox.send_next():
        pass


# What the mail says


def text_of(*titles: str, to: User, scope: Scope | None, **fields) -> tuple[str, list[str]]:
    for title in titles:
        tell(to, title, scope, **fields)
    notices.gather()
    sent.outbox.clear()
    send_all()
    (message,) = sent.outbox
    return message.subject, message.body.split("\n")


def test_one_notice_speaks_for_itself(coordinator, scope):
    subject, lines = text_of("sager", to=coordinator, scope=scope, url="/forloeb/7/")
    assert subject == "Om sager"
    assert lines == ["Hej Hanne", "", "sager.", "", "http://localhost/forloeb/7/", "", "Venlig hilsen Task Force"]


def test_several_are_listed_with_one_link(coordinator, scope):
    subject, lines = text_of("sager", "møde", to=coordinator, scope=scope)
    assert subject == "Om sager og 1 besked mere"
    assert lines == ["Hej Hanne", "", "• sager.", "• møde.", "", "http://localhost/beskeder/", "", "Venlig hilsen Task Force"]


def test_several_about_the_same_page_lead_there(coordinator, scope):
    _, lines = text_of("sager", "møde", to=coordinator, scope=scope, url="/forloeb/7/")
    assert "http://localhost/forloeb/7/" in lines


@pytest.mark.parametrize(("number", "listed"), [(5, 5), (6, 4), (16, 4)])
def test_a_mail_is_short_however_much_there_is(coordinator, scope, number, listed):
    subject, lines = text_of(*[f"nr. {one}" for one in range(number)], to=coordinator, scope=scope)
    assert subject == f"Om nr. 0 og {number - 1} beskeder mere"
    written = [line for line in lines if line]
    assert len(written) <= 8
    assert sum(line.startswith("•") for line in written) == listed
    assert [line for line in written if line.startswith("…")] == ([f"… og {number - listed} mere, se Beskeder"] if number > listed else [])


def test_a_stand_in_is_told_for_whom(coordinator, stranger, scope):
    _, lines = text_of("sager", to=coordinator, scope=scope, on_behalf_of=stranger)
    assert lines[:2] == ["Hej Hanne", "Du får mailen som stedfortræder for Sofie Fremmed."]


def test_among_own_ones_each_says_for_whom_it_is(coordinator, stranger, scope):
    tell(coordinator, "min", scope)
    _, lines = text_of("hendes", to=coordinator, scope=scope, on_behalf_of=stranger)
    assert lines[:4] == ["Hej Hanne", "", "• min.", "• hendes. (for Sofie Fremmed)"]


def test_the_text_is_kept_for_the_log_of_mails(coordinator, scope):
    _, lines = text_of("sager", to=coordinator, scope=scope)
    mail = OutboxMail.objects.get()
    assert (mail.state, mail.subject, mail.text) == (MailState.SENT, "Om sager", "\n".join(lines))


# True when it is sent


def test_only_what_is_still_true_is_sent(coordinator, scope, truth):
    tell(coordinator, "mødt", scope)
    tell(coordinator, "mangler", scope)
    notices.gather()
    truth.gone = {"mødt"}
    send_all()
    (message,) = sent.outbox
    assert message.subject == "Om mangler" and "mødt" not in message.body


@pytest.fixture
def together(truth, monkeypatch) -> list[int]:
    """The first kind describes the notices of many mails at once; how many each time."""
    asked: list[int] = []

    def describe_many(given: Sequence[Notice]) -> list[tuple[Notice, Line]]:
        asked.append(len(given))
        if any(one.title == "umulig" for one in given):
            raise KeyError("umulig")
        return [(one, line) for one in given for line in truth([one])]

    monkeypatch.setitem(notices.KINDS, DATES, replace(notices.KINDS[DATES], describe_many=describe_many))
    return asked


def test_mails_of_many_people_are_made_together(db, together, truth):
    people = [factories.person(Role.CONSULTANT) for _ in range(5)]
    for number, person in enumerate(people):
        tell(person, f"nr. {number}", None)
        tell(person, f"også {number}", None)
    notices.gather()
    truth.gone = {"nr. 1", "også 3", "nr. 4", "også 4"}
    assert outbox.send_due(most=20) == 5
    assert together == [10]
    bodies = {message.to[0]: message.body for message in sent.outbox}
    assert [person.email in bodies for person in people] == [True, True, True, True, False]
    assert [line for line in bodies[people[0].email].split("\n") if line.startswith("•")] == ["• nr. 0.", "• også 0."]
    assert "også 1." in bodies[people[1].email] and "nr. 1." not in bodies[people[1].email]
    assert people[4].mails.get().state == MailState.CANCELLED


def test_what_somebody_does_while_others_are_sent_counts_for_the_rest(db, together, truth, monkeypatch):
    first, second, third = (factories.person(Role.CONSULTANT) for _ in range(3))
    for person in (first, second, third):
        tell(person, f"til {person.email}", None)
    notices.gather()

    def meanwhile(mail: OutboxMail, message: Message) -> None:
        if mail.recipient == first:
            truth.gone = {f"til {second.email}"}
            audit.record(by=third, verb="milestone.meet", target=second, scope=None)

    monkeypatch.setitem(SETTLED, notices.MAIL, meanwhile)
    outbox.send_due(most=20)
    assert together == [3, 2]
    assert [message.to[0] for message in sent.outbox] == [first.email, third.email]


def test_a_mail_that_cannot_be_made_keeps_no_other(db, together):
    people = [factories.person(Role.CONSULTANT) for _ in range(3)]
    for person, title in zip(people, ("en", "umulig", "tre"), strict=True):
        tell(person, title, None)
    notices.gather()
    outbox.send_due(most=20)
    assert [person.mails.get().state for person in people] == [MailState.SENT, MailState.WAITING, MailState.SENT]
    assert people[1].mails.get().error == "KeyError"
    assert together == [3, 1, 1, 1]


def test_many_mails_cost_as_many_queries_to_make_as_one(db, together):
    counts = []
    for number in (1, 20):
        for _ in range(number):
            tell(factories.person(Role.CONSULTANT), "nu", None)
        notices.gather()
        mails = list(OutboxMail.objects.filter(state=MailState.WAITING))
        with CaptureQueriesContext(connection) as asked:
            made = notices_mails(mails)
        assert all(made.values()) and len(made) == number
        counts.append(len(asked))
        send_all()
    assert counts[0] == counts[1]


@pytest.mark.parametrize("event", ["met", "withdrawn", "barred", "role ended", "out of sight", "kind gone"])
def test_nothing_is_sent_when_nothing_is_left_to_say(coordinator, scope, truth, monkeypatch, event):
    notice = tell(coordinator, "frist", scope)
    notices.gather()
    if event == "met":
        truth.gone = {"frist"}
    elif event == "withdrawn":
        Notice.objects.filter(pk=notice.pk).update(withdrawn_at=timezone.now())
    elif event == "barred":
        User.objects.filter(pk=coordinator.pk).update(is_active=False)
    elif event == "role ended":
        Membership.objects.filter(user=coordinator).update(valid_to=timezone.localdate() - timedelta(days=1))
    elif event == "out of sight":
        monkeypatch.setattr(model, "SIGHTS", [lambda user: Scope.objects.none().values("pk")])
    else:
        monkeypatch.delitem(notices.KINDS, DATES)
    send_all()
    assert (OutboxMail.objects.get().state, sent.outbox) == (MailState.CANCELLED, [])
