"""*Beskeder* become mails: when each person has chosen, many in one, held where a consultant wants to see them, true when sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as sent
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import notices, outbox
from accounts.models import MailChoice, Notice, OutboxMail, Scope, User
from accounts.states import Delivery, MailState
from tests import factories
from tests.accounts.telling import DATES, NEWS, tell
from tests.races import at_once

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@pytest.fixture
def other_scope(scope) -> Scope:
    return Scope.objects.create(organisation=scope.organisation)


def choose(user: User, delivery: Delivery, kind: str = DATES) -> None:
    MailChoice.objects.update_or_create(user=user, kind=kind, defaults={"delivery": delivery})


def send_all() -> None:
    while outbox.send_next():
        pass


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


# When


@pytest.mark.parametrize(
    ("delivery", "told", "mailed"),
    [
        (Delivery.AT_ONCE, "2026-02-18 10:15", "2026-02-18 10:15"),
        (Delivery.IN_SYSTEM, "2026-02-18 10:15", None),
        (Delivery.DAILY, "2026-02-18 10:15", "2026-02-19 07:00"),
        (Delivery.DAILY, "2026-02-18 06:59", "2026-02-18 07:00"),
        (Delivery.DAILY, "2026-02-18 07:00", "2026-02-18 07:00"),
        (Delivery.DAILY, "2026-03-28 12:00", "2026-03-29 07:00"),  # the clock goes forward that night
        (Delivery.DAILY, "2026-03-29 01:30", "2026-03-29 07:00"),
        (Delivery.DAILY, "2026-10-24 12:00", "2026-10-25 07:00"),  # and back that night
        (Delivery.DAILY, "2028-02-28 12:00", "2028-02-29 07:00"),
        (Delivery.WEEKLY, "2026-02-18 10:15", "2026-02-23 07:00"),
        (Delivery.WEEKLY, "2026-02-23 06:00", "2026-02-23 07:00"),
        (Delivery.WEEKLY, "2026-02-23 07:01", "2026-03-02 07:00"),
        (Delivery.WEEKLY, "2026-03-27 12:00", "2026-03-30 07:00"),
        (Delivery.WEEKLY, "2026-10-23 12:00", "2026-10-26 07:00"),
        (Delivery.WEEKLY, "2026-12-30 12:00", "2027-01-04 07:00"),  # out of week 53
    ],
)
def test_a_mail_goes_when_the_person_has_chosen(coordinator, scope, time_machine, delivery, told, mailed):
    choose(coordinator, delivery)
    time_machine.move_to(at(told), tick=False)
    notice = tell(coordinator, "frist", scope)
    assert (notice.mail_at and timezone.localtime(notice.mail_at)) == (mailed and at(mailed))
    if mailed is None:
        return
    time_machine.move_to(at(mailed) - timedelta(seconds=1), tick=False)
    assert notices.gather() == 0
    time_machine.move_to(at(mailed), tick=False)
    assert notices.gather() == 1
    assert OutboxMail.objects.get().to_email == coordinator.email


def test_a_choice_that_the_kind_does_not_offer_is_its_default(coordinator, scope):
    assert notices.delivery_of(coordinator, NEWS) == Delivery.DAILY
    choose(coordinator, Delivery.IN_SYSTEM, NEWS)
    assert notices.delivery_of(coordinator, NEWS) == Delivery.DAILY


def test_a_kind_that_nobody_registered_is_refused(coordinator, scope):
    with pytest.raises(LookupError, match=r"kind test\.nobody"):
        tell(coordinator, "x", scope, kind="test.nobody")


def test_what_waits_can_be_taken_back_and_what_is_in_a_mail_cannot(coordinator, scope):
    early = tell(coordinator, "tidlig", scope)
    notices.gather()
    late = tell(coordinator, "sen", scope, wait=timedelta(minutes=15))
    assert notices.withdraw(Notice.objects.filter(pk__in=[early.pk, late.pk])) == 1
    assert list(Notice.objects.visible_to(coordinator)) == [early]
    assert notices.gather() == 0


# Gathered


def test_many_notices_make_one_mail_for_each_person(coordinator, stranger, scope, other_scope):
    for title in ("en", "to", "tre"):
        tell(coordinator, title, scope)
    tell(coordinator, "fire", other_scope)
    tell(stranger, "andres", None)
    assert notices.gather() == 2
    mine, theirs = OutboxMail.objects.get(recipient=coordinator), OutboxMail.objects.get(recipient=stranger)
    assert [one.title for one in mine.notices.order_by("created_at")] == ["en", "to", "tre", "fire"]
    assert [one.title for one in theirs.notices.all()] == ["andres"]
    assert (mine.scope, theirs.scope) == (None, None)
    assert notices.gather() == 0


def test_a_mail_about_one_engagement_belongs_to_it(coordinator, scope):
    tell(coordinator, "en", scope)
    tell(coordinator, "to", scope)
    notices.gather()
    assert OutboxMail.objects.get().scope == scope


def test_what_waits_about_the_same_is_taken_along_and_nothing_else(coordinator, scope, other_scope):
    tell(coordinator, "nu", scope)
    tell(coordinator, "samme", scope, wait=timedelta(minutes=15))
    tell(coordinator, "et andet forløb", other_scope, wait=timedelta(minutes=15))
    tell(coordinator, "en anden slags", scope, kind=NEWS)
    notices.gather()
    assert sorted(one.title for one in OutboxMail.objects.get().notices.all()) == ["nu", "samme"]
    assert Notice.objects.unmailed().count() == 2


def test_mails_that_a_consultant_wants_to_see_wait_one_for_each_engagement(coordinator, stranger, scope, other_scope, monkeypatch):
    third = Scope.objects.create(organisation=scope.organisation)

    def rule(of: Scope, to: User) -> timedelta | None:
        return timedelta(hours=24) if of in (scope, third) and to == coordinator else None

    monkeypatch.setattr(notices, "HOLD_RULES", [rule, lambda of, to: None])
    for title, of in (("a", scope), ("b", scope), ("c", third), ("d", other_scope), ("e", None)):
        tell(coordinator, title, of)
        tell(stranger, title, of)
    assert notices.gather() == 4
    made = [(mail.scope, mail.state, "".join(sorted(one.title for one in mail.notices.all()))) for mail in coordinator.mails.all()]
    assert sorted(made, key=lambda one: one[2]) == [
        (scope, MailState.HELD, "ab"),
        (third, MailState.HELD, "c"),
        (None, MailState.WAITING, "de"),
    ]
    assert [mail.state for mail in stranger.mails.all()] == [MailState.WAITING]
    held = coordinator.mails.filter(state=MailState.HELD).first()
    assert timedelta(hours=23, minutes=59) < held.due_at - timezone.now() <= timedelta(hours=24)


def test_a_barred_person_gets_nothing_and_nothing_later(coordinator, scope):
    notice = tell(coordinator, "nu", scope)
    User.objects.filter(pk=coordinator.pk).update(is_active=False)
    assert notices.gather() == 0
    User.objects.filter(pk=coordinator.pk).update(is_active=True)
    assert notices.gather() == 0
    notice.refresh_from_db()
    assert (notice.mail, notice.mail_at) == (None, None)


def test_days_without_the_clock_end_in_one_mail(coordinator, scope, other_scope, time_machine):
    start = timezone.now()
    for day in range(3):
        time_machine.move_to(start + timedelta(days=day))
        tell(coordinator, f"dag {day}", scope)
        tell(coordinator, f"også {day}", other_scope)
    assert notices.gather() == 1
    send_all()
    (message,) = sent.outbox
    assert message.subject == "Om dag 0 og 5 beskeder mere"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_each_mail_once(catalogue, truth):
    people = [factories.person(None) for _ in range(12)]
    for person in people:
        tell(person, "nu", None)
        tell(person, "mere", None)
    made = at_once(notices.gather, notices.gather, notices.gather)
    made.append(notices.gather())  # whoever was skipped
    assert sum(made) == 12
    assert [mail.notices.count() for mail in OutboxMail.objects.all()] == [2] * 12
    assert OutboxMail.objects.values("recipient").distinct().count() == 12


def test_it_asks_as_often_for_thirty_notices_as_for_one(coordinator, stranger, scope, other_scope):
    counts = []
    for number, to in ((1, coordinator), (30, stranger)):
        for one in range(number):
            tell(to, f"nr. {one}", (scope, other_scope)[one % 2])
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert notices.gather() == 1
        counts.append(len(asked))
    assert counts[0] == counts[1]
