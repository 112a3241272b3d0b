"""Rule 12: when a date moves, both parties are told once, from the date they knew to the new one; an undo in time silences it."""

from datetime import date, timedelta

import pytest
from django.core import mail as mailbox
from django.utils import timezone

from accounts import notices, outbox
from accounts.models import MailChoice, Notice
from accounts.states import Delivery, Role
from engagements import moved_notices, timetable
from engagements.actions import changes, importing, lifecycle, milestones, moving, team
from engagements.models import Assignment, Milestone
from engagements.states import EngagementState, Kind, Mode, Party, Precision, Purpose
from tests import factories

A, B, C = date(2026, 4, 16), date(2026, 4, 23), date(2026, 4, 30)
WAIT = timedelta(minutes=15)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_february")]


@pytest.fixture
def _february(time_machine):
    time_machine.move_to("2026-02-02 12:00 +0100", tick=False)


@pytest.fixture
def later(time_machine):
    """Lets time go by."""

    def go(**by) -> None:
        time_machine.move_to(timezone.now() + timedelta(**by), tick=False)

    return go


@pytest.fixture
def engagement(consultant, coordinator):
    return factories.engagement(consultant, starts_on=date(2026, 2, 2))


@pytest.fixture
def deadline(engagement):
    return factories.milestone(engagement, on=A, purpose=Purpose.CASES_DUE, expected_count=20, subject="Frist for sager")


def move(milestone, day, by, **how):
    milestone = Milestone.objects.select_related("engagement").get(pk=milestone.pk)
    return moving.move(
        milestone=milestone, occurrences=((day, day),), precision=Precision.DAY, source_text="", reason="", by=by,
        plan_number=milestone.engagement.plan_number, **{"with_followers": True, **how},
    )  # fmt: skip


def told() -> list[str]:
    """Who has a notice that stands, by name."""
    standing = Notice.objects.filter(kind=moved_notices.KEY, withdrawn_at__isnull=True)
    return sorted(standing.values_list("recipient__full_name", flat=True))


def sent() -> list[tuple[str, str]]:
    """Sends what is due; (address, subject) of every mail so far."""
    notices.gather()
    while outbox.send_next():
        pass
    return [(one.to[0], one.subject) for one in mailbox.outbox]


def test_both_parties_are_told_but_not_the_one_who_did_it(engagement, deadline, consultant):
    factories.person(Role.LEADER, name="Lene Leder")
    factories.person(Role.EMPLOYEE, name="Erik Medarbejder")
    for role, name in [(Role.CONSULTANT, "Karl Konsulent"), (Role.LEGAL_REVIEWER, "Jens Jurist")]:
        team.join(engagement=engagement, user=factories.person(role, name=name), role=role, by=consultant)
    assert told() == []  # neither the plan nor an added milestone tells anybody
    move(deadline, B, consultant)
    assert told() == ["Hanne Koordinator", "Karl Konsulent", "Lene Leder"]
    assert Notice.objects.first().title == (
        "Frist for sager er flyttet fra torsdag d. 16. april 2026 (uge 16) til torsdag d. 23. april 2026 (uge 17) – Hedensted Kommune"
    )


def test_whoever_answers_for_the_milestone_is_told_too(engagement, consultant):
    jurist = factories.person(Role.LEGAL_REVIEWER, name="Jens Jurist")
    team.join(engagement=engagement, user=jurist, role=Role.LEGAL_REVIEWER, by=consultant)
    move(factories.milestone(engagement, on=A, party=Party.ANKESTYRELSEN), B, consultant)
    assert told() == ["Hanne Koordinator", "Jens Jurist"]


def test_nobody_disqualified_or_barred_is_told(engagement, deadline, consultant, coordinator):
    barred = factories.person(Role.LEADER, name="Lene Leder", is_active=False)
    assert not barred.is_active
    factories.conflict(coordinator)
    move(deadline, B, consultant)
    assert told() == []


def test_the_mail_comes_after_the_wait_with_old_and_new_date(deadline, consultant, coordinator, later):
    move(deadline, B, consultant)
    later(minutes=14)
    assert sent() == []
    later(minutes=1)
    assert sent() == [(coordinator.email, "Flyttet til uge 17: Indsend 20 sager – Hedensted Kommune")]
    text = mailbox.outbox[0].body
    assert "Frist for sager er flyttet fra torsdag d. 16. april 2026 (uge 16) til torsdag d. 23. april 2026 (uge 17)." in text
    assert text.count("http") == 1


