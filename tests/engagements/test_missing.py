"""Hvad mangler vi?: what each party owes now, what has been delivered, and the text for a mail."""

from datetime import date, timedelta

import pytest

from accounts.states import Role
from engagements import missing
from engagements.actions import delegating, milestones
from engagements.states import Kind, Party, Phase, Purpose
from tests import factories

TODAY = date(2026, 3, 10)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]


@pytest.fixture
def _frozen(time_machine):
    time_machine.move_to("2026-03-10 12:00 +0100")


@pytest.fixture
def engagement(consultant):
    """In the analysis: something late, something near, something far ahead in this phase and in the next, and something delivered."""
    made = factories.engagement(consultant, starts_on=date(2026, 3, 2))
    cases = {"purpose": Purpose.CASES_DUE, "expected_count": 20}
    factories.milestone(made, on=date(2026, 3, 9), subject="Frist for sager", **cases)
    factories.milestone(made, on=date(2026, 3, 20), subject="Rapporten", party=Party.TASK_FORCE)
    factories.milestone(made, on=date(2026, 6, 1), subject="Rettelser")
    factories.milestone(made, on=date(2026, 9, 1), subject="Udviklingsplan", phase=Phase.PLANNING)
    factories.milestone(made, on=TODAY + timedelta(days=30), subject="Tidligt i næste fase", phase=Phase.PLANNING)
    factories.milestone(made, on=date(2026, 3, 25), subject="Møde", party=Party.BOTH, kind=Kind.MEETING)
    factories.milestone(made, on=date(2026, 3, 5), subject="Mødet, der ikke blev holdt", party=Party.BOTH, kind=Kind.MEETING)
    factories.milestone(made, on=date(2026, 3, 11), subject="Eventuelt", optional=True)
    milestones.drop(milestone=factories.milestone(made, on=TODAY, subject="Bortfaldet"), reason="Nej", by=consultant)
    done = factories.milestone(made, on=date(2026, 3, 4), subject="Materialer")
    milestones.meet(milestone=done, on=date(2026, 3, 3), reason="Sendt", by=consultant)
    return made


def read(engagement, *, by_name: bool = True):
    return missing.read(engagement, TODAY, by_name=by_name)


def test_it_holds_deliveries_of_the_present_phase_or_near_and_whatever_is_late(engagement):
    found = read(engagement)
    assert {label: [one.verb for one in rows] for label, rows in found.parties} == {
        "Kommunen": ["Indsend 20 sager", "Tidligt i næste fase", "Rettelser"],
        "Begge parter": ["Mødet, der ikke blev holdt"],
        "Taskforcen": ["Rapporten"],
    }
    assert ([one.verb for one in found.delivered], found.later, found.overdue) == (["Materialer"], 1, 2)


def test_the_text_can_be_put_in_a_mail(engagement, coordinator):
    emil = factories.person(Role.EMPLOYEE, name="Emil Medarbejder")
    delegating.delegate(milestone=engagement.milestones.get(subject="Frist for sager"), to=emil, by=coordinator)
    assert missing.as_text(read(engagement), engagement, TODAY) == (
        "Hedensted Kommune, børnehandicap 2026: status pr. 10. marts 2026.\n"
        "\n"
        "Kommunen mangler:\n"
        "- Indsend 20 sager, mandag d. 9. marts 2026 (uge 11), overskredet, Emil Medarbejder\n"
        "- Tidligt i næste fase, torsdag d. 9. april 2026 (uge 15), Hanne Koordinator\n"
        "- Rettelser, mandag d. 1. juni 2026 (uge 23), Hanne Koordinator\n"
        "\n"
        "Begge parter mangler:\n"
        "- Mødet, der ikke blev holdt, torsdag d. 5. marts 2026 (uge 10), overskredet\n"
        "\n"
        "Taskforcen mangler:\n"
        "- Rapporten, fredag d. 20. marts 2026 (uge 12), Katrine Konsulent\n"
        "\n"
        "Leveret:\n"
        "- Materialer, 3. marts 2026"
    )


def test_nothing_missing_is_said_in_words(consultant):
    empty = factories.engagement(consultant, starts_on=date(2026, 3, 2))
    assert missing.as_text(read(empty), empty, TODAY).endswith("Der mangler ikke noget lige nu.")


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEADER])
def test_both_sides_read_it_and_are_led_to_it(log_in, engagement, consultant, role):
    url = f"/forloeb/{engagement.pk}/mangler/"
    for user in (consultant, factories.person(role)):
        client = log_in(user)
        assert "Indsend 20 sager" in client.get(url).text
        assert f'href="{url}"' in client.get(engagement.get_absolute_url()).text
        assert f'href="{url}"' in client.get("/").text


def test_a_consultant_outside_the_team_is_told_the_party_and_no_names_of_the_municipality(log_in, engagement, coordinator):
    client = log_in(factories.person(Role.CONSULTANT))
    response = client.get(f"/forloeb/{engagement.pk}/mangler/")
    assert "Indsend 20 sager" in response.text
    assert "Hanne Koordinator" not in response.text


def test_another_municipality_does_not_find_it(log_in, engagement, stranger):
    assert log_in(stranger).get(f"/forloeb/{engagement.pk}/mangler/").status_code == 404
