"""Opgaver, Min uge and Overblik: the front page of each role, and the frame around every page."""

from datetime import date, timedelta

import pytest

from accounts.models import Membership
from accounts.states import Role
from engagements.actions import delegating, lifecycle, milestones
from engagements.models import TeamMember
from engagements.states import EngagementState, Kind, Party
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


def words(rows) -> list[str]:
    return [row.task.verb for row in rows]


def grouped(groups) -> dict[str, list[str]]:
    return {group.name: words(group.rows) for group in groups}


# Min uge


def test_a_consultant_sees_what_is_late_with_the_municipality_what_is_theirs_and_the_meetings(log_in, consultant, engagement):
    factories.milestone(engagement, on=TODAY + timedelta(days=12), subject="Møde i næste uge", party=Party.BOTH, kind=Kind.MEETING)
    factories.milestone(engagement, on=TODAY + timedelta(days=13), subject="Møde om to uger", party=Party.BOTH, kind=Kind.MEETING)
    week = log_in(consultant).get("/").context["week"]
    assert grouped(week.overdue) == {"Hedensted Kommune": ["Sen frist"]}
    assert words(week.own) == ["Brev i dag", "Møde om to uger", "Møde"]
    assert (week.weeks, words(week.meetings)) == ("uge 11 og 12", ["Møde i næste uge"])
    assert grouped(week.folds) == {"I venter på": ["Sagsgennemgang"], "Senere": ["Langt væk"]}


def test_the_weeks_of_a_new_year_are_told_with_their_years(log_in, consultant, time_machine):
    made = factories.engagement(consultant, starts_on=date(2026, 3, 2))
    time_machine.move_to("2026-12-29 12:00 +0100")  # uge 53
    factories.milestone(made, on=date(2027, 1, 8), subject="Møde", party=Party.BOTH, kind=Kind.MEETING)
    response = log_in(consultant).get("/")
    assert words(response.context["week"].meetings) == ["Møde"]
    assert "Møder i uge 53 og 1" in response.text


def test_a_consultant_outside_the_team_has_nothing_to_do(log_in, engagement):
    response = log_in(factories.person(Role.CONSULTANT)).get("/")
    assert (response.context["week"].own, response.context["engagements"]) == ([], [])
    assert "Du er ikke på et team endnu. Opret et forløb" in response.text


def test_a_jurist_of_the_team_sees_ankestyrelsen_s_tasks_as_their_own(log_in, engagement):
    jurist = factories.person(Role.LEGAL_REVIEWER)
    TeamMember.objects.create(engagement=engagement, user=jurist, role=Role.LEGAL_REVIEWER)
    response = log_in(jurist).get("/")
    assert words(response.context["week"].own) == ["Sagsgennemgang"]
    assert grouped(response.context["week"].folds) == {"I venter på": ["Brev i dag", "Møde"]}
    assert 'href="/forloeb/opret/"' not in response.text
    assert "Markér som opfyldt" not in response.text


def test_nothing_near_says_what_comes_next(log_in, consultant):
    made = factories.engagement(consultant, starts_on=date(2026, 3, 2))
    factories.milestone(made, on=date(2026, 12, 4), subject="Rapporten", party=Party.TASK_FORCE)
    assert (
        "Ingen frister i uge 11 eller de næste 30 dage. Næste: »Rapporten«, Hedensted Kommune, fredag d. 4. december 2026 (uge 49)."
    ) in log_in(consultant).get("/").text


def test_what_is_given_to_a_colleague_stands_apart(log_in, consultant, engagement):
    other = factories.person(Role.CONSULTANT, name="Kai Kollega")
    TeamMember.objects.create(engagement=engagement, user=other, role=Role.CONSULTANT)
    delegating.delegate(milestone=engagement.milestones.get(subject="Brev i dag"), to=other, by=consultant)
    week = log_in(consultant).get("/").context["week"]
    assert (words(week.own), grouped(week.folds)["Hos kolleger"]) == (["Møde"], ["Brev i dag"])
    mine = log_in(other).get("/").context["week"].own
    assert (mine[0].task.verb, mine[0].task.note) == ("Brev i dag", "Uddelegeret af Katrine Konsulent")