def test_several_moves_within_the_wait_are_one_line_from_the_first_to_the_last(deadline, consultant, later):
    move(deadline, B, consultant)
    later(minutes=10)
    move(deadline, C, consultant)
    later(minutes=5)
    assert len(sent()) == 1
    assert "fra torsdag d. 16. april 2026 (uge 16) til torsdag d. 30. april 2026 (uge 18)" in mailbox.outbox[0].body
    later(minutes=30)
    assert len(sent()) == 1


def test_there_and_back_again_says_nothing(deadline, consultant, later):
    move(deadline, B, consultant)
    move(deadline, A, consultant)
    later(minutes=15)
    assert sent() == []


def test_what_follows_is_told_too_and_what_stays_is_not(engagement, deadline, consultant, later):
    follower = factories.milestone(engagement, on=C, subject="Møde om sagerne", kind=Kind.MEETING, mode=Mode.RELATIVE, anchor=deadline)
    move(deadline, B, consultant)
    assert Notice.objects.get().title == f"2 datoer er flyttet i {engagement}"
    later(minutes=15)
    sent()
    text = mailbox.outbox[0].body
    assert ("Frist for sager er flyttet fra" in text, "Møde om sagerne er flyttet fra" in text) == (True, True)
    move(deadline, A, consultant, with_followers=False)
    assert Notice.objects.filter(title__contains="datoer").count() == 1
    assert Milestone.objects.get(pk=follower.pk).starts_on == date(2026, 5, 7)


def test_an_import_that_replaces_tells_of_the_dates_it_moved(engagement, deadline, consultant, later):
    factories.milestone(engagement, on=C, subject="Falder bort")
    read = timetable.read("Indsend 20 sager\t23. april 2026\nNoget helt nyt\t1. juni 2026\n", year=None, today=date(2026, 2, 2))
    engagement.refresh_from_db()
    importing.import_timetable(
        engagement=engagement, rows=read.rows, replace=True, past_is_met=False, by=consultant, plan_number=engagement.plan_number
    )
    later(minutes=15)
    sent()
    assert mailbox.outbox[0].body.count("er flyttet") == 1
    assert "til torsdag d. 23. april 2026" in mailbox.outbox[0].body


@pytest.mark.parametrize("verb", ["edit", "meet", "drop", "delete", "reopen"])
def test_what_moves_no_date_tells_nobody(deadline, consultant, verb):
    one = Milestone.objects.select_related("engagement").get(pk=deadline.pk)
    values = {name: getattr(one, name) for name in (*milestones.EDITABLE, "mode", "anchor")} | {"subject": "Ny"}
    if verb == "edit":
        milestones.edit(milestone=one, values=values, purpose=Purpose.CASES_DUE, by=consultant)
    elif verb == "meet":
        milestones.meet(milestone=one, on=date(2026, 2, 2), reason="Kom", by=consultant)
    elif verb == "delete":
        milestones.delete(milestone=one, reason="", by=consultant)
    else:
        milestones.drop(milestone=one, reason="Aftalt", by=consultant)
        if verb == "reopen":
            milestones.reopen(milestone=one, reason="Alligevel", by=consultant)
    assert told() == []


def test_a_milestone_that_gets_its_first_date_or_is_met_meanwhile_is_not_told(engagement, deadline, consultant, later):
    move(factories.milestone(engagement), B, consultant)
    assert told() == []
    move(deadline, B, consultant)
    milestones.meet(milestone=Milestone.objects.get(pk=deadline.pk), on=date(2026, 2, 2), reason="Kom", by=consultant)
    later(minutes=15)
    assert sent() == []


# Undo


def test_an_undo_within_the_wait_takes_everything_back(deadline, consultant, later):
    change = move(deadline, B, consultant)
    later(minutes=14)
    changes.undo(change_set=change, by=consultant)
    later(minutes=30)
    assert (told(), sent()) == ([], [])


def test_an_undo_of_a_mail_that_is_made_but_not_gone_stops_it(deadline, consultant, later):
    change = move(deadline, B, consultant)
    later(minutes=15)
    notices.gather()
    changes.undo(change_set=change, by=consultant)
    assert (told(), sent()) == ([], [])


