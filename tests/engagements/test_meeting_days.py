"""Meetings of people who are gone, of engagements that are paused, of several days, and across a change of the clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts import outbox
from accounts.models import Membership, OutboxMail
from accounts.states import MailState
from engagements import meeting_mails
from engagements.actions import lifecycle, meeting
from engagements.meetings import KIND
from engagements.models import Meeting
from engagements.states import EngagementState, Precision
from tests import factories
from tests.engagements.meeting_world import LINK, deliver, details, event_in, files, invited, move, sequences, to

pytestmark = pytest.mark.django_db
DAY, LATER = date(2026, 3, 18), date(2026, 3, 25)
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
WAIT = timedelta(minutes=16)


@pytest.fixture(autouse=True)
def _january(time_machine):
    time_machine.move_to("2026-01-14 10:00 +0100", tick=False)


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant, starts_on=date(2026, 1, 5))


@pytest.fixture
def milestone(engagement, consultant):
    return event_in(engagement, consultant, on=DAY)


@pytest.fixture
def held(milestone, consultant, coordinator):
    """A meeting of the two; the invitations have been sent."""
    made = invited(milestone, consultant, [consultant, coordinator])
    assert len(deliver()) == 2
    return made


# People and engagements that are no more


@pytest.mark.usefixtures("held")
def test_a_person_whose_role_ended_gets_the_cancellation_and_nothing_else(milestone, consultant, coordinator, time_machine):
    Membership.objects.filter(user=coordinator).update(valid_to=date(2026, 1, 13))
    assert meeting_mails.catch_up() == 1
    [mail] = deliver()
    assert (mail.to, mail.subject) == ([coordinator.email], "Aflyst: Opstartsmøde, uge 12 – Hedensted Kommune")
    assert LINK not in mail.body and "Rådhuset" not in mail.body
    move(milestone, consultant, (LATER, LATER))
    time_machine.shift(WAIT)
    assert [mail.to for mail in deliver()] == [[consultant.email]]
    assert meeting_mails.catch_up() == 0


@pytest.mark.usefixtures("held")
def test_inhabil_beats_an_update_that_already_waits(milestone, consultant, coordinator, time_machine):
    move(milestone, consultant, (LATER, LATER))
    factories.conflict(coordinator, of="Hedensted")
    time_machine.shift(WAIT)
    mail = to(deliver(), coordinator)
    assert mail.subject.startswith("Aflyst:") and "25. marts" not in mail.body


def test_a_barred_person_gets_nothing(milestone, consultant, coordinator):
    invited(milestone, consultant, [coordinator])
    type(coordinator).objects.filter(pk=coordinator.pk).update(is_active=False)
    assert deliver() == []


@pytest.mark.usefixtures("held")
def test_a_paused_engagement_sends_no_update_until_it_goes_on(engagement, milestone, consultant, time_machine):
    lifecycle.move(engagement, to=EngagementState.PAUSED, by=consultant, reason="Ny ledelse")
    move(milestone, consultant, (LATER, LATER))
    time_machine.shift(WAIT)
    assert deliver() == []
    engagement.refresh_from_db()
    lifecycle.move(engagement, to=EngagementState.ACTIVE, by=consultant)
    assert meeting_mails.catch_up() == 2
    assert [mail.subject for mail in deliver()] == ["Flyttet: Opstartsmøde, uge 13 – Hedensted Kommune"] * 2


@pytest.mark.usefixtures("held")
def test_a_meeting_that_was_held_is_left_in_peace(milestone, consultant, coordinator, time_machine):
    time_machine.move_to("2026-03-19 10:00 +0100", tick=False)
    meeting.update(milestone=milestone, details=details([consultant, coordinator], place="Et andet sted"), by=consultant)
    assert deliver() == []


@pytest.mark.usefixtures("held")
def test_a_mail_that_failed_is_left_to_people(coordinator, milestone, consultant):
    move(milestone, consultant, (LATER, LATER))
    OutboxMail.objects.filter(state=MailState.WAITING).update(state=MailState.FAILED)
    assert meeting_mails.catch_up() == 0


def test_a_mail_about_a_participant_that_is_gone_is_not_made():
    assert meeting_mails.build(OutboxMail(about_id="987654321")) is None


# Days


def test_each_occurrence_is_an_event_of_its_own_and_those_that_go_are_called_off(engagement, consultant, coordinator, time_machine):
    days = [(date(2026, 4, 6), date(2026, 4, 6)), (date(2026, 4, 8), date(2026, 4, 8))]
    milestone = event_in(engagement, consultant, on=days[0][0])
    move(milestone, consultant, *days, precision=Precision.DAYS)
    invited(milestone, consultant, [coordinator], link="")
    [mail] = deliver()
    assert [(method, cal.vevent.dtstart.value.date()) for method, cal in files(mail)] == [("REQUEST", first) for first, _ in days]
    assert "Tid: 6. og 8. april 2026 (uge 15), hver dag kl. 9.00–11.30" in mail.body
    assert len(sequences([mail])) == 2
    move(milestone, consultant, days[0])
    time_machine.shift(WAIT)
    [mail] = deliver()
    assert [method for method, _ in files(mail)] == ["REQUEST", "CANCEL"]
    assert files(mail)[1][1].vevent.uid.value in sequences([mail])


def test_a_meeting_of_several_days_is_from_and_to_on_each_of_them(engagement, consultant, coordinator):
    milestone = event_in(engagement, consultant, on=date(2026, 3, 27), until=date(2026, 3, 30))
    invited(milestone, consultant, [coordinator])
    event = files(deliver()[0])[0][1].vevent
    starts = [start.replace(tzinfo=COPENHAGEN) for start in event.getrruleset(addRDate=True)]
    assert [(start.date(), start.hour, start.utcoffset()) for start in starts] == [
        (date(2026, 3, day), 9, timedelta(hours=1 if day < 29 else 2)) for day in (27, 28, 29, 30)
    ]


@pytest.mark.parametrize(
    ("day", "offset"), [(date(2026, 3, 28), 1), (date(2026, 3, 29), 2), (date(2026, 10, 24), 2), (date(2026, 10, 25), 1)]
)
def test_the_clock_is_local_on_both_sides_of_a_change_of_the_clock(engagement, consultant, coordinator, day, offset):
    milestone = event_in(engagement, consultant, on=day)
    invited(milestone, consultant, [coordinator], starts_at=time(13), ends_at=time(15))
    event = files(deliver()[0])[0][1].vevent
    start = event.dtstart.value
    assert (start.replace(tzinfo=None), start.utcoffset()) == (datetime(day.year, day.month, day.day, 13), timedelta(hours=offset))


def test_what_is_told_is_what_was_sent_even_when_the_date_moves_meanwhile(milestone, consultant, coordinator, time_machine, monkeypatch):
    """Between the making of a mail and its receipt the date moves: the person is told of that, too."""
    invited(milestone, consultant, [coordinator])
    made = meeting_mails.build

    def slow(mail):
        message = made(mail)
        if timezone.localdate() == date(2026, 1, 14) and Meeting.objects.get().milestone.starts_on == DAY:
            move(milestone, consultant, (LATER, LATER))
        return message

    monkeypatch.setitem(outbox.BUILDERS, KIND, slow)
    assert [mail.subject for mail in deliver()] == ["Møde uge 12: Opstartsmøde – Hedensted Kommune"]
    time_machine.shift(WAIT)
    assert [mail.subject for mail in deliver()] == ["Flyttet: Opstartsmøde, uge 13 – Hedensted Kommune"]
