"""The planner: reminder rows follow the plan, its people, its pauses and its engagement."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership
from accounts.states import Role
from engagements import reminders, timetable
from engagements.actions import changes, importing, lifecycle, milestones, moving, team
from engagements.models import Assignment, Engagement, Milestone, Reminder, ReminderPause, TeamMember
from engagements.states import ChangeKind, EngagementState, Kind, Party, Precision, Purpose, ReminderState
from tests import factories

DUE, LATER = date(2026, 3, 16), date(2026, 3, 23)
OWING_STEPS = ["before-14", "before-7", "before-1", "on-day", "after-2", "after-5"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_february")]


@pytest.fixture
def _february(time_machine):
    """Monday 2 February 2026, noon: well before everything below."""
    time_machine.move_to("2026-02-02 12:00 +0100", tick=False)


@pytest.fixture
def engagement(consultant, coordinator):
    return factories.engagement(consultant, starts_on=date(2026, 2, 2))


def steps(milestone, state=ReminderState.WAITING, **of) -> list[tuple[str, str]]:
    """(step, name) of the milestone's reminders in a state, in order of time."""
    rows = Reminder.objects.filter(milestone=milestone.pk, state=state, **of).select_related("recipient")
    return [(row.step, row.recipient.full_name) for row in rows.order_by("due_at", "recipient__full_name")]


def names(milestone) -> set[str]:
    return {name for _, name in steps(milestone)}


def why(milestone) -> set[str]:
    """The reasons of the cancelled reminders."""
    return set(Reminder.objects.filter(milestone=milestone.pk, state=ReminderState.CANCELLED).values_list("cancelled_because", flat=True))


def fresh(milestone) -> Milestone:
    return Milestone.objects.select_related("engagement").get(pk=milestone.pk)


def move(milestone, day, by):
    milestone = fresh(milestone)
    return moving.move(
        milestone=milestone, occurrences=((day, day),), precision=Precision.DAY, source_text="", with_followers=True, reason="",
        by=by, plan_number=milestone.engagement.plan_number,
    )  # fmt: skip


def test_a_deadline_of_the_municipality_reminds_its_coordinator_at_eight_and_then_its_superiors(engagement):
    factories.person(Role.LEADER, name="Lene Leder")
    made = factories.milestone(engagement, on=DUE)
    hanne = [(step, "Hanne Koordinator") for step in OWING_STEPS]
    assert steps(made) == [*hanne, ("lead-7", "Katrine Konsulent"), ("leaders-10", "Lene Leder")]
    times = {timezone.localtime(row.due_at).strftime("%H.%M %d.%m") for row in Reminder.objects.filter(milestone=made)}
    assert times == {
        "08.00 24.02", "08.00 05.03", "08.00 13.03", "08.00 16.03", "08.00 18.03", "08.00 23.03", "08.00 25.03", "08.00 30.03",
    }  # fmt: skip
    assert set(Reminder.objects.values_list("due_on", flat=True)) == {DUE}


@pytest.mark.parametrize(
    ("party", "expected"),
    [
        (Party.TASK_FORCE, {"Katrine Konsulent"}),
        (Party.UNKNOWN, {"Katrine Konsulent"}),
        (Party.ANKESTYRELSEN, {"Jens Jurist", "Katrine Konsulent"}),
        (Party.VISO, {"Vera Viso", "Katrine Konsulent"}),
        (Party.MUNICIPALITY, {"Hanne Koordinator", "Katrine Konsulent", "Lene Leder"}),
        (Party.BOTH, {"Hanne Koordinator", "Katrine Konsulent", "Lene Leder"}),
    ],
)
def test_each_party_has_its_people(engagement, consultant, party, expected):
    """The lead stands in each: the seventh day after goes to them. Others of the team and the municipality hear nothing."""
    factories.person(Role.LEADER, name="Lene Leder")
    factories.person(Role.EMPLOYEE, name="Erik Medarbejder")
    for role, name in [(Role.LEGAL_REVIEWER, "Jens Jurist"), (Role.VISO_CONSULTANT, "Vera Viso"), (Role.CONSULTANT, "Karl Konsulent")]:
        team.join(engagement=engagement, user=factories.person(role, name=name), role=role, by=consultant)
    made = factories.milestone(engagement, on=DUE, party=party)
    assert names(made) == expected
    owing = {name for step, name in steps(made) if step == "on-day"}
    assert owing == expected - {"Lene Leder"} - ({"Katrine Konsulent"} if party not in {"task_force", "unknown", "both"} else set())


