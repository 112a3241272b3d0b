"""What the milestones ask of a person: whose they are, for how long they are remembered, and at what price."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import obligations
from accounts.models import Membership
from accounts.states import Role
from engagements import places
from engagements.actions import delegating, lifecycle, milestones
from engagements.models import Assignment, TeamMember
from engagements.places import Place
from engagements.states import EngagementState, Kind, MilestoneState, Party, Purpose
from tests import factories

TODAY = date(2026, 3, 10)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]


@pytest.fixture
def _frozen(time_machine):
    time_machine.move_to("2026-03-10 12:00 +0100")


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant, starts_on=date(2026, 3, 2))


@pytest.fixture
def task(engagement):
    return factories.milestone(engagement, on=date(2026, 3, 19), subject="Frist for sager", purpose=Purpose.CASES_DUE, expected_count=20)


def of(user):
    """The person's obligations as a new request would read them."""
    return obligations.of(type(user).objects.get(pk=user.pk), TODAY)


def only(user):
    (one,) = of(user)
    return one


def test_a_task_says_what_when_whose_and_where(task, coordinator, engagement):
    one = only(coordinator)
    assert (one.verb, one.dates, one.weeks) == ("Indsend 20 sager", "torsdag d. 19. marts 2026", "uge 12")
    assert (one.due_on, one.starts_on, one.met_on) == (date(2026, 3, 19), date(2026, 3, 19), None)
    assert (one.place, one.municipality, one.scope_id) == (
        "Hedensted Kommune, børnehandicap 2026", "Hedensted Kommune", engagement.scope_id,
    )  # fmt: skip
    assert (one.responsible, one.party, one.is_own, one.is_meeting) == ("Hanne Koordinator", "Kommunen", True, False)
    cases = f"{engagement.get_absolute_url()}sager/"  # where they are handed in
    assert (one.url, one.delegate_url, one.meet_url) == (cases, f"{task.get_absolute_url()}uddeleger/", "")


def test_a_consultant_may_meet_what_the_municipality_owes_and_cannot_delegate_it(task, consultant):
    one = only(consultant)
    assert (one.is_own, one.of_municipality, one.delegate_url, one.meet_url) == (False, True, "", f"{task.get_absolute_url()}opfyldt/")


@pytest.mark.parametrize(
    ("party", "own"),
    [
        (Party.TASK_FORCE, {"consultant"}),
        (Party.ANKESTYRELSEN, {"jurist"}),
        (Party.VISO, {"viso"}),
        (Party.MUNICIPALITY, {"coordinator", "leader"}),
        (Party.BOTH, {"consultant", "coordinator", "leader"}),
        (Party.UNKNOWN, {"consultant"}),
    ],
)
def test_whose_a_task_is_follows_the_party(engagement, consultant, coordinator, party, own):
    people = {
        "consultant": consultant, "coordinator": coordinator, "leader": factories.person(Role.LEADER),
        "jurist": factories.person(Role.LEGAL_REVIEWER), "viso": factories.person(Role.VISO_CONSULTANT),
    }  # fmt: skip
    for name, role in [("jurist", Role.LEGAL_REVIEWER), ("viso", Role.VISO_CONSULTANT)]:
        TeamMember.objects.create(engagement=engagement, user=people[name], role=role)
    factories.milestone(engagement, on=TODAY, party=party)
    assert {name for name, user in people.items() if only(user).is_own} == own


@pytest.mark.parametrize(
    ("party", "responsible"),
    [
        (Party.TASK_FORCE, "Katrine Konsulent"),
        (Party.MUNICIPALITY, "Anna Anden og Hanne Koordinator"),
        (Party.BOTH, "Begge parter"),
        (Party.VISO, "VISO"),
    ],
)
def test_who_answers_is_told_by_name_where_there_is_one(engagement, coordinator, party, responsible):
    factories.person(Role.COORDINATOR, name="Anna Anden")
    factories.person(Role.LEADER, name="Lise Leder")
    factories.milestone(engagement, on=TODAY, party=party)
    assert only(coordinator).responsible == responsible


def test_the_leader_answers_where_there_is_no_coordinator(task, consultant):
    factories.person(Role.LEADER, name="Lise Leder")
    assert only(consultant).responsible == "Lise Leder"


def test_a_delegated_task_is_own_to_the_one_named_and_a_colleague_s_to_the_rest_of_the_party(task, coordinator, consultant):
    leader = factories.person(Role.LEADER, name="Lise Leder")
    delegating.delegate(milestone=task, to=leader, by=coordinator)
    assert (only(leader).is_own, only(leader).note) == (True, "Uddelegeret af Hanne Koordinator")
    assert (only(coordinator).is_own, only(coordinator).of_colleague, only(coordinator).responsible) == (False, True, "Lise Leder")
    assert (only(consultant).is_own, only(consultant).of_colleague) == (False, False)


def test_what_both_owe_and_one_side_has_delegated_is_still_own_to_the_other(engagement, coordinator, consultant):
    leader = factories.person(Role.LEADER, name="Lise Leder")
    delegating.delegate(milestone=factories.milestone(engagement, on=TODAY, party=Party.BOTH), to=leader, by=coordinator)
    assert (only(leader).is_own, only(coordinator).is_own, only(consultant).is_own) == (True, False, True)
    assert only(coordinator).responsible == "Lise Leder og taskforcen"
    assert (bool(only(coordinator).delegate_url), bool(only(consultant).delegate_url)) == (True, False)


