"""Every page of an engagement for every role: what it answers, and the thing on it that matters to that role."""

from datetime import date

import pytest

from accounts.states import Role
from engagements.actions import lifecycle, milestones
from engagements.models import Milestone, TeamMember
from engagements.states import EngagementState, Mode, Phase, Purpose
from tests import factories
from tests.engagements.reading import page, sentence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]

TEAM_ONLY = "Det kan kun konsulenterne på forløbets team. Skriv til projektlederen, hvis noget skal ændres."
OVER = "Forløbet er afsluttet eller afbrudt, så tidsplanen kan ikke ændres. Genåbn forløbet først."


@pytest.fixture
def _frozen(time_machine):
    time_machine.move_to("2026-03-10 12:00 +0100")


@pytest.fixture
def engagement(consultant):
    """Three milestones: one that follows another, and one without a date."""
    made = factories.engagement(consultant, starts_on=date(2026, 3, 2))
    first = factories.milestone(made, on=date(2026, 3, 9), subject="Frist for sager", purpose=Purpose.CASES_DUE)
    factories.milestone(made, on=date(2026, 3, 23), subject="Orientering", kind="meeting", mode=Mode.RELATIVE, anchor=first)
    factories.milestone(made, subject="Uden dato", phase=Phase.PLANNING)
    return made


@pytest.fixture
def cases(engagement):
    return engagement.milestones.get(subject="Frist for sager")


@pytest.fixture
def people(engagement, consultant, coordinator):
    """One of each who may see the engagement."""
    found = {
        "lead": consultant,
        "other consultant": factories.person(Role.CONSULTANT, name="Mikkel Engholm"),
        "coordinator": coordinator,
        "leader": factories.person(Role.LEADER),
        "jurist": factories.person(Role.LEGAL_REVIEWER),
        "viso": factories.person(Role.VISO_CONSULTANT),
    }
    for key in ("jurist", "viso"):
        role = Role.LEGAL_REVIEWER if key == "jurist" else Role.VISO_CONSULTANT
        TeamMember.objects.create(engagement=engagement, user=found[key], role=role)
    return found


EVERYBODY = ["lead", "other consultant", "coordinator", "leader", "jurist", "viso"]


def plan_pages(milestone) -> list[str]:
    return ["tidsplan/", "tidsplan/indlaes/", "tidsplan/indlaes/kontrol/", "milepaele/tilfoej/"] + [
        f"milepaele/{milestone.pk}/{verb}/" for verb in ("ret", "flyt", "opfyldt", "bortfald", "genaabn", "slet")
    ]


def plan_posts(milestone, change) -> list[str]:
    return [
        "tidsplan/indlaes/", "tidsplan/indlaes/gem/", "milepaele/tilfoej/", f"aendringer/{change.pk}/fortryd/",
        *[f"milepaele/{milestone.pk}/{verb}/" for verb in ("ret", "flyt/gem", "opfyldt", "bortfald", "genaabn", "slet")],
    ]  # fmt: skip


# Looking


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_of_the_engagement_sees_where_it_stands(log_in, people, engagement, cases, who):
    client = log_in(people[who])
    timeline, listed = client.get(page(engagement)), client.get(page(engagement, "?visning=liste"))
    for response in (timeline, listed):
        assert response.status_code == 200
        assert response.context["engagement"] == engagement
        assert (response.context["met"], response.context["overdue"], response.context["total"]) == (0, 1, 3)
        assert [row.milestone.subject for row in response.context["next_rows"]] == ["Orientering"]
        assert "Hedensted Kommune" in response.text
    assert response.text.count(f'href="{cases.get_absolute_url()}"') >= 1
    assert [(phase.value, [row.milestone.subject for row in rows]) for phase, rows in listed.context["groups"]] == [
        ("analysis", ["Frist for sager", "Orientering"]), ("planning", ["Uden dato"]),
    ]  # fmt: skip


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_sees_a_milestone_and_the_team(log_in, people, engagement, cases, who):
    client = log_in(people[who])
    shown = client.get(cases.get_absolute_url())
    assert (shown.status_code, [row.subject for row in shown.context["followers"]]) == (200, ["Orientering"])
    team = client.get(page(engagement, "team/"))
    assert next(member.user.full_name for member in team.context["team"]) == "Katrine Konsulent"


WRITTEN = {"note": "Husk kaffe", "source_text": "midt i marts", "state_reason": "Kom med posten", "adjusted_because": "Fredagen er fri"}