def test_leaders_answer_where_there_is_no_coordinator(consultant):
    factories.person(Role.LEADER, name="Lene Leder")
    made = factories.milestone(factories.engagement(consultant), on=DUE)
    assert {name for step, name in steps(made) if step == "before-1"} == {"Lene Leder"}


def test_an_event_reminds_both_parties(engagement):
    made = factories.milestone(engagement, on=DUE, until=date(2026, 3, 18), kind=Kind.MEETING, party=Party.TASK_FORCE)
    both = ["Hanne Koordinator", "Katrine Konsulent"]
    expected = [(step, name) for step in ("first-7", "first-1") for name in both]
    assert steps(made) == [*expected, ("held-2", "Katrine Konsulent")]


@pytest.mark.parametrize(
    "fields",
    [{"optional": True}, {"on": None}, {"on": date(2026, 1, 30)}, {"on": DUE + timedelta(days=200)}],
    ids=["optional", "undated", "past when it was set", "beyond the horizon"],
)
def test_nobody_is_reminded_of(engagement, fields):
    factories.milestone(engagement, **{"on": DUE, **fields})
    assert not Reminder.objects.exists()


def test_an_import_of_past_dates_reminds_of_the_coming_ones_alone(engagement, consultant):
    read = timetable.read("Indsend sager\t19. januar 2026\nSend selvevaluering\t16. marts 2026\n", year=None, today=date(2026, 2, 2))
    importing.import_timetable(engagement=engagement, rows=read.rows, replace=True, past_is_met=False, by=consultant, plan_number=0)
    assert set(Reminder.objects.values_list("due_on", flat=True)) == {DUE}


def test_a_step_whose_day_has_gone_by_is_not_made_and_one_of_today_waits_as_long_as_an_undo(engagement, time_machine):
    time_machine.move_to("2026-03-13 14:00 +0100", tick=False)
    made = factories.milestone(engagement, on=DUE)
    assert [step for step, _ in steps(made)] == ["before-1", "on-day", "after-2", "after-5", "lead-7"]
    assert timezone.localtime(made.reminders.first().due_at).strftime("%d.%m %H.%M") == "13.03 14.15"


def test_a_moved_date_cancels_the_old_reminders_and_makes_new_ones_once(engagement, consultant):
    made = factories.milestone(engagement, on=DUE)
    before = steps(made)
    move(made, LATER, consultant)
    reminders.reconcile([engagement])
    assert steps(made, due_on=LATER) == steps(made) == before
    assert steps(made, ReminderState.CANCELLED, due_on=DUE) == before
    assert why(made) == {"Datoen er flyttet"}


def test_an_undo_takes_the_cancelled_ones_up_again_and_never_repeats_a_dispatched_one(engagement, consultant):
    made = factories.milestone(engagement, on=DUE)
    first = made.reminders.get(step="before-14")
    reminders.move(made.reminders.filter(pk=first.pk), to=ReminderState.DISPATCHED, dispatched_at=timezone.now())
    change = move(made, LATER, consultant)
    changes.undo(change_set=change, by=consultant)
    assert [step for step, _ in steps(made)] == ["before-7", "before-1", "on-day", "after-2", "after-5", "lead-7"]
    assert made.reminders.filter(due_on=DUE).count() == 7
    assert set(made.reminders.filter(due_on=LATER).values_list("state", flat=True)) == {ReminderState.CANCELLED}
    assert set(made.reminders.filter(due_on=DUE).values_list("cancelled_because", flat=True)) == {""}


def test_a_deletion_cancels_and_its_undo_does_not_remind_twice(engagement, consultant):
    made = factories.milestone(engagement, on=DUE)
    key, before = made.pk, made.reminders.count()
    change = milestones.delete(milestone=fresh(made), reason="", by=consultant)
    gone = Milestone(pk=key)
    assert (steps(gone), why(gone)) == ([], {"Milepælen er slettet"})
    changes.undo(change_set=change, by=consultant)
    assert len(steps(gone)) == before == Reminder.objects.count()


def test_an_undone_addition_reminds_of_nothing(engagement, consultant):
    made = factories.milestone(engagement, on=DUE)
    changes.undo(change_set=changes.last_accepted(engagement), by=consultant)
    assert (steps(made), why(made)) == ([], {"Milepælen er slettet"})