def test_a_delegation_to_somebody_who_is_no_longer_there_counts_as_none(task, coordinator):
    gone = factories.person(Role.EMPLOYEE)
    delegating.delegate(milestone=task, to=gone, by=coordinator)
    Membership.objects.filter(user=gone).update(valid_to=TODAY - timedelta(days=1))
    assert (only(coordinator).is_own, only(coordinator).responsible) == (True, "Hanne Koordinator")


def test_somebody_who_is_inhabil_owes_nothing_and_is_not_named(task, coordinator, consultant):
    factories.conflict(coordinator)
    assert (of(coordinator), only(consultant).responsible) == ([], "Kommunen")


@pytest.mark.parametrize("state", [EngagementState.PAUSED, EngagementState.COMPLETED, EngagementState.ABORTED])
def test_an_engagement_that_does_not_run_asks_for_nothing(task, engagement, coordinator, consultant, state):
    assert of(coordinator)
    lifecycle.move(engagement, to=state, by=consultant, reason="Så vidt")
    assert (of(coordinator), of(consultant)) == ([], [])


def test_others_have_nothing_to_do_with_it(task, stranger):
    for user in (stranger, factories.person(Role.CONSULTANT), factories.person(Role.EMPLOYEE), factories.person(Role.ADMIN)):
        assert of(user) == []


def test_what_was_met_is_remembered_for_thirty_days(engagement, coordinator, consultant):
    for days in (30, 31):
        done = factories.milestone(engagement, on=date(2026, 2, 2), subject=f"for {days} dage siden")
        milestones.meet(milestone=done, on=TODAY - timedelta(days=days), reason="Sendt", by=consultant)
    one = only(coordinator)
    assert (one.verb, one.met_on, one.delegate_url) == ("for 30 dage siden", TODAY - timedelta(days=30), "")


def test_what_was_dropped_or_is_optional_and_over_is_nobody_s_task(engagement, coordinator, consultant):
    milestones.drop(milestone=factories.milestone(engagement, on=TODAY), reason="Ikke relevant", by=consultant)
    factories.milestone(engagement, on=TODAY - timedelta(days=1), optional=True)
    factories.milestone(engagement, on=TODAY, optional=True, subject="I dag")
    assert [one.verb for one in of(coordinator)] == ["I dag"]


def test_of_several_dates_the_next_one_counts(engagement, coordinator):
    days = [[date(2026, 3, 3)] * 2, [date(2026, 3, 17)] * 2, [date(2026, 3, 31)] * 2]
    factories.milestone(engagement, on=TODAY, occurrences=days, kind=Kind.INTERVIEW)
    assert (only(coordinator).starts_on, only(coordinator).due_on, only(coordinator).is_meeting) == (days[1][0], days[2][0], True)


def test_a_higher_app_says_where_a_purpose_is_met(task, coordinator, monkeypatch):
    monkeypatch.setattr(places, "FINDERS", {})
    places.register(
        Purpose.CASES_DUE, lambda milestone: Place(f"/sager/{milestone.engagement_id}/", "Indsend sager") if milestone.is_open else None
    )
    one = only(coordinator)
    assert (one.url, one.action) == (f"/sager/{task.engagement_id}/", "Indsend sager")
    places.register(Purpose.CASES_DUE, lambda milestone: None)
    assert only(coordinator).url == task.get_absolute_url()


# What it costs


def many(engagement, number: int, employee, coordinator) -> None:
    """`number` more of everything: of both sides, delegated ones, meetings, late ones, met ones."""
    made = factories.many_milestones(engagement, number)
    parties = [Party.MUNICIPALITY, Party.TASK_FORCE, Party.BOTH, Party.VISO]
    for place, one in enumerate(made):
        one.party, one.anchor = parties[place % 4], None
        one.kind = Kind.MEETING if place % 3 else Kind.DEADLINE
        one.occurrences = [[TODAY + timedelta(days=place % 60 - 10)] * 2]
        if place % 7 == 6:
            one.state, one.met_at, one.met_by = MilestoneState.MET, timezone.localdate(), coordinator
    type(made[0]).objects.bulk_update(made, ["party", "anchor", "kind", "occurrences", "state", "met_at", "met_by"])
    Assignment.objects.bulk_create(
        Assignment(milestone=one, user=employee, by=coordinator) for one in made if one.party == Party.MUNICIPALITY
    )


def test_the_front_pages_cost_the_same_at_3_30_and_300_open_tasks(log_in, consultant, coordinator):
    employee = factories.person(Role.EMPLOYEE)
    engagement = factories.engagement(consultant)
    clients = {user: log_in(user) for user in (consultant, coordinator, employee)}
    found: dict[str, list[int]] = {user.full_name: [] for user in clients}
    there = 0
    for size in (3, 30, 300):
        many(engagement, size - there, employee, coordinator)
        there = size
        for user, client in clients.items():
            cache.clear()
            with CaptureQueriesContext(connection) as seen:
                assert client.get("/").status_code == 200
            found[user.full_name].append(len(seen))
    assert {name for name, numbers in found.items() if len(set(numbers)) > 1 or max(numbers) > 26} == set(), found


def test_several_engagements_cost_no_more_than_one(consultant, coordinator, django_assert_max_num_queries):
    factories.many_engagements(consultant, 12)
    with django_assert_max_num_queries(14):
        assert len(of(coordinator)) == 12
