"""Verbs of one milestone: each rule with the case that breaks it."""

from datetime import date

import pytest

from accounts import audit
from accounts.refusal import Denied, Refused
from accounts.states import Role
from engagements.actions import changes, lifecycle, milestones
from engagements.models import Milestone, MilestonePurpose
from engagements.states import (
    MILESTONE_MOVES,
    EngagementState,
    Kind,
    MilestoneState,
    Mode,
    Party,
    Phase,
    Precision,
    Purpose,
    Unit,
)
from tests import factories

TODAY = date(2026, 3, 10)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]


@pytest.fixture
def _frozen(time_machine):
    time_machine.move_to("2026-03-10 12:00 +0100")


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant, starts_on=date(2026, 3, 2))


def values_of(milestone, **changed):
    return {name: getattr(milestone, name) for name in (*milestones.EDITABLE, "mode", "anchor")} | changed


def edit(milestone, by, purpose=Purpose.OTHER, plan_number=None, **changed):
    return milestones.edit(milestone=milestone, values=values_of(milestone, **changed), purpose=purpose, by=by, plan_number=plan_number)


def meet(milestone, by, on=TODAY):
    return milestones.meet(milestone=milestone, on=on, reason="Modtaget", by=by)


def refused(action, *args, **kwargs) -> str:
    with pytest.raises(Refused) as error:
        action(*args, **kwargs)
    return str(error.value)


# Add and edit


def test_a_new_milestone_stands_last_with_the_dates_it_was_given_as_its_first(engagement, consultant):
    factories.milestone(engagement, on=TODAY)
    made = factories.milestone(
        engagement,
        on=date(2026, 3, 12),
        until=date(2026, 3, 13),
        purpose=Purpose.STAFF_INTERVIEWS,
        subject="Interviews",
        kind=Kind.INTERVIEW,
        place="Hedensted",
        note="Tre dage",
        expected_count=3,
    )
    assert (made.position, made.subject, made.place, made.note, made.expected_count) == (2, "Interviews", "Hedensted", "Tre dage", 3)
    assert made.occurrences == made.baseline == [[date(2026, 3, 12), date(2026, 3, 13)]]
    assert (made.starts_on, made.ends_on, made.state, made.mode) == (date(2026, 3, 12), date(2026, 3, 13), "open", "fixed")
    assert [(row.purpose, row.sequence) for row in made.purposes.all()] == [("staff_interviews", 1)]
    assert (str(made), made.get_absolute_url()) == ("Interviews", f"/forloeb/{engagement.pk}/milepaele/{made.pk}/")


def test_a_milestone_without_a_date_or_a_purpose_is_just_a_line(engagement):
    made = factories.milestone(engagement)
    assert (made.occurrences, made.starts_on, made.ends_on, made.purposes.count()) == ([], None, None, 0)


def test_a_new_milestone_can_follow_another_at_the_distance_it_has(engagement):
    anchor = factories.milestone(engagement, on=date(2026, 3, 10))
    made = factories.milestone(engagement, on=date(2026, 3, 24), mode=Mode.RELATIVE, anchor=anchor)
    assert (made.anchor, made.mode, made.offset, made.unit, made.plus_days) == (anchor, Mode.RELATIVE, 14, Unit.DAYS, 0)
    assert list(anchor.followers.all()) == [made]


def test_a_milestone_can_follow_the_start_of_the_engagement(engagement):
    made = factories.milestone(engagement, on=date(2026, 3, 12), mode=Mode.RELATIVE, anchor=None)
    assert (made.anchor, made.offset, made.unit) == (None, 10, Unit.DAYS)


def test_a_milestone_that_may_not_come_before_its_date_remembers_the_date(engagement):
    made = factories.milestone(engagement, on=date(2026, 3, 12), mode=Mode.NOT_BEFORE, anchor=None)
    assert (made.mode, made.not_before) == (Mode.NOT_BEFORE, date(2026, 3, 12))


@pytest.mark.parametrize(("own", "others"), [(None, TODAY), (TODAY, None)], ids=["undated follower", "undated anchor"])
def test_only_dates_follow_dates(engagement, own, others):
    anchor = factories.milestone(engagement, on=others)
    sentence = refused(factories.milestone, engagement, on=own, mode=Mode.RELATIVE, anchor=anchor)
    assert sentence == "En dato kan kun følge en anden, når begge har en dato."


