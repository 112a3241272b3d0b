"""Log-in, refused log-in and log-off in the history, whichever way somebody came."""

import pytest
from django.contrib.auth import authenticate
from django.test import Client

from accounts.models import AuditEntry, User
from accounts.states import Role
from tests import factories
from tests.ledgers import closed

PASSWORD = "en lang adgangskode"
pytestmark = pytest.mark.django_db


@pytest.fixture
def hanne(db) -> User:
    return User.objects.create_user("hanne@example.dk", PASSWORD, full_name="Hanne Koordinator")


def written() -> list[tuple]:
    return [(entry.verb, entry.by, entry.target_name) for entry in AuditEntry.objects.order_by("pk")]


def test_a_session_has_a_beginning_and_an_end(client, hanne):
    client.force_login(hanne)
    client.logout()
    assert written() == [("session.start", hanne, "Hanne Koordinator"), ("session.end", hanne, "Hanne Koordinator")]


def test_a_log_in_is_found_by_its_request(client, settings, hanne):
    settings.DEMO = True
    person = factories.person(Role.CONSULTANT, is_demo=True)
    client.post(f"/demo/{person.pk}/")
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.scope, entry.changes) == ("session.start", person, None, {})
    assert len(entry.request_id) == 36


@pytest.mark.parametrize("name", ["username", "email"])
def test_a_refused_log_in_of_a_known_person_is_by_nobody_and_keeps_nothing_that_was_typed(hanne, name):
    assert authenticate(None, **{name: "HANNE@example.dk", "password": "hemmelig tekst"}) is None
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.target_id, entry.target_name) == ("session.fail", None, str(hanne.pk), "Hanne Koordinator")
    stored = " ".join(str(value) for value in AuditEntry.objects.values().get().values())
    assert "HANNE" not in stored and "hemmelig" not in stored and "example.dk" not in stored


def test_a_refused_log_in_of_nobody_leaves_no_row(hanne):
    assert authenticate(None, username="nobody@example.dk", password=PASSWORD) is None
    assert authenticate(None, token="x") is None
    assert written() == []


def test_who_is_logged_off_twice_ended_once(client, hanne):
    client.force_login(hanne)
    client.logout()
    client.logout()
    assert [verb for verb, _, _ in written()] == ["session.start", "session.end"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("catalogue")
def test_nobody_gets_in_without_a_row(settings):
    settings.DEMO = True
    person = factories.person(Role.CONSULTANT, is_demo=True)
    client = Client(raise_request_exception=False)
    with closed("accounts_auditentry"):
        assert client.post(f"/demo/{person.pk}/").status_code == 500
    assert client.get("/")["Location"].startswith("/log-ind/")
    assert client.post(f"/demo/{person.pk}/").status_code == 302
