"""Forløb: the list with its filters, sorting and paging; and the pages that open an engagement."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.states import Role
from engagements.actions import lifecycle
from engagements.models import Engagement, ProgrammeVersion
from engagements.states import Area, EngagementState, Party, Phase
from tests import factories
from tests.engagements.reading import sentence

pytestmark = pytest.mark.django_db


def names(response) -> list[str]:
    return [row["engagement"].municipality.name for row in response.context["rows"]]


@pytest.fixture
def three(consultant):
    """Aabenraa (planning, waits for the Task Force), Hedensted (late by two) and Ærø (a theme day that is only planned)."""
    today = timezone.localdate()
    aabenraa = factories.engagement(consultant, of="Aabenraa", starts_on=today - timedelta(days=400))
    lifecycle.change_phase(engagement=aabenraa, to=Phase.PLANNING, by=consultant)
    factories.milestone(aabenraa, on=today + timedelta(days=9), party=Party.TASK_FORCE, subject="Rapport")
    hedensted = factories.engagement(consultant, starts_on=today - timedelta(days=40))
    for days in (-9, -8, 3):
        factories.milestone(hedensted, on=today + timedelta(days=days), subject=f"Frist {days}")
    aeroe = factories.engagement(
        consultant, of="Ærø", version=factories.version("temadag"), area=Area.ADULT, active=False, starts_on=today + timedelta(days=30)
    )
    return aabenraa, hedensted, aeroe


def test_the_list_shows_what_comes_next_who_is_waited_for_and_what_is_late(log_in, consultant, three):
    rows = {row["engagement"].municipality.name: row for row in log_in(consultant).get("/forloeb/").context["rows"]}
    hedensted = rows["Hedensted"]
    found = hedensted["engagement"]
    assert (found.next_subject, found.next_on) == ("Frist 3", timezone.localdate() + timedelta(days=3))
    assert (found.overdue_count, hedensted["waiting_for"], found.lead_name) == (2, "Kommunen", "Katrine Konsulent")
    assert (rows["Aabenraa"]["waiting_for"], rows["Aabenraa"]["engagement"].overdue_count) == ("Taskforcen", 0)
    assert (rows["Ærø"]["waiting_for"], rows["Ærø"]["engagement"].next_subject) == ("", None)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Hedensted", "Ærø", "Aabenraa"]),
        ("search=hed", ["Hedensted"]),
        ("search=Aabenraa+Kommune", ["Aabenraa"]),
        ("search=findes+ikke", []),
        ("phase=planning", ["Aabenraa"]),
        ("waiting_for=task_force", ["Aabenraa"]),
        ("waiting_for=municipality", ["Hedensted"]),
        ("state=planned", ["Ærø"]),
        ("state=completed", []),
        ("sort=-municipality", ["Aabenraa", "Ærø", "Hedensted"]),
        ("sort=next", ["Hedensted", "Aabenraa", "Ærø"]),
        ("sort=-next", ["Aabenraa", "Hedensted", "Ærø"]),
        ("sort=-overdue", ["Hedensted", "Ærø", "Aabenraa"]),
        ("sort=overdue", ["Ærø", "Aabenraa", "Hedensted"]),
        ("sort=start", ["Aabenraa", "Hedensted", "Ærø"]),
        ("sort=-start", ["Ærø", "Hedensted", "Aabenraa"]),
        ("sort=nothing&phase=nothing&page=99", ["Hedensted", "Ærø", "Aabenraa"]),
        ("search=%00", ["Hedensted", "Ærø", "Aabenraa"]),
    ],
)
def test_the_list_is_filtered_and_sorted_by_its_address(log_in, consultant, three, query, expected):
    response = log_in(consultant).get(f"/forloeb/?{query}")
    assert (response.status_code, names(response)) == (200, expected)


def test_the_list_is_filtered_by_programme_and_consultant(log_in, consultant, three):
    client, other = log_in(consultant), factories.person(Role.CONSULTANT)
    factories.engagement(other, of="Skive")
    programme = factories.version("temadag").programme_id
    assert names(client.get(f"/forloeb/?programme={programme}")) == ["Ærø"]
    assert names(client.get(f"/forloeb/?consultant={other.pk}")) == ["Skive"]
    assert len(names(client.get("/forloeb/"))) == 4


def test_what_is_over_is_left_out_until_it_is_asked_for(log_in, consultant, three):
    lifecycle.move(three[1], to=EngagementState.COMPLETED, by=consultant, reason="Slut")
    client = log_in(consultant)
    assert names(client.get("/forloeb/")) == ["Ærø", "Aabenraa"]
    assert names(client.get("/forloeb/?state=all")) == ["Hedensted", "Ærø", "Aabenraa"]
    assert names(client.get("/forloeb/?state=completed")) == ["Hedensted"]


def test_a_set_filter_can_be_taken_off_alone(log_in, consultant, three):
    text = log_in(consultant).get("/forloeb/?phase=planning&search=aab&sort=next").text
    assert 'href="?search=aab&amp;sort=next"' in text
    assert 'href="?phase=planning&amp;sort=next"' in text


def test_a_long_list_is_paged_and_no_engagement_is_lost_between_the_pages(log_in, consultant):
    factories.many_engagements(consultant, 60)
    client = log_in(consultant)
    for sort in ("municipality", "next", "-overdue", "start"):
        pages = [client.get(f"/forloeb/?sort={sort}&page={number}").context["rows"] for number in (1, 2, 3)]
        seen = [row["engagement"].pk for rows in pages for row in rows]
        assert ([len(rows) for rows in pages], len(set(seen))) == ([25, 25, 10], 60)


@pytest.mark.parametrize(
    ("role", "of", "expected"),
    [
        (Role.CONSULTANT, "", ["Hedensted", "Ærø", "Aabenraa"]),
        (Role.COORDINATOR, "Hedensted", ["Hedensted"]),
        (Role.LEADER, "Aabenraa", ["Aabenraa"]),
        (Role.EMPLOYEE, "Hedensted", []),
        (Role.LEGAL_REVIEWER, "", []),
        (Role.AUDITOR, "", []),
        (Role.ADMIN, "", []),
    ],
)
def test_everybody_sees_their_own_list(log_in, three, role, of, expected):
    response = log_in(factories.person(role, of=of)).get("/forloeb/")
    assert names(response) == expected
    assert ('href="/forloeb/opret/"' in response.text) is (role == Role.CONSULTANT)


# Opening


def answers(lead, **changed) -> dict:
    values = {
        "municipality": factories.municipality().pk, "programme": factories.version().programme_id, "starts_on": "1. februar 2027",
        "consultant": lead.pk,
    }  # fmt: skip
    return values | changed


def test_the_form_proposes_the_person_as_lead(log_in, consultant):
    response = log_in(consultant).get("/forloeb/opret/")
    assert (response.status_code, response.context["form"]["consultant"].value()) == (200, consultant.pk)


def test_the_form_can_be_gone_back_to_with_its_answers(log_in, consultant):
    response = log_in(consultant).get("/forloeb/opret/", answers(consultant, area="child"))
    shown = {name: response.context["form"][name].value() for name in ("municipality", "programme", "starts_on", "area")}
    assert shown == {
        "municipality": str(factories.municipality().pk), "programme": str(factories.version().programme_id),
        "starts_on": "1. februar 2027", "area": "child",
    }  # fmt: skip


def test_the_preview_shows_the_plan_and_writes_nothing(log_in, consultant):
    response = log_in(consultant).get("/forloeb/opret/plan/", answers(consultant))
    rows = response.context["rows"]
    assert len(rows) == factories.engagement(consultant, starts_on=date(2027, 2, 1), plan=True).milestones.count()
    assert [row["planned"].occurrences for row in rows] == sorted(row["planned"].occurrences for row in rows)
    assert response.context["moved"] == sum(row["planned"].moved for row in rows) > 0
    assert Engagement.objects.count() == 1  # the one made here to compare with


def test_the_preview_tells_of_an_engagement_that_runs_already(log_in, consultant):
    factories.engagement(consultant)
    response = log_in(consultant).get("/forloeb/opret/plan/", answers(consultant))
    assert response.context["others"] == 1
    assert "Hedensted Kommune har allerede 1 forløb på samme område." in response.text


def test_opening_goes_from_the_preview_to_the_engagement_once(log_in, consultant):
    client, jurist = log_in(consultant), factories.person(Role.LEGAL_REVIEWER)
    preview = client.get("/forloeb/opret/plan/", answers(consultant, legal_reviewer=jurist.pk))
    posted = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', preview.text))
    del posted["csrfmiddlewaretoken"]
    first = client.post("/forloeb/opret/gem/", posted)
    second = client.post("/forloeb/opret/gem/", posted)
    made = Engagement.objects.get()
    assert first["Location"] == second["Location"] == made.get_absolute_url()
    assert (made.starts_on, made.area, made.created_by) == (date(2027, 2, 1), Area.CHILD, consultant)
    assert {member.user for member in made.team()} == {consultant, jurist}
    assert f"Forløbet er oprettet med {made.milestones.count()} milepæle." in client.get(made.get_absolute_url()).text


@pytest.mark.parametrize("how", ["preview", "post"])
@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"municipality": ""}, "municipality", "Vælg »Kommune«."),
        ({"starts_on": "uge 5 2027"}, "starts_on", "Skriv datoen som dd.mm.åååå, fx 19.02.2027."),
        ({"starts_on": "1. februar"}, "starts_on", "Skriv også årstallet, fx 19.02.2027."),
        ({"programme": ""}, "programme", "Vælg »Program«."),
        ({"area": "vulnerable"}, "area", None),
        ({"programme": "temadag"}, "area", None),
        ({"template": "handicap-voksne"}, "template", "Skabelonen hører til et andet program. Vælg en, der begynder med programmets navn."),
        ({"consultant": "0"}, "consultant", None),
    ],
)
def test_a_wrong_answer_is_told_before_anything_is_written(log_in, consultant, how, changed, field, message):
    if changed.get("programme"):
        changed = changed | {"programme": factories.version("temadag").programme_id}
    if "template" in changed:
        changed = changed | {"template": factories.template("handicap-voksne").pk}
    client, values = log_in(consultant), answers(consultant, **changed)
    response = client.get("/forloeb/opret/plan/", values) if how == "preview" else client.post("/forloeb/opret/gem/", values)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert message is None or response.context["form"].errors[field] == [message]
    assert not Engagement.objects.exists()


def test_a_programme_without_a_valid_version_cannot_be_opened(log_in, consultant):
    ProgrammeVersion.objects.update(valid_from=timezone.localdate() + timedelta(days=1))
    response = log_in(consultant).get("/forloeb/opret/plan/", answers(consultant))
    assert response.context["form"].errors["programme"] == ["Programmet har ingen gældende version. Skriv til en administrator."]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CONSULTANT])
def test_only_consultants_come_to_the_pages_that_open(log_in, consultant, role):
    client = log_in(factories.person(role))
    for response in (
        client.get("/forloeb/opret/"),
        client.get("/forloeb/opret/plan/", answers(consultant)),
        client.post("/forloeb/opret/gem/", answers(consultant)),
        client.post("/forloeb/opret/gem/", {}),
    ):
        assert (response.status_code, sentence(response)) == (403, "Kun taskforcens konsulenter kan oprette forløb.")
        assert "Katrine Konsulent" not in response.text