def test_an_undo_after_the_mail_has_left_is_told_the_other_way_round(deadline, consultant, coordinator, later):
    change = move(deadline, B, consultant)
    later(minutes=15)
    sent()
    later(minutes=5)
    changes.undo(change_set=change, by=consultant)
    later(minutes=15)
    assert sent()[1:] == [(coordinator.email, "Flyttet til uge 16: Indsend 20 sager – Hedensted Kommune")]
    assert "fra torsdag d. 23. april 2026 (uge 17) til torsdag d. 16. april 2026 (uge 16)" in mailbox.outbox[1].body
    assert told() == ["Hanne Koordinator"] * 2


def test_somebody_who_has_read_it_is_told_of_the_undo(deadline, consultant, later):
    change = move(deadline, B, consultant)
    Notice.objects.update(read_at=timezone.now())
    later(minutes=5)
    changes.undo(change_set=change, by=consultant)
    assert told() == ["Hanne Koordinator"] * 2
    later(minutes=15)
    assert sent() == []  # both notices in one mail cancel each other out


def test_the_one_whose_change_a_colleague_undoes_is_told(engagement, deadline, consultant):
    karl = factories.person(Role.CONSULTANT, name="Karl Konsulent")
    team.join(engagement=engagement, user=karl, role=Role.CONSULTANT, by=consultant)
    changes.undo(change_set=move(deadline, B, consultant), by=karl)
    assert told() == ["Katrine Konsulent"]


# Choices, and who may still see it


def test_who_wants_no_mail_has_it_in_the_system_and_an_undo_later_on_is_told_there(deadline, consultant, coordinator, later):
    MailChoice.objects.create(user=coordinator, kind=moved_notices.KEY, delivery=Delivery.IN_SYSTEM)
    change = move(deadline, B, consultant)
    later(minutes=15)
    changes.undo(change_set=change, by=consultant)
    later(minutes=15)
    assert (sent(), told()) == ([], ["Hanne Koordinator"] * 2)


def test_a_daily_mail_gathers_the_moves_of_the_day(deadline, consultant, coordinator, later):
    MailChoice.objects.create(user=coordinator, kind=moved_notices.KEY, delivery=Delivery.DAILY)
    for day in (B, C):
        move(deadline, day, consultant)
        later(hours=1)
    later(hours=18)
    assert len(sent()) == 1
    assert "(uge 16) til torsdag d. 30. april 2026 (uge 18)" in mailbox.outbox[0].body


def test_nothing_is_mailed_to_somebody_who_may_no_longer_see_it(deadline, consultant, coordinator, later):
    move(deadline, B, consultant)
    factories.conflict(coordinator)
    later(minutes=15)
    assert sent() == []


def test_an_employee_hears_of_the_task_they_have_and_of_nothing_else(engagement, deadline, consultant, coordinator, later):
    erik = factories.person(Role.EMPLOYEE, name="Erik Medarbejder")
    Assignment.objects.create(milestone=deadline, user=erik, by=coordinator)
    factories.milestone(engagement, on=C, subject="Hemmeligt møde", kind=Kind.MEETING, mode=Mode.RELATIVE, anchor=deadline)
    move(deadline, B, consultant)
    later(minutes=15)
    sent()
    (mail,) = [one for one in mailbox.outbox if one.to == [erik.email]]
    assert ("Frist for sager er flyttet" in mail.body, "Hemmeligt" in mail.body) == (True, False)
    assert f"/opgave/{deadline.pk}/" in mail.body
    assert "Hemmeligt" not in Notice.objects.get(recipient=erik).title


def test_the_parties_of_a_paused_engagement_are_told_too(engagement, deadline, consultant):
    """Reminders rest, but a date that moves is news to both."""
    lifecycle.move(engagement, to=EngagementState.PAUSED, by=consultant, reason="Valg")
    move(deadline, B, consultant)
    assert told() == ["Hanne Koordinator"]


@pytest.mark.parametrize("number", [1, 3, 30])
def test_a_mail_about_many_dates_costs_no_more_queries(engagement, consultant, coordinator, number, django_assert_num_queries):
    made = factories.many_milestones(engagement, number)
    move(made[0], B, consultant)
    given = list(Notice.objects.select_related("recipient"))
    assert [one.recipient for one in given] == [coordinator]
    with django_assert_num_queries(12):
        assert len(moved_notices.describe(given)) == number
