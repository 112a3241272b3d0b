"""The pages of Bed om udsættelse: asked on the milestone, answered through the preview of the move."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Notice
from accounts.states import Role
from engagements.actions import postponing
from engagements.models import Postponement
from engagements.states import Kind, Mode, Party, PostponementState, Precision
from tests import factories
from tests.engagements.reading import page, sentence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]
REASON = "Vi mangler to sagsbehandlere"


@pytest.fixture
def _frozen(time_machine):
    time_machine.move_to("2026-03-02 12:00 +0100")


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant, starts_on=date(2026, 3, 2))


@pytest.fixture
def due(engagement):
    """Monday 9 March, with a meeting two weeks after it."""
    made = factories.milestone(engagement, on=date(2026, 3, 9), subject="Frist for sager")
    factories.milestone(
        engagement, on=date(2026, 3, 23), subject="Møde", kind=Kind.MEETING, mode=Mode.RELATIVE, anchor=made, party=Party.BOTH
    )
    return made


def at(milestone, tail: str = "") -> str:
    return page(milestone.engagement, f"milepaele/{milestone.pk}/{tail}")


def ask(client, due, dates="16. marts", reason=REASON):
    return client.post(at(due, "udsaettelse/"), {"dates": dates, "reason": reason})


def asked(due, by) -> Postponement:
    day = date(2026, 3, 16)
    return postponing.ask(milestone=due, occurrences=((day, day),), precision=Precision.DAY, reason=REASON, by=by)


def test_the_coordinator_asks_and_sees_it_on_the_milestone(log_in, coordinator, due):
    client = log_in(coordinator)
    assert at(due, "udsaettelse/") in client.get(at(due)).text
    assert ask(client, due).status_code == 302
    shown = client.get(at(due)).text
    assert "Afventer svar" in shown and REASON in shown and "Mandag d. 16. marts 2026 (uge 12)" in shown
    assert "Træk ønsket tilbage" in shown and "Bed om udsættelse</a>" not in shown


@pytest.mark.parametrize(("dates", "wished"), [("uge 13", ["2026-03-23", "2026-03-29"]), ("16/3", ["2026-03-16", "2026-03-16"])])
def test_a_date_is_understood_as_in_the_plan(log_in, coordinator, due, dates, wished):
    ask(log_in(coordinator), due, dates=dates)
    assert [day.isoformat() for day in Postponement.objects.get().wished[0]] == wished


@pytest.mark.parametrize(("posted", "field"), [({"dates": "snart"}, "dates"), ({"dates": ""}, "dates"), ({"reason": " "}, "reason")])
def test_a_wish_that_is_not_understood_is_asked_for_again(log_in, coordinator, due, posted, field):
    response = ask(log_in(coordinator), due, **posted)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert Postponement.objects.count() == 0


def test_a_second_tab_is_told_that_it_is_asked_already(log_in, coordinator, due):
    client = log_in(coordinator)
    ask(client, due)
    again = ask(client, due)
    assert (again.status_code, sentence(again)) == (409, postponing.ASKED_ALREADY)
    assert Postponement.objects.count() == 1


def test_a_consultant_answers_with_both_dates_in_view(log_in, consultant, coordinator, due):
    wish = asked(due, coordinator)
    client = log_in(consultant)
    assert at(due, f"udsaettelse/{wish.pk}/") in client.get(at(due)).text
    shown = client.get(at(due, f"udsaettelse/{wish.pk}/"))
    assert (shown.context["consequence"]["later"], shown.context["consequence"]["followers"]) == ("5 arbejdsdage senere", 1)
    assert REASON in shown.text


def test_a_wish_for_a_weekend_is_shown_with_what_speaks_against_it(log_in, consultant, coordinator, due):
    ask(log_in(coordinator), due, dates="14. marts")
    wish = Postponement.objects.get()
    assert "14.03.2026 ligger i en weekend" in log_in(consultant).get(at(due, f"udsaettelse/{wish.pk}/")).text


def test_granting_goes_through_the_preview_of_the_move(log_in, consultant, coordinator, due):
    wish = asked(due, coordinator)
    client = log_in(consultant)
    preview = client.get(client.get(at(due, f"udsaettelse/{wish.pk}/")).context["consequence"]["preview_url"])
    accept = preview.context["accept"]
    assert (accept.initial["postponement"], accept.initial["reason"]) == (wish.pk, REASON)
    assert "Imødekom ønsket og flyt" in preview.text
    posted = {name: accept.initial[name] for name in ("dates", "plan_number", "postponement", "reason")} | {"followers": "all"}
    response = client.post(at(due, "flyt/gem/"), posted, follow=True)
    assert "2 datoer er flyttet. Kommunen får besked om, at den har fået udsættelse." in response.text
    wish.refresh_from_db()
    due.refresh_from_db()
    assert (wish.state, due.starts_on, wish.change_set.reason) == (PostponementState.GRANTED, date(2026, 3, 16), REASON)
    assert client.post(at(due, "flyt/gem/"), posted).status_code == 409, "the second click"


def test_a_wish_of_another_milestone_is_not_granted_by_the_way(log_in, consultant, coordinator, engagement, due):
    wish = asked(due, coordinator)
    other = engagement.milestones.get(subject="Møde")
    posted = {"dates": "30. marts 2026", "plan_number": engagement.plan_number + 2, "postponement": wish.pk, "followers": "all"}
    assert log_in(consultant).post(at(other, "flyt/gem/"), posted).status_code == 404
    assert log_in(consultant).get(at(other, f"udsaettelse/{wish.pk}/")).status_code == 404
    wish.refresh_from_db()
    assert wish.state == PostponementState.ASKED


def test_an_offer_is_made_and_taken(log_in, consultant, coordinator, due):
    wish = asked(due, coordinator)
    team, town = log_in(consultant), log_in(coordinator)
    url = at(due, f"udsaettelse/{wish.pk}/")
    assert team.post(f"{url}tilbyd/", {"tilbud-dates": "nu"}).status_code == 422
    assert team.post(f"{url}tilbyd/", {"tilbud-dates": "12. marts", "tilbud-answer": "Kan I nå det?"}).status_code == 302
    shown = town.get(at(due)).text
    assert "Anden dato tilbudt" in shown and "Kan I nå det?" in shown
    response = town.post(f"{url}tag-imod/", follow=True)
    assert "I har taget imod den nye dato. 1 anden dato fulgte med." in response.text
    due.refresh_from_db()
    assert due.starts_on == date(2026, 3, 12)
    assert town.post(f"{url}tag-imod/").status_code == 409


def test_a_no_carries_its_reason_to_the_municipality(log_in, consultant, coordinator, due):
    wish = asked(due, coordinator)
    url = at(due, f"udsaettelse/{wish.pk}/afslaa/")
    team = log_in(consultant)
    assert team.post(url, {"afslag-answer": ""}).status_code == 422
    assert team.post(url, {"afslag-answer": "Seminaret er booket"}).status_code == 302
    shown = log_in(coordinator).get(at(due)).text
    assert "Afslået" in shown and "Seminaret er booket" in shown
    assert at(due, "udsaettelse/") in shown, "they may ask again"


def test_reasons_are_for_the_team_and_the_municipality(log_in, coordinator, due):
    wish = asked(due, coordinator)
    outside, jurist = factories.person(Role.CONSULTANT), factories.person(Role.LEGAL_REVIEWER)
    due.engagement.team_members.create(user=jurist, role=Role.LEGAL_REVIEWER)
    assert [REASON in log_in(person).get(at(due)).text for person in (outside, jurist)] == [False, True]
    assert log_in(outside).get(at(due, f"udsaettelse/{wish.pk}/")).status_code == 403
    assert not Notice.objects.filter(title__contains=REASON).exists()