def test_two_milestones_cannot_follow_each_other(engagement, consultant):
    first = factories.milestone(engagement, on=TODAY, subject="Første")
    second = factories.milestone(engagement, on=TODAY, subject="Anden", mode=Mode.RELATIVE, anchor=first)
    third = factories.milestone(engagement, on=TODAY, subject="Tredje", mode=Mode.RELATIVE, anchor=second)
    for anchor in (first, second, third):
        sentence = refused(edit, Milestone.objects.get(pk=first.pk), consultant, mode=Mode.RELATIVE, anchor=anchor)
        assert sentence == f"»{anchor.subject}« følger selv »Første«. Vælg en anden milepæl at følge."


def test_a_milestone_can_stop_following(engagement, consultant):
    anchor = factories.milestone(engagement, on=TODAY)
    follower = factories.milestone(engagement, on=TODAY, mode=Mode.RELATIVE, anchor=anchor)
    edit(follower, consultant, mode=Mode.FIXED, anchor=None)
    follower.refresh_from_db()
    assert (follower.mode, follower.anchor) == (Mode.FIXED, None)


def test_an_edit_changes_what_it_says_and_never_its_date_or_state(engagement, consultant):
    milestone = factories.milestone(engagement, on=TODAY, precision=Precision.DAY)
    edit(
        milestone,
        consultant,
        subject="Nyt emne",
        phase=Phase.PLANNING,
        party=Party.BOTH,
        optional=True,
        note="n",
        place="p",
        expected_count=2,
    )
    stored = Milestone.objects.get(pk=milestone.pk)
    assert (stored.subject, stored.phase, stored.party, stored.optional) == ("Nyt emne", "planning", "both", True)
    assert (stored.occurrences, stored.state) == ([[TODAY, TODAY]], MilestoneState.OPEN)


def test_an_edit_can_give_another_purpose(engagement, consultant):
    milestone = factories.milestone(engagement, on=TODAY, purpose=Purpose.KICK_OFF)
    edit(milestone, consultant, purpose=Purpose.THEME_DAY)
    assert [row.purpose for row in milestone.purposes.all()] == ["theme_day"]
    edit(milestone, consultant, purpose=Purpose.OTHER)
    assert list(milestone.purposes.all()) == []


def test_a_bundled_milestone_keeps_its_purposes_while_one_of_them_is_chosen(engagement, consultant):
    milestone = bundled(engagement)
    edit(milestone, consultant, purpose=Purpose.SELF_EVALUATION_DUE, subject="Nyt")
    assert {row.purpose for row in milestone.purposes.all()} == {"materials_due", "self_evaluation_due"}


def test_an_edit_keeps_what_somebody_else_changed_meanwhile(engagement, consultant):
    milestone = factories.milestone(engagement, on=TODAY)
    loaded_before = Milestone.objects.get(pk=milestone.pk)
    Milestone.objects.filter(pk=milestone.pk).update(occurrences=[[date(2026, 4, 1)] * 2])
    meet(loaded_before, consultant)
    stored = Milestone.objects.get(pk=milestone.pk)
    assert (stored.occurrences, stored.state) == ([[date(2026, 4, 1)] * 2], MilestoneState.MET)


@pytest.mark.parametrize("verb", ["edit", "meet", "drop", "reopen", "delete"])
def test_a_milestone_that_somebody_deleted_meanwhile_is_refused(engagement, consultant, verb):
    milestone = factories.milestone(engagement, on=TODAY)
    values = {"edit": {"values": values_of(milestone), "purpose": Purpose.OTHER}, "meet": {"on": TODAY, "reason": "x"}}
    Milestone.objects.filter(pk=milestone.pk).delete()
    action = getattr(milestones, verb)
    assert refused(action, milestone=milestone, by=consultant, **values.get(verb, {"reason": "x"})) == changes.SOMEBODY_ELSE


# Meet, drop, reopen, delete


def test_a_milestone_is_met_with_day_person_and_reason(engagement, consultant):
    milestone = factories.milestone(engagement, on=TODAY, purpose=Purpose.CASES_DUE)
    meet(milestone, consultant, on=date(2026, 3, 9))
    stored = Milestone.objects.get(pk=milestone.pk)
    assert (stored.state, stored.met_at, stored.met_by, stored.state_reason) == ("met", date(2026, 3, 9), consultant, "Modtaget")
    assert stored.purposes.get().met_at == date(2026, 3, 9)


