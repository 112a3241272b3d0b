"""Overblik: the home page of each role, and the frame around every page."""

from datetime import date, timedelta

import pytest

from accounts.models import Membership
from accounts.states import Role
from engagements.actions import lifecycle, milestones
from engagements.models import TeamMember
from engagements.states import EngagementState, Party
from tests import factories

TODAY = date(2026, 3, 10)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]


@pytest.fixture
def _frozen(time_machine):
    time_machine.move_to("2026-03-10 12:00 +0100")


@pytest.fixture
def engagement(consultant):
    """Something late of the municipality, something today of the Task Force, something of both, and something far away."""
    made = factories.engagement(consultant, starts_on=date(2026, 3, 2))
    for subject, days, party in [
        ("Sen frist", -1, Party.MUNICIPALITY),
        ("Brev i dag", 0, Party.TASK_FORCE),
        ("Møde", 30, Party.BOTH),
        ("Sagsgennemgang", 5, Party.ANKESTYRELSEN),
        ("Langt væk", 31, Party.TASK_FORCE),
    ]:
        factories.milestone(made, on=TODAY + timedelta(days=days), subject=subject, party=party)
    return made


def subjects(rows) -> list[str]:
    return [row.milestone.subject for row in rows]


def test_a_consultant_sees_their_own_tasks_and_what_they_wait_for(log_in, consultant, engagement):
    context = log_in(consultant).get("/").context
    assert subjects(context["own_rows"]) == ["Brev i dag", "Møde"]
    assert subjects(context["other_rows"]) == ["Sen frist", "Sagsgennemgang"]
    assert [item["engagement"] for item in context["engagements"]] == [engagement]
    assert (context["overdue_count"], context["can_open"]) == (1, True)


def test_a_consultant_outside_the_team_has_nothing_to_do(log_in, engagement):
    context = log_in(factories.person(Role.CONSULTANT)).get("/").context
    assert (context["own_rows"], context["other_rows"], context["engagements"]) == ([], [], [])


def test_a_jurist_of_the_team_sees_ankestyrelsen_s_tasks_as_their_own(log_in, engagement):
    jurist = factories.person(Role.LEGAL_REVIEWER)
    TeamMember.objects.create(engagement=engagement, user=jurist, role=Role.LEGAL_REVIEWER)
    response = log_in(jurist).get("/")
    assert subjects(response.context["own_rows"]) == ["Sagsgennemgang", "Møde"]
    assert 'href="/forloeb/opret/"' not in response.text


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEADER])
def test_a_municipality_sees_what_it_owes_what_is_next_and_whom_to_call(log_in, engagement, role):
    response = log_in(factories.person(role, is_superuser=role is None)).get("/")
    assert subjects(response.context["own_rows"]) == ["Sen frist", "Møde"]
    assert subjects(response.context["other_rows"]) == ["Brev i dag", "Sagsgennemgang"]
    assert response.context["next_row"].milestone.subject == "Møde"
    assert [person.full_name for _, person in response.context["contacts"]] == ["Katrine Konsulent"]
    assert engagement.team()[0].user.email in response.text


def test_what_is_optional_is_never_the_next_thing_that_is_owed(log_in, coordinator, engagement):
    factories.milestone(engagement, on=TODAY, subject="Evt. møde", party=Party.BOTH, optional=True)
    assert log_in(coordinator).get("/").context["next_row"].milestone.subject == "Møde"


def test_the_next_deadline_is_shown_however_far_ahead_it_lies(log_in, coordinator, consultant):
    made = factories.engagement(consultant, starts_on=date(2026, 3, 2))
    factories.milestone(made, on=TODAY + timedelta(days=200), subject="Frist til efteråret", party=Party.MUNICIPALITY)
    context = log_in(coordinator).get("/").context
    assert (subjects(context["own_rows"]), context["next_row"].milestone.subject) == ([], "Frist til efteråret")


def test_another_municipality_sees_nothing_of_it(log_in, stranger, engagement):
    response = log_in(stranger).get("/")
    assert (response.context["own_rows"], response.context["engagements"], response.context["contacts"]) == ([], [], [])
    assert "Katrine Konsulent" not in response.text


def test_an_engagement_on_pause_asks_for_nothing_but_is_still_listed(log_in, consultant, engagement):
    lifecycle.move(engagement, to=EngagementState.PAUSED, by=consultant, reason="Ny ledelse")
    context = log_in(consultant).get("/").context
    assert (context["own_rows"], [item["variant"] for item in context["engagements"]]) == ([], ["warning"])


def test_what_is_met_is_no_longer_a_task(log_in, consultant, engagement):
    milestones.meet(milestone=engagement.milestones.get(subject="Brev i dag"), on=TODAY, reason="Sendt", by=consultant)
    assert subjects(log_in(consultant).get("/").context["own_rows"]) == ["Møde"]


@pytest.mark.parametrize(
    ("role", "text"),
    [
        (Role.ADMIN, "Du inviterer personer, giver roller og vedligeholder programmer og skabeloner."),
        (Role.AUDITOR, "Du fører tilsyn med loggen. Du har ikke adgang til indholdet af forløbene."),
        (Role.EMPLOYEE, "Når en kollega inviterer dig til en opgave, finder du den her."),
        (None, "Du har ikke en gældende rolle."),
    ],
)
def test_people_without_engagements_are_told_what_is_theirs(log_in, engagement, role, text):
    response = log_in(factories.person(role, is_superuser=role is None)).get("/")
    assert text in response.text
    assert "Sen frist" not in response.text


@pytest.mark.parametrize(
    ("role", "menu"),
    [
        (Role.CONSULTANT, ["Overblik", "Forløb", "Opret forløb"]),
        (Role.COORDINATOR, ["Overblik", "Forløb"]),
        (Role.AUDITOR, ["Overblik", "Log"]),
        (Role.ADMIN, ["Overblik", "Brugere og roller", "Log", "Opsætning"]),
        (None, ["Overblik"]),
    ],
)
def test_the_menu_holds_what_a_person_may_use(log_in, role, menu):
    frame = log_in(factories.person(role, is_superuser=role is None)).get("/").context["frame"]
    assert [item["label"] for item in frame["navigation"]] == menu
    assert [item["label"] for item in frame["navigation"] if item["current"]] == ["Overblik"]


@pytest.mark.parametrize(
    ("url", "current"),
    [("/forloeb/", ["Forløb"]), ("/forloeb/{}/", ["Forløb"]), ("/forloeb/opret/", ["Opret forløb"]), ("/support/", [])],
)
def test_the_menu_says_where_one_is(log_in, consultant, engagement, url, current):
    frame = log_in(consultant).get(url.format(engagement.pk)).context["frame"]
    assert [item["label"] for item in frame["navigation"] if item["current"]] == current


def test_the_frame_says_who_one_is_in_which_roles(log_in, coordinator):
    Membership.objects.create(user=coordinator, organisation=factories.municipality("Aabenraa"), role=Role.LEADER)
    frame = log_in(coordinator).get("/").context["frame"]
    assert (frame["user_name"], frame["role_line"]) == (
        "Hanne Koordinator", "Kommunal koordinator, Hedensted Kommune; Kommunal leder, Aabenraa Kommune",
    )  # fmt: skip


def test_a_page_for_everybody_has_no_menu_for_strangers(client):
    response = client.get("/support/")
    assert (response.context["frame"]["user_name"], response.context["frame"]["navigation"]) == ("", [])
    assert "Log af" not in response.text
