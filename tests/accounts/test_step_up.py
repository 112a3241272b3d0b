"""A fresh second factor for what is worth more than a session."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from accounts import access, step_up
from accounts.models import User
from accounts.states import Role
from taskforce.urls import urlpatterns as product
from tests import codes, factories
from tests.accounts.test_log_in import PASSWORD, first_step, second_step
from tests.passkeys import given_to

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
NOON = "2027-02-01T12:00:00+01:00"
ASKED = "/bekraeft/?next=/vigtigt/"


@step_up.fresh_factor_required
def important(request, number=0):
    return HttpResponse(f"Vigtigt {request.method} {number}")


urlpatterns = [path("vigtigt/", important, name="important"), path("vigtigt/<int:number>/", important, name="important-one"), *product]


@pytest.fixture(autouse=True)
def _declared(monkeypatch, time_machine):
    monkeypatch.setitem(access.ADDRESSES, "important", access.ANY_PERSON)
    monkeypatch.setitem(access.ADDRESSES, "important-one", access.ANY_PERSON)
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def hanne() -> User:
    return factories.person(Role.COORDINATOR, name="Hanne Birkelund", password=PASSWORD)


@pytest.fixture
def client(hanne) -> Client:
    """Logged in with both steps, at noon."""
    made = Client()
    first_step(made, hanne.email)
    second_step(made, codes.code())
    return made


def text(client: Client) -> str:
    return client.get("/vigtigt/").text


def test_the_factor_shown_at_log_in_is_fresh(client):
    assert text(client) == "Vigtigt GET 0"


def test_an_old_one_is_asked_for_again_and_leads_back(client, time_machine):
    time_machine.shift(timedelta(minutes=10))
    asked = client.get("/vigtigt/7/?a=b")
    assert asked["Location"] == "/bekraeft/?next=%2Fvigtigt%2F7%2F%3Fa%3Db"
    chosen = client.get(asked["Location"])
    assert chosen["Location"].startswith("/bekraeft/kode/?next=")
    assert client.post(chosen["Location"], {"code": codes.code()})["Location"] == "/vigtigt/7/?a=b"
    assert client.get("/vigtigt/7/").text == "Vigtigt GET 7"


def test_how_old_it_may_be_is_a_setting(client, time_machine, settings):
    settings.STEP_UP_AGE = 60
    time_machine.shift(timedelta(seconds=59))
    assert text(client) == "Vigtigt GET 0"
    time_machine.shift(timedelta(seconds=1))
    assert client.get("/vigtigt/").status_code == 302


def test_a_form_that_was_sent_too_late_leads_back_to_its_page(client, time_machine):
    time_machine.shift(timedelta(minutes=10))
    asked = client.post("/vigtigt/", {"who": "Hanne"}, headers={"Referer": "http://testserver/forloeb/?phase=analysis"})
    assert asked["Location"] == "/bekraeft/?next=%2Fforloeb%2F%3Fphase%3Danalysis"
    assert step_up.PRESS_AGAIN in client.get("/bekraeft/kode/").text
    assert "account_reauthentication_state" not in client.session, "what was typed is not kept"


@pytest.mark.parametrize("referer", ["https://example.com/x", ""])
def test_a_form_from_elsewhere_leads_home(client, time_machine, referer):
    time_machine.shift(timedelta(minutes=10))
    assert client.post("/vigtigt/", headers={"Referer": referer})["Location"] == "/bekraeft/?next=%2F"


def test_the_password_is_not_enough(client, time_machine):
    time_machine.shift(timedelta(minutes=10))
    assert client.post("/bekraeft/?next=/vigtigt/", {"password": PASSWORD})["Location"] == "/bekraeft/kode/?next=%2Fvigtigt%2F"
    assert client.get("/vigtigt/").status_code == 302


def test_a_wrong_or_used_code_is_not_enough(client, time_machine):
    time_machine.shift(timedelta(minutes=10))
    code = codes.code()
    assert client.post("/bekraeft/kode/", {"code": codes.wrong_code()}).status_code == 422
    assert client.post("/bekraeft/kode/?next=/vigtigt/", {"code": code})["Location"] == "/vigtigt/"
    time_machine.shift(timedelta(seconds=20))
    again = client.post("/bekraeft/kode/", {"code": code})
    assert again.status_code == 422


def test_who_has_only_a_passkey_is_asked_for_it(client, hanne, time_machine):
    hanne.authenticator_set.all().delete()
    given_to(hanne)
    time_machine.shift(timedelta(minutes=10))
    assert client.get(ASKED)["Location"] == "/bekraeft/adgangsnoegle/?next=%2Fvigtigt%2F"


def test_who_has_both_can_choose(client, hanne, time_machine):
    given_to(hanne)
    time_machine.shift(timedelta(minutes=10))
    page = client.get("/bekraeft/kode/?next=/vigtigt/")
    assert 'href="/bekraeft/adgangsnoegle/?next=%2Fvigtigt%2F">Brug en adgangsnøgle i stedet</a>' in page.text


def test_the_way_back_leads_nowhere_else(client, time_machine):
    time_machine.shift(timedelta(minutes=10))
    assert client.post("/bekraeft/kode/?next=https://example.com/", {"code": codes.code()})["Location"] == "/"


def test_a_demo_log_in_counts_as_fresh(settings, time_machine):
    settings.DEMO = True
    person, client = factories.person(Role.CONSULTANT, is_demo=True, second_factor=False), Client()
    client.post(f"/demo/{person.pk}/")
    time_machine.shift(timedelta(minutes=20))
    assert text(client) == "Vigtigt GET 0"


def test_ones_own_factors_need_a_fresh_one_too(client, hanne, time_machine):
    passkey = given_to(hanne)
    time_machine.shift(timedelta(minutes=10))
    for address in (
        "/konto/totrin/app/", "/konto/totrin/app/fjern/", "/konto/totrin/koder/nye/", "/konto/totrin/adgangsnoegler/tilfoej/",
        f"/konto/totrin/adgangsnoegler/{passkey.pk}/navn/", f"/konto/totrin/adgangsnoegler/{passkey.pk}/fjern/",
    ):  # fmt: skip
        assert client.get(address)["Location"].startswith("/bekraeft/?next="), address
        assert client.post(address)["Location"].startswith("/bekraeft/?next="), address


def test_who_has_no_factor_yet_confirms_with_the_password(time_machine):
    person, client = factories.person(Role.COORDINATOR, password=PASSWORD, second_factor=False), Client()
    first_step(client, person.email)
    assert client.get("/konto/totrin/app/").status_code == 200
    time_machine.shift(timedelta(minutes=10))
    asked = client.get("/konto/totrin/app/")["Location"]
    assert client.get(asked).status_code == 200
    wrong = client.post(asked, {"password": "forkert"})
    assert (wrong.status_code, wrong.context["form"].errors["password"]) == (422, ["Adgangskoden er ikke rigtig."])
    assert client.post(asked, {"password": PASSWORD})["Location"] == "/konto/totrin/app/"
    assert client.get("/konto/totrin/app/").status_code == 200
