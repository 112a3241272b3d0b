"""Log-in by e-mail, log-out, and the same answer for a known and an unknown address."""

import pytest
from django.test import Client

from accounts.models import User
from tests import factories

pytestmark = pytest.mark.django_db
WRONG = "E-mail og adgangskode passer ikke sammen. Kontrollér begge dele, og prøv igen."


@pytest.fixture
def hanne():
    return User.objects.create_user("hanne@example.dk", "en lang adgangskode", full_name="Hanne Birkelund")


def log_in(client: Client, email: str, password: str, **extra):
    return client.post("/log-ind/", {"username": email, "password": password} | extra)


def test_a_person_logs_in_with_email_whatever_its_case(client, hanne):
    response = log_in(client, "HANNE@example.dk", "en lang adgangskode")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/").context["request"].user == hanne


def test_a_person_comes_to_the_page_they_asked_for(client, hanne):
    response = log_in(client, "hanne@example.dk", "en lang adgangskode", next="/forloeb/")
    assert response["Location"] == "/forloeb/"


def test_a_page_somewhere_else_is_not_gone_to(client, hanne):
    response = log_in(client, "hanne@example.dk", "en lang adgangskode", next="https://example.com/")
    assert response["Location"] == "/"


@pytest.mark.parametrize(
    ("email", "password"), [("hanne@example.dk", "forkert"), ("nobody@example.dk", "forkert"), ("left@example.dk", "en lang adgangskode")]
)
def test_a_wrong_password_an_unknown_and_a_former_person_get_the_same_answer(client, hanne, email, password):
    User.objects.create_user("left@example.dk", "en lang adgangskode", full_name="Væk", is_active=False)
    response = log_in(client, email, password)
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [WRONG]
    assert "_auth_user_id" not in client.session


def test_a_person_made_inactive_is_out_at_once(log_in):
    person = factories.person(None)
    client = log_in(person)
    assert client.get("/").status_code == 200
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/")["Location"] == "/log-ind/?next=/"


def test_a_log_out_ends_the_session_and_needs_a_post(log_in):
    client = log_in(factories.person(None))
    assert client.get("/log-af/").status_code == 405
    assert client.post("/log-af/")["Location"] == "/logget-af/"
    assert client.get("/")["Location"] == "/log-ind/?next=/"


def test_somebody_logged_in_is_sent_on_from_the_log_in_page(log_in):
    assert log_in(factories.person(None)).get("/log-ind/")["Location"] == "/"


def test_the_set_up_has_no_log_in_of_its_own(client):
    assert client.get("/admin/login/?next=/admin/")["Location"] == "/log-ind/?next=/admin/"


def test_the_set_up_says_no_to_people_without_the_right(log_in, coordinator):
    response = log_in(coordinator).get("/admin/", follow=True)
    assert response.status_code == 403
    assert "Opsætningen er kun for administratorer. Skriv til support, hvis du mangler adgang." in response.text
