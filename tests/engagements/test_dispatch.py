"""The dispatcher and what a reminder says: only what is still true, to somebody who still answers for it, once."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as mailbox

from accounts import notices, outbox
from accounts.models import Absence, MailChoice, Membership, Notice, OutboxMail, SweepRun
from accounts.states import Delivery, MailState, Role
from engagements import deadline_notices, dispatching, reminders, tasks
from engagements.actions import lifecycle, milestones, moving, team
from engagements.models import Assignment, Engagement, Milestone, Reminder, ReminderPause
from engagements.states import EngagementState, Kind, Party, Precision, Purpose, ReminderState
from tests import factories

DUE = date(2026, 3, 16)  # a Monday
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_february")]


@pytest.fixture
def _february(time_machine):
    time_machine.move_to("2026-02-02 12:00 +0100", tick=False)


@pytest.fixture
def at(time_machine):
    """Moves the clock to a local time of 2026 such as "16.03 08.00"."""

    def go(text: str, year: int = 2026) -> None:
        time_machine.move_to(datetime.strptime(f"{text} {year}", "%d.%m %H.%M %Y").replace(tzinfo=COPENHAGEN), tick=False)

    return go


@pytest.fixture
def engagement(consultant, coordinator):
    type(consultant).objects.filter(pk=consultant.pk).update(phone="12 34 56 78")
    return factories.engagement(consultant, starts_on=date(2026, 2, 2))


@pytest.fixture
def deadline(engagement):
    return factories.milestone(engagement, on=DUE, purpose=Purpose.CASES_DUE, expected_count=20, subject="Frist for sager")


def told() -> list[tuple[str, str]]:
    """(recipient, title) of every notice, in order."""
    return [(one.recipient.full_name, one.title) for one in Notice.objects.select_related("recipient").order_by("created_at", "title")]


def sent() -> list[tuple[str, str]]:
    """Sends what is due; (address, subject) of every mail so far."""
    tasks.dispatch_reminders()
    notices.gather()
    while outbox.send_next():
        pass
    return [(one.to[0], one.subject) for one in mailbox.outbox]


def states(milestone) -> dict[str, str]:
    return {row.step: row.cancelled_because or row.state for row in Reminder.objects.filter(milestone=milestone.pk).order_by("due_at")}


def move(milestone, day, by):
    milestone = Milestone.objects.select_related("engagement").get(pk=milestone.pk)
    moving.move(
        milestone=milestone, occurrences=((day, day),), precision=Precision.DAY, source_text="", with_followers=True, reason="",
        by=by, plan_number=milestone.engagement.plan_number,
    )  # fmt: skip


def meet(milestone, by):
    milestones.meet(milestone=Milestone.objects.get(pk=milestone.pk), on=date(2026, 2, 2), reason="Kom", by=by)


def test_nothing_goes_before_eight_and_once_at_eight(deadline, coordinator, at):
    at("13.03 07.59")
    Reminder.objects.filter(step__in=["before-14", "before-7"]).delete()
    assert sent() == []
    at("13.03 08.00")
    assert sent() == [(coordinator.email, "Frist uge 12: Indsend 20 sager – Hedensted Kommune")]
    at("13.03 18.00")
    assert len(sent()) == 1


def test_the_mail_says_what_when_whom_to_ask_and_where(deadline, at):
    at("24.02 08.00")
    sent()
    text = mailbox.outbox[0].body
    assert "Indsend 20 sager senest mandag d. 16. marts 2026 (uge 12), om 14 arbejdsdage." in text
    assert "Hedensted Kommune, børnehandicap 2026." in text
    assert "Kontakt Katrine Konsulent på 12 34 56 78." in text
    assert text.count("http") == 1
    assert f"/forloeb/{deadline.engagement_id}/milepaele/{deadline.pk}/" in text


def test_what_is_late_says_so_first_to_the_coordinator_then_to_the_lead_and_then_to_the_leader(deadline, coordinator, consultant, at):
    leader = factories.person(Role.LEADER, name="Lene Leder")
    reminders.plan_all()
    Reminder.objects.filter(step__startswith="before").delete()
    Reminder.objects.filter(step="on-day").delete()
    for day in ("18.03", "23.03", "25.03", "30.03"):
        at(f"{day} 08.00")
        sent()
    late = "Overskredet: Indsend 20 sager – Hedensted Kommune"
    assert [(one.to[0], one.subject) for one in mailbox.outbox] == [
        (person.email, late) for person in (coordinator, coordinator, consultant, leader)
    ]
    bodies = [one.body for one in mailbox.outbox]
    assert "Fristen var mandag d. 16. marts 2026 (uge 12), for 2 arbejdsdage siden." in bodies[0]
    assert ["Det er Kommunen, der svarer" in body for body in bodies] == [False, False, True, True]
    assert ["Katrine Konsulent" in body for body in bodies] == [True, True, False, True]  # nobody is told to call themselves


@pytest.mark.parametrize(
    ("kind", "moment", "subject", "text"),
    [
        (Kind.MEETING, "05.03 08.00", "Møde uge 12: Statusmøde – Hedensted Kommune", "Statusmøde: mandag d. 16. marts 2026 (uge 12), om 7 arbejdsdage. Sted: Rådhuset."),
        (Kind.SEMINAR, "13.03 08.00", "Seminar uge 12: Statusmøde – Hedensted Kommune", "om 1 arbejdsdag."),
        (Kind.PERIOD, "05.03 08.00", "Slutter uge 12: Statusmøde – Hedensted Kommune", "Statusmøde senest mandag d. 16. marts 2026 (uge 12)"),
    ],
)  # fmt: skip
def test_each_kind_has_its_words(engagement, kind, moment, subject, text, coordinator, at):
    factories.milestone(engagement, on=DUE, kind=kind, subject="Statusmøde", place="Rådhuset")
    at(moment)
    assert (coordinator.email, subject) in sent()
    assert all(text in one.body for one in mailbox.outbox)


def test_the_lead_is_asked_whether_an_event_was_held(engagement, consultant, coordinator, at):
    made = factories.milestone(engagement, on=DUE, until=date(2026, 3, 18), kind=Kind.INTERVIEW, subject="Interviews")
    Reminder.objects.exclude(step="held-2").delete()
    at("20.03 08.00")
    assert sent() == [(consultant.email, "Blev det holdt? Interviews, uge 12 – Hedensted Kommune")]
    assert "Interviews stod til 16.-18. marts 2026 (uge 12). Markér det som opfyldt, eller flyt det." in mailbox.outbox[0].body
    assert states(made) == {"held-2": ReminderState.DISPATCHED}


# Checked again


def test_what_is_met_between_plan_and_dispatch_is_not_told(deadline, at):
    at("24.02 08.00")
    Milestone.objects.filter(pk=deadline.pk).update(optional=True)  # past the planner
    assert (sent(), told()) == ([], [])
    assert states(deadline)["before-14"] == "Milepælen er eventuel"


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda one, by: meet(one, by),
        lambda one, by: milestones.drop(milestone=Milestone.objects.get(pk=one.pk), reason="Aftalt", by=by),
        lambda one, by: move(one, date(2026, 5, 18), by),
        lambda one, by: lifecycle.move(one.engagement, to=EngagementState.PAUSED, by=by, reason="Valg"),
        lambda one, by: lifecycle.move(one.engagement, to=EngagementState.ABORTED, by=by, reason="Slut"),
        lambda one, by: ReminderPause.objects.create(milestone=one, until=DUE, note="Aftalt pr. telefon", by=by),
        lambda one, by: factories.conflict(one.engagement.municipality.memberships.get(role=Role.COORDINATOR).user),
        lambda one, by: Membership.objects.filter(role=Role.COORDINATOR).update(valid_to=date(2026, 2, 23)),
    ],
    ids=["met", "dropped", "moved", "paused", "aborted", "by phone", "conflict", "role ended"],
)
def test_nothing_is_mailed_when_something_happens_between_the_notice_and_the_mail(deadline, consultant, at, meanwhile):
    at("24.02 08.00")
    tasks.dispatch_reminders()
    (mail,) = OutboxMail.objects.filter(kind=notices.MAIL)
    meanwhile(deadline, consultant)
    while outbox.send_next():
        pass
    mail.refresh_from_db()
    assert (mail.state, mailbox.outbox) == (MailState.CANCELLED, [])


def test_a_moved_date_is_reminded_of_on_its_new_days_once(deadline, consultant, coordinator, at):
    at("24.02 08.00")
    sent()
    move(deadline, date(2026, 3, 17), consultant)
    for day in ("25.02", "05.03", "06.03", "13.03"):
        at(f"{day} 10.00")
        sent()
    subjects = [subject for address, subject in sent() if address == coordinator.email and subject.startswith("Frist")]
    assert len(subjects) == 3  # before-14 of the old date, before-14 and before-7 of the new one
    assert set(Reminder.objects.filter(due_on=DUE).values_list("state", flat=True)) == {ReminderState.DISPATCHED, ReminderState.CANCELLED}


def test_days_without_the_clock_end_in_one_mail_with_the_latest_step_of_each(deadline, engagement, coordinator, at):
    factories.milestone(engagement, on=date(2026, 3, 17), purpose=Purpose.MATERIALS_DUE)
    at("18.03 09.00")
    assert [address for address, _ in sent()] == [coordinator.email]
    assert states(deadline) == {
        **dict.fromkeys(["before-14", "before-7", "before-1", "on-day"], reminders.OVERTAKEN),
        "after-2": ReminderState.DISPATCHED,
        **dict.fromkeys(["after-5", "lead-7"], ReminderState.WAITING),
    }
    assert mailbox.outbox[0].body.count("Fristen var") == 2
    assert mailbox.outbox[0].body.count("Kontakt Katrine Konsulent") == 1


def test_resuming_a_paused_engagement_ends_in_one_mail(deadline, engagement, consultant, coordinator, at):
    lifecycle.move(engagement, to=EngagementState.PAUSED, by=consultant, reason="Valg")
    at("13.03 09.00")
    assert sent() == []
    lifecycle.move(engagement, to=EngagementState.ACTIVE, by=consultant)
    assert sent() == [(coordinator.email, "Frist uge 12: Indsend 20 sager – Hedensted Kommune")]


@pytest.mark.parametrize("state", [EngagementState.PAUSED, EngagementState.COMPLETED, EngagementState.ABORTED])
def test_an_engagement_that_does_not_run_tells_nothing(deadline, at, state):
    Engagement.objects.update(state=state)
    at("24.02 08.00")
    assert (sent(), dispatching.due_now()) == ([], [])


# To whom


def away(user, deputy, first=date(2026, 2, 23), last=date(2026, 2, 27)):
    return Absence.objects.create(user=user, deputy=deputy, first_day=first, last_day=last)


def test_a_deputy_gets_it_while_somebody_is_away_and_is_told_for_whom(deadline, coordinator, at):
    nanna = factories.person(Role.COORDINATOR, name="Nanna Ny")
    Reminder.objects.exclude(recipient=coordinator).delete()
    away(coordinator, nanna)
    at("24.02 08.00")
    assert sent() == [(nanna.email, "Frist uge 12: Indsend 20 sager – Hedensted Kommune")]
    assert "Du får mailen som stedfortræder for Hanne Koordinator." in mailbox.outbox[0].body
    assert Notice.objects.get().on_behalf_of == coordinator


def test_a_deputy_who_is_away_has_a_deputy_and_a_circle_ends_with_the_person(deadline, coordinator, at):
    first, second = (factories.person(Role.LEADER, name=name) for name in ("Første", "Anden"))
    away(coordinator, first)
    last = away(first, second)
    at("24.02 08.00")
    sent()
    assert [name for name, _ in told()] == ["Anden"]
    Notice.objects.all().delete()
    Reminder.objects.update(state=ReminderState.WAITING, dispatched_at=None)
    last.deputy = coordinator
    last.save()
    sent()
    assert [name for name, _ in told()] == ["Hanne Koordinator"]


@pytest.mark.parametrize("obstacle", ["stranger", "conflict", "barred", "back"])
def test_a_deputy_who_may_not_see_it_is_passed_over(deadline, coordinator, stranger, at, obstacle):
    deputy = stranger if obstacle == "stranger" else factories.person(Role.LEADER, name="Lene Leder")
    away(coordinator, deputy, last=date(2026, 2, 23) if obstacle == "back" else date(2026, 2, 27))
    if obstacle == "conflict":
        factories.conflict(deputy)
    if obstacle == "barred":
        type(deputy).objects.filter(pk=deputy.pk).update(is_active=False)
    at("24.02 08.00")
    assert sent() == [(coordinator.email, "Frist uge 12: Indsend 20 sager – Hedensted Kommune")]


def test_a_deputy_who_answers_for_it_too_gets_it_once(deadline, coordinator, at):
    nanna = factories.person(Role.COORDINATOR, name="Nanna Ny")
    reminders.plan_all()
    away(coordinator, nanna)
    at("24.02 08.00")
    assert [address for address, _ in sent()] == [nanna.email]
    assert Reminder.objects.filter(state=ReminderState.DISPATCHED).count() == 2
    assert [name for name, _ in told()] == ["Nanna Ny"]


def test_one_person_is_the_deputy_of_two_and_gets_it_once(deadline, coordinator, at):
    other, leader = factories.person(Role.COORDINATOR, name="Nanna Ny"), factories.person(Role.LEADER, name="Lene Leder")
    reminders.plan_all()
    away(coordinator, leader)
    away(other, leader)
    at("24.02 08.00")
    assert [address for address, _ in sent()] == [leader.email]


def test_an_employee_is_sent_to_the_page_of_the_task(deadline, coordinator, at):
    erik = factories.person(Role.EMPLOYEE, name="Erik Medarbejder")
    Assignment.objects.create(milestone=deadline, user=erik, by=coordinator)
    reminders.reconcile([deadline.engagement])
    at("24.02 08.00")
    assert sent() == [(erik.email, "Frist uge 12: Indsend 20 sager – Hedensted Kommune")]
    assert f"/opgave/{deadline.pk}/" in mailbox.outbox[0].body
    assert "/forloeb/" not in mailbox.outbox[0].body


# When the mail goes


@pytest.mark.parametrize(
    ("delivery", "step", "expected"),
    [
        (Delivery.AT_ONCE, "before-14", "24.02 08.00"),
        (Delivery.DAILY, "before-14", "25.02 07.00"),
        (Delivery.WEEKLY, "before-14", "02.03 07.00"),
        (Delivery.WEEKLY, "before-7", "09.03 07.00"),
        (Delivery.WEEKLY, "before-1", "16.03 07.00"),  # the day itself is a Monday
        (Delivery.DAILY, "on-day", "16.03 08.00"),
        (Delivery.WEEKLY, "on-day", "16.03 08.00"),
        (Delivery.WEEKLY, "after-2", "23.03 07.00"),
        (Delivery.IN_SYSTEM, "before-14", "24.02 08.00"),
    ],
)
def test_a_choice_gathers_mails_but_never_past_the_deadline(deadline, coordinator, at, delivery, step, expected):
    MailChoice.objects.create(user=coordinator, kind=deadline_notices.KEY, delivery=delivery)
    row = Reminder.objects.get(step=step)
    Reminder.objects.exclude(pk=row.pk).delete()
    at(f"{row.due_at.astimezone(COPENHAGEN):%d.%m} 08.00")
    dispatching.dispatch_due()
    assert f"{Notice.objects.get().mail_at.astimezone(COPENHAGEN):%d.%m %H.%M}" == expected


def test_a_weekly_mail_takes_along_what_waits_and_says_the_latest_step_alone(deadline, coordinator, at):
    MailChoice.objects.create(user=coordinator, kind=deadline_notices.KEY, delivery=Delivery.WEEKLY)
    Reminder.objects.exclude(step__in=["after-2", "after-5"]).delete()
    for moment in ("18.03 08.00", "23.03 08.00", "30.03 07.00"):
        at(moment)
        sent()
    assert [body.body.count("Fristen var") for body in mailbox.outbox] == [1]
    assert Notice.objects.filter(mail__state=MailState.SENT).count() == 2


def test_some_people_at_a_time_and_the_rest_is_taken_up_where_it_stopped(engagement, deadline, consultant, coordinator, at):
    factories.milestone(engagement, on=DUE, party=Party.TASK_FORCE, subject="Vores")
    at("18.03 08.00")
    first, second = sorted([consultant.pk, coordinator.pk])
    told = []
    after = 0
    while after is not None:
        number, after = dispatching.dispatch_some(after=after, most=1)
        told.append((number > 0, after))
    assert told == [(True, first), (True, second), (False, None)]
    assert not Reminder.objects.due().exists()


@pytest.mark.parametrize(
    ("year", "due", "moment"),
    [
        (2026, date(2026, 3, 29), "29.03 08.00"),  # the clock was put forward this night
        (2026, date(2026, 10, 25), "25.10 08.00"),  # and back this one
        (2028, date(2028, 2, 29), "29.02 08.00"),
        (2026, date(2026, 12, 31), "31.12 08.00"),  # week 53
    ],
)
def test_one_reminder_at_eight_local_time_on_odd_days(engagement, coordinator, at, year, due, moment):
    at("01.01 12.00" if year > 2026 else "02.02 12.00", year)
    made = factories.milestone(engagement, on=due)
    at(f"{due - timedelta(days=30):%d.%m} 12.00", year)
    reminders.plan_all()
    Reminder.objects.exclude(step="on-day").delete()
    at(moment.replace("08.00", "07.59"), year)
    assert sent() == []
    at(moment, year)
    week = due.isocalendar().week
    assert sent() == [(coordinator.email, f"Frist uge {week}: {made.subject} – Hedensted Kommune")]
    at(moment.replace("08.00", "09.00"), year)
    assert len(sent()) == 1


# The sweep


def test_the_sweep_notes_that_it_ran_and_one_person_s_trouble_is_not_the_others(deadline, engagement, consultant, coordinator, at, caplog):
    factories.milestone(engagement, on=DUE, party=Party.TASK_FORCE)
    at("24.02 08.00")
    Notice.objects.all().delete()
    broken = Reminder.objects.get(recipient=coordinator, step="before-14")
    Milestone.objects.filter(pk=broken.milestone_id).update(kind="unheard of")
    tasks.dispatch_reminders()
    assert [name for name, _ in told()] == ["Katrine Konsulent"]
    assert {run.name for run in SweepRun.objects.all()} == {"reminders dispatched"}
    assert "reminders not dispatched" in caplog.text


def test_a_member_who_left_the_team_hears_nothing_more(engagement, consultant, at):
    jurist = factories.person(Role.LEGAL_REVIEWER, name="Jens Jurist")
    member = team.join(engagement=engagement, user=jurist, role=Role.LEGAL_REVIEWER, by=consultant)
    factories.milestone(engagement, on=DUE, party=Party.ANKESTYRELSEN)
    team.leave(member=member, by=consultant)
    at("24.02 08.00")
    assert (sent(), told()) == ([], [])


@pytest.mark.parametrize("number", [1, 3, 30])
def test_telling_costs_the_same_for_each_reminder(engagement, coordinator, number, at, django_assert_max_num_queries):
    for row in factories.many_milestones(engagement, number):
        Milestone.objects.filter(pk=row.pk).update(occurrences=[[DUE, DUE]], kind=Kind.DEADLINE)
    reminders.reconcile([engagement])
    at("24.02 08.00")
    with django_assert_max_num_queries(16 + 8 * number):
        assert dispatching.dispatch_to(coordinator.pk) == number
    given = list(Notice.objects.filter(recipient=coordinator).select_related("recipient", "on_behalf_of"))
    with django_assert_max_num_queries(14):
        assert len(deadline_notices.describe(given)) == number
