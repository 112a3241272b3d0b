"""Vælg demo-person: one click in demo mode, and nothing at all outside it."""

import pytest

from accounts.states import Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def hanne(settings):
    settings.DEMO = True
    return factories.person(Role.COORDINATOR, name="Hanne Birkelund", is_demo=True)


def test_demo_people_stand_under_their_organisation_with_their_role(client, hanne):
    factories.person(Role.CONSULTANT, name="Katrine Solbjerg", is_demo=True)
    factories.person(Role.LEADER, name="Rigtig Person")
    response = client.get("/demo/")
    assert [(str(one), [str(row.user) for row in rows]) for one, rows in response.context["groups"]] == [
        ("Social- og Boligstyrelsen", ["Katrine Solbjerg"]), ("Hedensted Kommune", ["Hanne Birkelund"]),
    ]  # fmt: skip
    assert "Rigtig Person" not in response.text
    assert "DEMO" in response.text


def test_an_empty_demo_says_how_to_fill_it(client, settings):
    settings.DEMO = True
    assert "Kør manage.py seed_demo." in client.get("/demo/").text


def test_one_click_logs_in(client, hanne):
    assert client.post(f"/demo/{hanne.pk}/")["Location"] == "/"
    assert client.get("/").context["request"].user == hanne


@pytest.mark.parametrize(("target", "place"), [("/forloeb/", "/forloeb/"), ("https://example.com/", "/"), ("//example.com", "/")])
def test_one_goes_on_to_the_page_that_was_asked_for_but_never_elsewhere(client, hanne, target, place):
    assert client.post(f"/demo/{hanne.pk}/", {"next": target})["Location"] == place


def test_the_session_of_the_person_before_is_not_taken_over(client, hanne, log_in):
    other = factories.person(Role.CONSULTANT, is_demo=True)
    client.post(f"/demo/{hanne.pk}/")
    key = client.session.session_key
    client.post(f"/demo/{other.pk}/")
    assert client.session.session_key != key
    assert client.get("/").context["request"].user == other


@pytest.mark.parametrize("fields", [{"is_demo": False}, {"is_demo": True, "is_active": False}])
def test_real_and_former_people_cannot_be_played(client, settings, fields):
    settings.DEMO = True
    person = factories.person(Role.CONSULTANT, **fields)
    assert client.post(f"/demo/{person.pk}/").status_code == 404
    assert "_auth_user_id" not in client.session


def test_outside_demo_mode_there_is_no_such_page(client, settings, hanne):
    settings.DEMO = False
    assert client.get("/demo/").status_code == client.post(f"/demo/{hanne.pk}/").status_code == 404
    assert "_auth_user_id" not in client.session
    assert "Vælg demo-person" not in client.get("/log-ind/").text
