"""Invitations, updates and cancellations: each person hears what is true when the mail goes, once, and nothing that was undone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts import notices
from accounts.models import MailChoice, Membership, Notice, OutboxMail
from accounts.refusal import Refused
from accounts.states import Delivery, MailState, Role
from engagements import meeting_mails, moved_notices
from engagements.actions import meeting, milestones, team
from engagements.meetings import KIND
from engagements.models import Meeting
from engagements.states import Precision
from tests import factories
from tests.engagements.meeting_world import LINK, deliver, details, event_in, files, invited, move, sequences, to, undo, waiting

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


# Invitation


def test_each_invited_person_gets_one_mail_with_a_file_for_the_calendar(milestone, consultant, coordinator):
    invited(milestone, consultant, [consultant, coordinator])
    mails = deliver()
    assert [mail.to for mail in mails] == sorted([[consultant.email], [coordinator.email]])
    mail = to(mails, coordinator)
    assert mail.subject == "Møde uge 12: Opstartsmøde – Hedensted Kommune"
    assert mail.body.splitlines() == [
        "Hej Hanne",
        "",
        "Indkaldelse til Opstartsmøde, Hedensted Kommune.",
        "Tid: onsdag d. 18. marts 2026 (uge 12) kl. 9.00–11.30",
        "Sted: Rådhuset, lokale 2",
        f"Onlinemøde: {LINK}",
        "",
        f"Se mødet: http://localhost{milestone.get_absolute_url()}",
    ]
    assert mail.reply_to == [consultant.email]
    [(method, calendar)] = files(mail)
    event = calendar.vevent
    assert (method, calendar.method.value, event.status.value) == ("REQUEST", "REQUEST", "CONFIRMED")
    assert event.dtstart.value == datetime(2026, 3, 18, 9, tzinfo=COPENHAGEN)
    assert event.dtend.value == datetime(2026, 3, 18, 11, 30, tzinfo=COPENHAGEN)
    assert event.location.value == f"Rådhuset, lokale 2, {LINK}"
    assert event.organizer.value == f"mailto:{consultant.email}"
    assert [one.value for one in event.attendee_list] == [f"mailto:{coordinator.email}"]


def test_no_mail_holds_the_address_of_another_participant(milestone, consultant, coordinator, engagement):
    jurist = factories.person(Role.LEGAL_REVIEWER, name="Jonas Jurist")
    team.join(engagement=engagement, user=jurist, role=Role.LEGAL_REVIEWER, by=consultant)
    invited(milestone, consultant, [coordinator, jurist], others="Borgmesteren og Ida Udenfor")
    for mail, other in zip(deliver(), sorted([coordinator.email, jurist.email], reverse=True), strict=True):
        wire = mail.message().as_string()
        content = "".join(calendar.serialize() for _, calendar in files(mail))
        assert mail.recipients() == mail.to and other not in wire + content + mail.body
        assert "Ida Udenfor" not in wire + content + mail.body


def test_whoever_wants_no_mail_is_told_in_the_system_alone(milestone, consultant, coordinator):
    MailChoice.objects.create(user=coordinator, kind=KIND, delivery=Delivery.IN_SYSTEM)
    meeting.save(milestone=milestone, details=details([consultant, coordinator]), by=consultant)
    found = Meeting.objects.get()
    reach = meeting_mails.reach_of(found)
    assert (reach.mails, reach.in_system) == (1, 1)
    assert meeting.invite(milestone=milestone, by=consultant) == 1
    assert [mail.to for mail in deliver()] == [[consultant.email]]
    notice = Notice.objects.get(recipient=coordinator)
    assert notice.title == "Indkaldt – Opstartsmøde, Hedensted Kommune: onsdag d. 18. marts 2026 (uge 12) kl. 9.00–11.30"
    assert (notice.url, notice.mail, notice.mail_at) == (milestone.get_absolute_url(), None, None)
    move(milestone, consultant, (LATER, LATER))
    assert Notice.objects.filter(recipient=coordinator, title__startswith="Opstartsmøde er flyttet").count() == 1
    assert [mail.to_email for mail in waiting()] == [consultant.email]


def test_a_notice_points_at_the_mail_that_was_made_for_it_and_the_sender_gets_none(held, coordinator, consultant):
    notice = Notice.objects.get(recipient=coordinator)
    assert (notice.mail.kind, notice.mail.state, notice.mail_at) == (KIND, MailState.SENT, None)
    assert not Notice.objects.filter(recipient=consultant).exists()


def test_an_employee_is_led_to_a_page_that_they_may_see(milestone, consultant):
    employee = factories.person(Role.EMPLOYEE, name="Emil Medarbejder")
    invited(milestone, consultant, [employee])
    [mail] = deliver()
    assert mail.body.endswith("Se mødet: http://localhost/")
    assert Notice.objects.visible_to(employee).count() == 1
    Membership.objects.filter(user=employee).update(valid_to=date(2026, 1, 13))
    assert Notice.objects.visible_to(type(employee).objects.get(pk=employee.pk)).count() == 0


def test_mails_to_the_municipality_wait_where_the_engagement_asks_for_it(milestone, consultant, coordinator, monkeypatch):
    rule = lambda scope, user: timedelta(hours=4) if user == coordinator else None  # noqa: E731
    monkeypatch.setattr("accounts.notices.HOLD_RULES", [rule])
    made = invited(milestone, consultant, [consultant, coordinator])
    reach = meeting_mails.reach_of(made)
    assert (reach.at_once, reach.held, reach.mails) == (1, 1, 2)
    assert OutboxMail.objects.get(recipient=coordinator).state == MailState.HELD
    assert [mail.to for mail in deliver()] == [[consultant.email]]


# Moved, changed, undone


def test_a_moved_date_reaches_everybody_after_a_quarter_of_an_hour_as_the_same_event_with_a_higher_sequence(
    milestone, consultant, coordinator, time_machine
):
    invited(milestone, consultant, [consultant, coordinator])
    first = sequences(deliver())
    move(milestone, consultant, (LATER, LATER))
    assert deliver() == []
    time_machine.shift(WAIT)
    mails = deliver()
    mail, second = to(mails, coordinator), sequences(mails)
    assert mail.subject == "Flyttet: Opstartsmøde, uge 13 – Hedensted Kommune"
    assert "Tid: onsdag d. 25. marts 2026 (uge 13) kl. 9.00–11.30" in mail.body
    assert files(mail)[0][1].vevent.dtstart.value.date() == LATER
    assert first.keys() == second.keys() and len(first) == 1
    assert all(second[uid] > first[uid] for uid in first)
    time_machine.shift(WAIT)
    assert deliver() == [] and waiting() == []


@pytest.mark.usefixtures("held")
def test_a_move_that_is_undone_in_time_tells_nobody_anything(milestone, consultant, coordinator, time_machine):
    employee = factories.person(Role.EMPLOYEE)
    meeting.update(milestone=milestone, details=details([consultant, coordinator, employee]), by=consultant)
    deliver()
    change_set = move(milestone, consultant, (LATER, LATER))
    assert len(waiting()) == 3
    assert [told_of_move(person) for person in (coordinator, employee)] == [[moved_notices.KEY], [KIND]]
    undo(change_set, consultant)
    assert waiting() == []
    assert [told_of_move(person) for person in (coordinator, employee)] == [[], []]
    time_machine.shift(WAIT)
    notices.gather()
    assert deliver() == []


def told_of_move(person) -> list[str]:
    return [notice.kind for notice in Notice.objects.visible_to(person) if "lyttet" in notice.title]


@pytest.mark.usefixtures("held")
def test_a_moved_meeting_is_one_mail_to_each_however_many_rules_tell_of_it(milestone, consultant, coordinator, time_machine):
    leader = factories.person(Role.LEADER, name="Lis Leder")  # not invited: hears of the date as everybody does
    move(milestone, consultant, (LATER, LATER))
    time_machine.shift(WAIT)
    notices.gather()
    mails = deliver()
    assert [mail.to for mail in mails] == sorted([[consultant.email], [coordinator.email], [leader.email]])
    assert [bool(files(to(mails, person))) for person in (coordinator, leader)] == [True, False]


@pytest.mark.usefixtures("held")
def test_a_move_that_is_undone_too_late_is_told_back(milestone, consultant, time_machine):
    change_set = move(milestone, consultant, (LATER, LATER))
    time_machine.shift(WAIT)
    moved = sequences(deliver())
    undo(change_set, consultant)
    time_machine.shift(WAIT)
    mails = deliver()
    assert {mail.subject for mail in mails} == {"Flyttet: Opstartsmøde, uge 12 – Hedensted Kommune"}
    assert all(number > moved[uid] for uid, number in sequences(mails).items())


@pytest.mark.usefixtures("held")
def test_several_moves_are_one_mail_that_waits_from_the_last(milestone, consultant, time_machine):
    move(milestone, consultant, (LATER, LATER))
    time_machine.shift(timedelta(minutes=10))
    move(milestone, consultant, (date(2026, 4, 15), date(2026, 4, 15)))
    assert len(waiting()) == 2
    time_machine.shift(timedelta(minutes=10))
    assert deliver() == []
    time_machine.shift(timedelta(minutes=6))
    assert [mail.subject for mail in deliver()] == ["Flyttet: Opstartsmøde, uge 16 – Hedensted Kommune"] * 2


def test_a_date_that_moves_before_the_invitation_is_sent_goes_out_with_it(milestone, consultant, coordinator):
    invited(milestone, consultant, [coordinator])
    move(milestone, consultant, (LATER, LATER))
    assert [mail.subject for mail in deliver()] == ["Møde uge 13: Opstartsmøde – Hedensted Kommune"]
    assert waiting() == []


@pytest.mark.usefixtures("held")
def test_a_new_place_is_a_change_and_goes_at_once(milestone, consultant, coordinator):
    assert meeting.update(milestone=milestone, details=details([consultant, coordinator], place="Biblioteket"), by=consultant) == 2
    mail = to(deliver(), coordinator)
    assert mail.subject == "Ændret: Opstartsmøde, uge 12 – Hedensted Kommune" and "Sted: Biblioteket" in mail.body
    assert meeting.update(milestone=milestone, details=details([consultant, coordinator], place="Biblioteket"), by=consultant) == 0


@pytest.mark.usefixtures("held")
def test_only_the_person_who_was_added_or_removed_hears_of_it(milestone, consultant, coordinator):
    leader = factories.person(Role.LEADER, name="Lis Leder")
    assert meeting.update(milestone=milestone, details=details([consultant, leader]), by=consultant) == 2
    mails = deliver()
    assert to(mails, leader).subject.startswith("Møde uge 12: Opstartsmøde")
    off = to(mails, coordinator)
    assert off.subject == "Aflyst: Opstartsmøde, uge 12 – Hedensted Kommune"
    [(method, calendar)] = files(off)
    assert (method, calendar.method.value, calendar.vevent.status.value) == ("CANCEL", "CANCEL", "CANCELLED")
    assert LINK not in off.body + calendar.serialize()
    assert len(mails) == 2
    meeting.update(milestone=milestone, details=details([consultant, leader, coordinator]), by=consultant)
    assert [mail.subject for mail in deliver()] == ["Møde uge 12: Opstartsmøde – Hedensted Kommune"]


@pytest.mark.usefixtures("held")
def test_a_person_added_and_removed_before_the_mail_hears_nothing(milestone, consultant, coordinator):
    leader = factories.person(Role.LEADER)
    meeting.update(milestone=milestone, details=details([consultant, coordinator, leader]), by=consultant)
    meeting.update(milestone=milestone, details=details([consultant, coordinator]), by=consultant)
    assert deliver() == [] and not Notice.objects.visible_to(leader).exists()


# Called off


@pytest.mark.usefixtures("held")
def test_a_cancelled_meeting_is_called_off_once_and_can_be_called_again(milestone, consultant, coordinator):
    assert meeting.cancel(milestone=milestone, reason="Kommunen er ramt af sygdom", by=consultant) == 2
    mails = deliver()
    mail = to(mails, coordinator)
    assert mail.subject == "Aflyst: Opstartsmøde, uge 12 – Hedensted Kommune"
    assert "sygdom" not in mail.body and LINK not in mail.body
    off = sequences(mails)
    assert [method for method, _ in files(mail)] == ["CANCEL"]
    assert deliver() == []
    assert meeting.invite(milestone=milestone, by=consultant) == 2
    mails = deliver()
    assert to(mails, coordinator).subject == "Møde uge 12: Opstartsmøde – Hedensted Kommune"
    assert all(number > off[uid] for uid, number in sequences(mails).items())


@pytest.mark.usefixtures("held")
def test_a_dropped_milestone_calls_its_meeting_off_and_a_reopened_one_calls_again(milestone, consultant, time_machine):
    milestones.drop(milestone=milestone, reason="Ikke nødvendigt", by=consultant)
    time_machine.shift(WAIT)
    assert {mail.subject for mail in deliver()} == {"Aflyst: Opstartsmøde, uge 12 – Hedensted Kommune"}
    milestones.reopen(milestone=milestone, reason="Alligevel", by=consultant)
    time_machine.shift(WAIT)
    assert {mail.subject for mail in deliver()} == {"Møde uge 12: Opstartsmøde – Hedensted Kommune"}


@pytest.mark.usefixtures("held")
def test_a_date_that_becomes_a_week_calls_the_meeting_off_until_there_is_a_day(milestone, consultant, time_machine):
    move(milestone, consultant, (date(2026, 3, 23), date(2026, 3, 29)), precision=Precision.WEEK)
    time_machine.shift(WAIT)
    [mail, _] = deliver()
    assert mail.subject == "Aflyst: Opstartsmøde – Hedensted Kommune"
    assert "har ikke længere en fast dato" in mail.body
    move(milestone, consultant, (LATER, LATER))
    time_machine.shift(WAIT)
    assert [mail.subject for mail in deliver()] == ["Møde uge 13: Opstartsmøde – Hedensted Kommune"] * 2


@pytest.mark.usefixtures("held")
def test_a_milestone_with_an_invited_meeting_is_not_deleted(milestone, consultant):
    with pytest.raises(Refused, match="Aflys mødet først"):
        milestones.delete(milestone=milestone, reason="", by=consultant)
    meeting.cancel(milestone=milestone, reason="Fejl", by=consultant)
    with pytest.raises(Refused, match="Aflysningen af mødet er ikke sendt endnu"):
        milestones.delete(milestone=milestone, reason="", by=consultant)
    deliver()
    milestones.delete(milestone=milestone, reason="", by=consultant)
    assert not Meeting.objects.exists()


def test_an_undo_that_would_take_an_invited_meeting_away_is_refused(engagement, consultant, coordinator):
    added = event_in(engagement, consultant, on=DAY)
    change_set = engagement.change_sets.first()
    invited(added, consultant, [coordinator])
    with pytest.raises(Refused, match="Aflys mødet først"):
        undo(change_set, consultant)