@pytest.mark.parametrize(
    ("verb", "reason"),
    [
        (lambda one, by: milestones.meet(milestone=one, on=date(2026, 2, 2), reason="Kom", by=by), "Milepælen er opfyldt"),
        (lambda one, by: milestones.drop(milestone=one, reason="Aftalt", by=by), "Milepælen er bortfaldet"),
        (
            lambda one, by: milestones.meet_purpose(engagement=one.engagement, purpose=Purpose.CASES_DUE, by=by),
            "Milepælen er opfyldt",
        ),
    ],
    ids=["met", "dropped", "delivered"],
)
def test_what_is_met_or_dropped_stops_and_begins_again_when_it_is_reopened(engagement, consultant, verb, reason):
    made = factories.milestone(engagement, on=DUE, purpose=Purpose.CASES_DUE)
    before = steps(made)
    verb(fresh(made), consultant)
    assert (steps(made), why(made)) == ([], {reason})
    milestones.reopen(milestone=fresh(made), reason="Fejl", by=consultant)
    assert (steps(made), why(made)) == (before, set())


@pytest.mark.parametrize(
    ("changed", "reason", "left"),
    [
        ({"optional": True}, "Milepælen er eventuel", []),
        ({"kind": Kind.PERIOD}, "Milepælen er ændret", ["before-7"]),
        ({"party": Party.TASK_FORCE}, "Modtageren svarer ikke længere for milepælen", [*OWING_STEPS, "lead-7"]),
    ],
    ids=["optional", "period", "party"],
)
def test_an_edit_lets_the_reminders_follow(engagement, consultant, changed, reason, left):
    made = fresh(factories.milestone(engagement, on=DUE))
    values = {name: getattr(made, name) for name in (*milestones.EDITABLE, "mode", "anchor")} | changed
    milestones.edit(milestone=made, values=values, purpose=Purpose.OTHER, by=consultant)
    assert ([step for step, _ in steps(made)], why(made)) == (left, {reason})


def test_a_new_coordinator_is_reminded_too_and_one_whose_role_ended_no_more(engagement, coordinator, time_machine):
    made = factories.milestone(engagement, on=DUE)
    factories.person(Role.COORDINATOR, name="Nanna Ny")
    Membership.objects.filter(user=coordinator).update(valid_to=date(2026, 2, 2))
    time_machine.move_to("2026-02-03 12:00 +0100", tick=False)
    reminders.plan_all()
    assert names(made) == {"Nanna Ny", "Katrine Konsulent"}
    assert why(made) == {"Modtageren svarer ikke længere for milepælen"}


@pytest.mark.parametrize("ending", ["conflict", "barred"])
def test_nobody_who_is_barred_or_disqualified_is_reminded(engagement, coordinator, ending):
    made = factories.milestone(engagement, on=DUE)
    if ending == "conflict":
        factories.conflict(coordinator)
    else:
        type(coordinator).objects.filter(pk=coordinator.pk).update(is_active=False)
    reminders.plan_all()
    assert names(made) == {"Katrine Konsulent"}


def test_reminders_follow_the_lead(engagement, consultant):
    made = factories.milestone(engagement, on=DUE, party=Party.TASK_FORCE)
    other = factories.person(Role.CONSULTANT, name="Karl Konsulent")
    member = team.join(engagement=engagement, user=other, role=Role.CONSULTANT, by=consultant)
    assert names(made) == {"Katrine Konsulent"}
    team.lead(member=member, by=consultant)
    assert names(made) == {"Karl Konsulent"}
    TeamMember.objects.filter(user=other).update(valid_to=date(2026, 2, 1), valid_from=date(2026, 1, 1))
    reminders.plan_all()
    assert names(made) == {"Katrine Konsulent"}  # nobody leads: the consultants of the team do


def test_a_delegated_milestone_reminds_the_person_who_has_it_until_they_are_gone(engagement, coordinator):
    made = factories.milestone(engagement, on=DUE)
    erik = factories.person(Role.EMPLOYEE, name="Erik Medarbejder")
    Assignment.objects.create(milestone=made, user=erik, by=coordinator)
    reminders.reconcile([engagement])
    assert {name for step, name in steps(made) if step in OWING_STEPS} == {"Erik Medarbejder"}
    Membership.objects.filter(user=erik).update(valid_to=date(2026, 2, 1))
    reminders.plan_all()
    assert {name for step, name in steps(made) if step in OWING_STEPS} == {"Hanne Koordinator"}


def test_what_both_owe_is_still_owed_by_the_other_side_of_a_delegation(engagement, coordinator):
    made = factories.milestone(engagement, on=DUE, party=Party.BOTH)
    erik = factories.person(Role.EMPLOYEE, name="Erik Medarbejder")
    Assignment.objects.create(milestone=made, user=erik, by=coordinator)
    reminders.reconcile([engagement])
    assert {name for step, name in steps(made) if step == "on-day"} == {"Erik Medarbejder", "Katrine Konsulent"}