@pytest.mark.parametrize("who", EVERYBODY)
def test_history_notes_and_reasons_are_for_the_team_and_the_municipality(log_in, people, engagement, cases, consultant, who):
    """Other consultants read that there is a milestone and when it is, not what people wrote about it (decision 13)."""
    milestones.drop(milestone=cases, reason="Aflyst af byrådet", by=consultant)
    Milestone.objects.filter(pk=cases.pk).update(**WRITTEN)
    lifecycle.move(engagement, to=EngagementState.PAUSED, by=consultant, reason="Ny ledelse")
    client, inside = log_in(people[who]), who != "other consultant"
    shown = client.get(cases.get_absolute_url())
    assert [text in shown.text for text in (*WRITTEN.values(), "Aflyst af byrådet", "Ændringer</h2>")] == [inside] * 6
    for tail in ("", "?visning=liste", "team/"):
        text = client.get(page(engagement, tail)).text
        assert (tail, "Ny ledelse" in text, page(engagement, "historik/") in text) == (tail, inside, inside)
    history = client.get(page(engagement, "historik/"))
    assert history.status_code == (200 if inside else 404)
    assert ("Ny ledelse" in history.text) is inside


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_the_team_s_consultant_is_offered_changes_and_others_read_why_not(log_in, people, engagement, cases, who):
    client = log_in(people[who])
    for tail in ("", "?visning=liste", f"milepaele/{cases.pk}/", "team/"):
        response = client.get(page(engagement, tail))
        offered = f'href="/forloeb/{engagement.pk}/tidsplan/"' in response.text or "/flyt/" in response.text or "/afslut/" in response.text
        if who == "lead":
            assert TEAM_ONLY not in response.text
        else:
            assert not offered
            assert TEAM_ONLY in response.text


def test_the_team_page_names_other_people_only_to_those_who_may_add_them(log_in, people, engagement):
    factories.person(Role.CONSULTANT, name="Hemmelige Hans")
    for who, person in people.items():
        assert ("Hemmelige Hans" in log_in(person).get(page(engagement, "team/")).text) is (who == "lead")


def test_no_page_shows_another_engagement(log_in, coordinator, engagement):
    other = factories.engagement(factories.person(Role.CONSULTANT), of="Aabenraa")
    factories.milestone(other, on=date(2026, 3, 10), subject="Hemmelig milepæl")
    client = log_in(coordinator)
    for url in ("/", "/forloeb/", "/forloeb/?state=all", page(engagement), page(engagement, "historik/")):
        text = client.get(url).text
        assert "Aabenraa" not in text
        assert "Hemmelig milepæl" not in text


# Changing: who may not


@pytest.mark.parametrize("who", EVERYBODY[1:])
def test_people_without_the_right_are_told_so_on_every_page_that_changes(log_in, people, engagement, cases, who):
    client, change = log_in(people[who]), engagement.change_sets.first()
    before = list(Milestone.objects.values())
    for tail in [*plan_pages(cases), "status/", "fase/"]:
        response = client.get(page(engagement, tail))
        assert (tail, response.status_code, sentence(response)) == (tail, 403, TEAM_ONLY)
    member = engagement.team_members.get(is_lead=True)
    posts = [*plan_posts(cases, change), "status/", "fase/", "team/", f"team/{member.pk}/projektleder/", f"team/{member.pk}/afslut/"]
    for tail in posts:
        response = client.post(page(engagement, tail), {"reason": "x", "to": "paused"})
        assert (tail, response.status_code, sentence(response)) == (tail, 403, TEAM_ONLY)
    assert list(Milestone.objects.values()) == before


def test_an_engagement_that_is_over_keeps_its_plan(log_in, consultant, engagement, cases):
    lifecycle.move(engagement, to=EngagementState.COMPLETED, by=consultant, reason="Slut")
    client, change = log_in(consultant), engagement.change_sets.first()
    for tail in plan_pages(cases):
        assert sentence(client.get(page(engagement, tail))) == OVER
    for tail in plan_posts(cases, change):
        response = client.post(page(engagement, tail))
        assert (tail, response.status_code, sentence(response)) == (tail, 403, OVER)
    assert sentence(client.get(page(engagement, "fase/"))) == "Fasen kan kun skiftes, mens forløbet er i gang."
    assert client.get(page(engagement, "status/")).status_code == 200


@pytest.mark.parametrize("tail", ["milepaele/{}/", "milepaele/{}/ret/", "milepaele/{}/flyt/"])
def test_a_milestone_of_another_engagement_is_not_found(log_in, consultant, engagement, tail):
    other = factories.milestone(factories.engagement(consultant, of="Aabenraa"), on=date(2026, 3, 10))
    assert log_in(consultant).get(page(engagement, tail.format(other.pk))).status_code == 404


def test_a_member_and_a_change_of_another_engagement_are_not_found(log_in, consultant, engagement):
    other = factories.engagement(consultant, of="Aabenraa")
    factories.milestone(other, on=date(2026, 3, 10))
    client = log_in(consultant)
    assert client.post(page(engagement, f"team/{other.team_members.get().pk}/afslut/")).status_code == 404
    assert client.post(page(engagement, f"team/{other.team_members.get().pk}/projektleder/")).status_code == 404
    assert client.post(page(engagement, f"aendringer/{other.change_sets.first().pk}/fortryd/")).status_code == 404
    assert other.change_sets.accepted().count() == 1