# Opgaver


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEADER])
def test_a_municipality_sees_what_it_owes_what_is_next_and_whom_to_call(log_in, engagement, role):
    response = log_in(factories.person(role)).get("/")
    tasks = response.context["tasks"]
    assert grouped(tasks.groups) == {"Overskredet": ["Sen frist"], "Næste 30 dage": ["Møde"]}
    assert words(tasks.waiting) == ["Brev i dag", "Sagsgennemgang"]
    assert (tasks.next.task.verb, tasks.next.when) == ("Møde", "om 4 uger")
    assert [person.full_name for _, person in response.context["contacts"]] == ["Katrine Konsulent"]
    assert engagement.team()[0].user.email in response.text
    assert "Markér som opfyldt" not in response.text


def test_the_groups_follow_the_week_and_the_month(log_in, coordinator, consultant):
    made = factories.engagement(consultant, starts_on=date(2026, 3, 2))
    for day in (9, 10, 15, 16):  # Monday to Monday; today is Tuesday the 10th
        factories.milestone(made, on=date(2026, 3, day), subject=f"{day}. marts")
    for days in (30, 31):
        factories.milestone(made, on=TODAY + timedelta(days=days), subject=f"om {days} dage")
    factories.milestone(made, subject="Uden dato")
    done = factories.milestone(made, on=date(2026, 3, 3), subject="Sendt")
    milestones.meet(milestone=done, on=date(2026, 3, 4), reason="Modtaget", by=consultant)
    long_ago = factories.milestone(made, on=date(2026, 2, 2), subject="Sendt for længst")
    milestones.meet(milestone=long_ago, on=date(2026, 2, 7), reason="Modtaget", by=consultant)
    assert grouped(log_in(coordinator).get("/").context["tasks"].groups) == {
        "Overskredet": ["9. marts"],
        "Denne uge": ["10. marts", "15. marts"],
        "Næste 30 dage": ["16. marts", "om 30 dage"],
        "Senere": ["om 31 dage", "Uden dato"],
        "Gennemført": ["Sendt"],
    }


def test_a_period_that_has_begun_is_listed_by_its_end(log_in, coordinator, consultant):
    made = factories.engagement(consultant, starts_on=date(2026, 3, 2))
    factories.milestone(made, on=date(2026, 3, 1), until=date(2026, 3, 20), subject="Udkast")
    (group,) = log_in(coordinator).get("/").context["tasks"].groups
    assert (group.name, group.rows[0].badge, group.rows[0].when) == ("Næste 30 dage", "I gang", "slutter om 8 arbejdsdage")


def test_what_is_optional_is_never_the_next_thing_that_is_owed_nor_late(log_in, coordinator, engagement):
    factories.milestone(engagement, on=TODAY, subject="Evt. møde", party=Party.BOTH, optional=True)
    factories.milestone(engagement, on=TODAY - timedelta(days=1), subject="Evt. i går", party=Party.BOTH, optional=True)
    tasks = log_in(coordinator).get("/").context["tasks"]
    assert tasks.next.task.verb == "Møde"
    assert grouped(tasks.groups) == {"Overskredet": ["Sen frist"], "Denne uge": ["Evt. møde"], "Næste 30 dage": ["Møde"]}


def test_the_next_deadline_is_shown_however_far_ahead_it_lies(log_in, coordinator, consultant):
    made = factories.engagement(consultant, starts_on=date(2026, 3, 2))
    factories.milestone(made, on=TODAY + timedelta(days=200), subject="Frist til efteråret", party=Party.MUNICIPALITY)
    tasks = log_in(coordinator).get("/").context["tasks"]
    assert (grouped(tasks.groups), tasks.next.task.verb) == ({"Senere": ["Frist til efteråret"]}, "Frist til efteråret")


def test_a_municipality_that_owes_nothing_is_told_what_comes_next(log_in, coordinator, consultant):
    made = factories.engagement(consultant, starts_on=date(2026, 3, 2))
    factories.milestone(made, on=date(2026, 4, 28), subject="Læringsseminar", party=Party.TASK_FORCE, kind=Kind.SEMINAR)
    response = log_in(coordinator).get("/")
    assert "I har ingen åbne opgaver. Næste milepæl er »Læringsseminar« tirsdag d. 28. april 2026 (uge 18)." in response.text
    assert response.context["tasks"].next is None