def test_nothing_is_met_in_the_future(engagement, consultant):
    milestone = factories.milestone(engagement, on=TODAY)
    sentence = refused(meet, milestone, consultant, on=date(2026, 3, 11))
    assert sentence == "Datoen ligger i fremtiden. En milepæl kan først være opfyldt, når den er det."


def test_today_is_the_danish_day_also_just_after_midnight(time_machine, engagement, consultant):
    milestone = factories.milestone(engagement, on=TODAY)
    time_machine.move_to("2026-03-10 23:30 +0000")  # 00:30 on 11 March in Denmark
    meet(milestone, consultant, on=date(2026, 3, 11))
    assert Milestone.objects.get(pk=milestone.pk).met_at == date(2026, 3, 11)


@pytest.mark.parametrize(
    ("verb", "sentence"), [("meet", "Skriv, hvordan milepælen er opfyldt."), ("drop", "Skriv, hvorfor milepælen bortfalder.")]
)
def test_meeting_and_dropping_need_a_reason(engagement, consultant, verb, sentence):
    milestone = factories.milestone(engagement, on=TODAY)
    day = {"on": TODAY} if verb == "meet" else {}
    assert refused(getattr(milestones, verb), milestone=milestone, reason="", by=consultant, **day) == sentence


def test_a_dropped_milestone_gives_up_its_purpose_and_a_reopened_one_takes_it_back(engagement, consultant):
    milestone = factories.milestone(engagement, on=TODAY, purpose=Purpose.CASES_DUE)
    milestones.drop(milestone=milestone, reason="Aftalt", by=consultant)
    assert (milestone.state, milestone.state_reason, milestone.purposes.get().dropped) == ("dropped", "Aftalt", True)
    milestones.reopen(milestone=milestone, reason="Alligevel", by=consultant)
    assert (milestone.state, milestone.state_reason, milestone.purposes.get().dropped) == ("open", "Alligevel", False)


def test_a_reopened_milestone_is_met_by_nobody(engagement, consultant):
    milestone = factories.milestone(engagement, on=TODAY, purpose=Purpose.CASES_DUE)
    meet(milestone, consultant)
    milestones.reopen(milestone=milestone, reason="Fejl", by=consultant)
    stored, purpose = Milestone.objects.get(pk=milestone.pk), milestone.purposes.get()
    assert (stored.met_at, stored.met_by, purpose.met_at, purpose.met_by) == (None, None, None, None)


STATES = [(start, to) for start in MilestoneState for to in MilestoneState if to not in MILESTONE_MOVES[start]]


@pytest.mark.parametrize(("start", "to"), STATES)
def test_a_milestone_moves_only_as_its_table_says(engagement, consultant, start, to):
    milestone = factories.milestone(engagement, on=TODAY)
    if start == MilestoneState.MET:
        meet(milestone, consultant)
    if start == MilestoneState.DROPPED:
        milestones.drop(milestone=milestone, reason="Aftalt", by=consultant)
    assert (
        refused(milestones.move, milestone, to=to, by=consultant, reason="x", met_at=None)
        == f"Milepælen er allerede {start.label.lower()}."
    )
    assert Milestone.objects.get(pk=milestone.pk).state == start


def test_a_met_milestone_is_not_deleted(engagement, consultant):
    milestone = factories.milestone(engagement, on=TODAY)
    meet(milestone, consultant)
    assert refused(milestones.delete, milestone=milestone, reason="", by=consultant) == (
        "En opfyldt milepæl kan ikke slettes. Genåbn den først."
    )


VERBS = ["add", "edit", "meet", "drop", "reopen", "delete"]