def test_a_pause_leaves_out_its_days_and_no_others(engagement, consultant):
    made = factories.milestone(engagement, on=DUE)
    pause = ReminderPause.objects.create(milestone=made, until=DUE, note="Aftalt pr. telefon", by=consultant)
    reminders.reconcile([engagement])
    assert [step for step, _ in steps(made)] == ["after-2", "after-5", "lead-7"]
    assert why(made) == {"Sat på pause til og med 16. marts 2026"}
    pause.delete()
    reminders.reconcile([engagement])
    assert [step for step, _ in steps(made)] == [*OWING_STEPS, "lead-7"]


def test_a_waiting_reminder_that_is_late_but_true_stays(engagement, time_machine):
    made = factories.milestone(engagement, on=DUE)
    before = steps(made)
    time_machine.move_to("2026-03-17 12:00 +0100", tick=False)
    reminders.plan_all()
    assert steps(made) == before


@pytest.mark.parametrize(
    ("over", "reason"), [(EngagementState.COMPLETED, "Forløbet er afsluttet"), (EngagementState.ABORTED, "Forløbet er afbrudt")]
)
def test_an_engagement_that_is_over_plans_nothing(engagement, consultant, over, reason):
    made = factories.milestone(engagement, on=DUE)
    lifecycle.move(engagement, to=over, by=consultant, reason="Slut")
    assert (steps(made), why(made)) == ([], {reason})
    lifecycle.move(engagement, to=EngagementState.ACTIVE, by=consultant, reason="Alligevel")
    assert [step for step, _ in steps(made)] == [*OWING_STEPS, "lead-7"]


def test_a_paused_engagement_keeps_what_is_true_makes_nothing_and_goes_on_afterwards(engagement, consultant):
    kept, moved = factories.milestone(engagement, on=DUE), factories.milestone(engagement, on=DUE)
    lifecycle.move(engagement, to=EngagementState.PAUSED, by=consultant, reason="Valg")
    new = factories.milestone(engagement, on=DUE)
    move(moved, LATER, consultant)
    assert [bool(steps(one)) for one in (kept, moved, new)] == [True, False, False]
    assert not Reminder.objects.due().exists()
    lifecycle.move(engagement, to=EngagementState.ACTIVE, by=consultant)
    assert [len(steps(one)) for one in (kept, moved, new)] == [7, 7, 7]


def test_the_day_that_comes_into_sight_is_planned_by_the_sweep(engagement, time_machine):
    made = factories.milestone(engagement, on=date(2026, 6, 15))
    assert steps(made) == []
    time_machine.move_to("2026-03-27 12:00 +0100", tick=False)
    assert reminders.plan_all() == 1
    assert [step for step, _ in steps(made)] == ["before-14"]


def test_the_sweep_leaves_no_running_engagement_out(consultant, coordinator):
    made = [factories.engagement(consultant) for _ in range(3)]
    for one in made:
        factories.milestone(one, on=DUE)
    Reminder.objects.all().delete()
    lifecycle.move(made[2], to=EngagementState.PAUSED, by=consultant, reason="Valg")
    assert reminders.plan_all() == 3
    assert Reminder.objects.values_list("milestone__engagement", flat=True).distinct().count() == 2


def test_a_plan_from_the_template_is_planned_whole(consultant, coordinator):
    engagement = factories.engagement(consultant, starts_on=date(2026, 2, 2), plan=True)
    assert ChangeKind.CREATE in engagement.change_sets.values_list("kind", flat=True)
    assert Reminder.objects.filter(milestone__engagement=engagement).count() > 20


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_number_of_queries_does_not_depend_on_the_number_of_milestones(
    consultant, coordinator, number, django_assert_num_queries, time_machine
):
    engagement = factories.engagement(consultant)
    for row in factories.many_milestones(engagement, number):
        Milestone.objects.filter(pk=row.pk).update(occurrences=[[DUE, DUE]], kind=Kind.DEADLINE)
    with django_assert_num_queries(9):
        reminders.reconcile([engagement])
    assert Reminder.objects.count() == 7 * number
    Engagement.objects.filter(pk=engagement.pk).update(state=EngagementState.COMPLETED)
    with django_assert_num_queries(9):
        reminders.reconcile([engagement])
    assert not Reminder.objects.waiting().exists()
    Engagement.objects.filter(pk=engagement.pk).update(state=EngagementState.ACTIVE)
    with django_assert_num_queries(9):
        reminders.reconcile([engagement])
    assert Reminder.objects.waiting().count() == 7 * number