def test_a_long_list_of_what_comes_later_is_folded(log_in, coordinator, consultant):
    made = factories.engagement(consultant, starts_on=date(2026, 3, 2))
    for number in range(5):
        factories.milestone(made, on=date(2026, 6, 1) + timedelta(days=number))
    client = log_in(coordinator)
    assert [group.folded for group in client.get("/").context["tasks"].groups] == [False]
    factories.milestone(made, on=date(2026, 7, 1))
    assert [group.folded for group in client.get("/").context["tasks"].groups] == [True]


def test_another_municipality_sees_nothing_of_it(log_in, stranger, engagement):
    response = log_in(stranger).get("/")
    assert (response.context["tasks"].groups, response.context["engagements"], response.context["contacts"]) == ([], [], [])
    assert "Katrine Konsulent" not in response.text


@pytest.mark.parametrize(("who", "section"), [("consultant", "week"), ("coordinator", "tasks")])
def test_one_engagement_can_be_chosen_in_the_address(log_in, request, consultant, engagement, who, section):
    other = factories.engagement(consultant, starts_on=date(2026, 3, 2))
    factories.milestone(other, on=TODAY, subject="I det andet", party=Party.BOTH)
    client = log_in(request.getfixturevalue(who))
    for chosen, expected in [(other.pk, ["I det andet"]), ("987654321", None), ("", None)]:
        found = client.get("/", {"forloeb": chosen}).context[section]
        rows = found.own if section == "week" else [row for group in found.groups for row in group.rows]
        assert words(rows) == expected if expected else len(rows) > 1


def test_there_is_nothing_to_choose_with_a_single_engagement(log_in, coordinator, engagement):
    assert log_in(coordinator).get("/").context["filter_form"] is None


def test_an_engagement_on_pause_asks_for_nothing_but_is_still_listed(log_in, consultant, engagement):
    lifecycle.move(engagement, to=EngagementState.PAUSED, by=consultant, reason="Ny ledelse")
    context = log_in(consultant).get("/").context
    assert (context["week"].own, context["engagements"]) == ([], [engagement])


def test_what_is_met_is_no_longer_a_task(log_in, consultant, engagement):
    milestones.meet(milestone=engagement.milestones.get(subject="Brev i dag"), on=TODAY, reason="Sendt", by=consultant)
    assert words(log_in(consultant).get("/").context["week"].own) == ["Møde"]


# Everybody else


def test_an_employee_has_the_tasks_that_were_given_to_them_and_no_others(log_in, coordinator, engagement):
    emil = factories.person(Role.EMPLOYEE, name="Emil Medarbejder")
    task = engagement.milestones.get(subject="Sen frist")
    delegating.delegate(milestone=task, to=emil, by=coordinator)
    response = log_in(emil).get("/")
    assert grouped(response.context["groups"]) == {"Overskredet": ["Sen frist"]}
    (row,) = response.context["groups"][0].rows
    assert (row.task.url, row.task.note) == (f"/opgave/{task.pk}/", "Uddelegeret af Hanne Koordinator")
    assert f"/forloeb/{engagement.pk}/" not in response.text


@pytest.mark.parametrize(
    ("role", "text"),
    [
        (Role.ADMIN, "Du inviterer personer, giver roller og vedligeholder programmer og skabeloner."),
        (Role.AUDITOR, "Du fører tilsyn med loggen. Du har ikke adgang til indholdet af forløbene."),
        (Role.EMPLOYEE, "Når en kollega uddelegerer en opgave til dig, finder du den her."),
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
        (Role.CONSULTANT, ["Min uge", "Forløb", "Opret forløb", "Udbakke", "Beskeder"]),
        (Role.COORDINATOR, ["Opgaver", "Forløb", "Beskeder"]),
        (Role.EMPLOYEE, ["Opgaver", "Beskeder"]),
        (Role.AUDITOR, ["Overblik", "Beskeder", "Log"]),
        (Role.ADMIN, ["Overblik", "Beskeder", "Brugere og roller", "Log", "Drift", "Opsætning"]),
        (None, ["Overblik", "Beskeder"]),
    ],
)
def test_the_menu_holds_what_a_person_may_use(log_in, role, menu):
    frame = log_in(factories.person(role, is_superuser=role is None)).get("/").context["frame"]
    assert [item["label"] for item in frame["navigation"]] == menu
    assert [item["label"] for item in frame["navigation"] if item["current"]] == menu[:1]


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