def do(verb, engagement, milestone, by):
    if verb == "add":
        return factories.milestone(engagement, on=TODAY, by=by)
    extra = {"edit": {"values": values_of(milestone), "purpose": Purpose.OTHER}, "meet": {"on": TODAY, "reason": "x"}}
    return getattr(milestones, verb)(milestone=milestone, by=by, **extra.get(verb, {"reason": "x"}))


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", Role)
def test_only_a_consultant_of_the_team_changes_the_plan(engagement, verb, role):
    milestone = factories.milestone(engagement, on=TODAY)
    before = list(Milestone.objects.values())
    with pytest.raises(Denied) as denied:
        do(verb, engagement, milestone, factories.person(role))
    assert str(denied.value) == "Det kan kun konsulenterne på forløbets team. Skriv til projektlederen, hvis noget skal ændres."
    assert list(Milestone.objects.values()) == before


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", [EngagementState.COMPLETED, EngagementState.ABORTED])
def test_the_plan_of_an_engagement_that_is_over_stands(engagement, consultant, verb, state):
    milestone = factories.milestone(engagement, on=TODAY)
    lifecycle.move(engagement, to=state, by=consultant, reason="Slut")
    with pytest.raises(Denied) as denied:
        do(verb, engagement, milestone, consultant)
    assert str(denied.value) == "Forløbet er afsluttet eller afbrudt, så tidsplanen kan ikke ændres. Genåbn forløbet først."


# Met by the delivery itself


def bundled(engagement) -> Milestone:
    milestone = factories.milestone(engagement, on=TODAY, purpose=Purpose.MATERIALS_DUE)
    MilestonePurpose.objects.create(milestone=milestone, engagement=engagement, purpose=Purpose.SELF_EVALUATION_DUE)
    return milestone


def deliver(engagement, purpose, by, sequence=1):
    milestones.meet_purpose(engagement=engagement, purpose=purpose, sequence=sequence, by=by)


def test_a_delivery_meets_its_milestone_whoever_delivers(engagement, coordinator):
    milestone = factories.milestone(engagement, on=TODAY, purpose=Purpose.CASES_DUE)
    deliver(engagement, Purpose.CASES_DUE, coordinator)
    stored = Milestone.objects.get(pk=milestone.pk)
    assert (stored.state, stored.met_at, stored.met_by, stored.state_reason) == ("met", TODAY, coordinator, "Opfyldt ved levering")
    entry = audit.history(engagement.scope).first()
    assert (entry.verb, entry.by, entry.changes) == (
        "milestone.met_by_delivery",
        coordinator,
        {"Indsendelse af sager": [None, "2026-03-10"]},
    )


def test_a_bundled_milestone_is_met_when_all_its_purposes_are(engagement, coordinator):
    milestone = bundled(engagement)
    deliver(engagement, Purpose.MATERIALS_DUE, coordinator)
    assert Milestone.objects.get(pk=milestone.pk).state == MilestoneState.OPEN
    deliver(engagement, Purpose.SELF_EVALUATION_DUE, coordinator)
    assert Milestone.objects.get(pk=milestone.pk).state == MilestoneState.MET


def test_a_delivery_never_fails_because_of_the_plan(engagement, consultant, coordinator):
    milestone = factories.milestone(engagement, on=TODAY, purpose=Purpose.CASES_DUE)
    deliver(engagement, Purpose.KICK_OFF, coordinator)  # not in the plan
    deliver(engagement, Purpose.CASES_DUE, coordinator, sequence=2)  # no second one
    assert Milestone.objects.get(pk=milestone.pk).state == MilestoneState.OPEN
    deliver(engagement, Purpose.CASES_DUE, coordinator)
    deliver(engagement, Purpose.CASES_DUE, consultant)  # again: the first one counts
    assert Milestone.objects.get(pk=milestone.pk).met_by == coordinator


def test_a_delivery_leaves_a_dropped_milestone_alone(engagement, consultant, coordinator):
    milestone = factories.milestone(engagement, on=TODAY, purpose=Purpose.CASES_DUE)
    milestones.drop(milestone=milestone, reason="Aftalt", by=consultant)
    deliver(engagement, Purpose.CASES_DUE, coordinator)
    assert (Milestone.objects.get(pk=milestone.pk).state, milestone.purposes.get().met_at) == (MilestoneState.DROPPED, None)


def test_a_delivery_to_a_milestone_that_a_person_has_met_keeps_the_person(engagement, consultant, coordinator):
    milestone = factories.milestone(engagement, on=TODAY, purpose=Purpose.MATERIALS_DUE)
    meet(milestone, consultant)
    MilestonePurpose.objects.create(milestone=milestone, engagement=engagement, purpose=Purpose.SELF_EVALUATION_DUE)
    deliver(engagement, Purpose.SELF_EVALUATION_DUE, coordinator)
    stored = Milestone.objects.get(pk=milestone.pk)
    assert (stored.met_by, milestone.purposes.get(purpose="self_evaluation_due").met_by) == (consultant, coordinator)
