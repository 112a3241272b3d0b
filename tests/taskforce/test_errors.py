"""The pages that say no, in Danish: 400, 403, 404, 405, 409, 500. Their headers are tested in test_headers.py."""

import re

import pytest
from django.test import Client

from accounts.refusal import Denied, Refused
from taskforce.views import home

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(log_in, consultant):
    return log_in(consultant)


def broken(error: Exception):
    def fail(*arguments):
        raise error

    return fail


def heading(response) -> str:
    return re.search(r"<h1[^>]*>(.*?)</h1>", response.text, re.DOTALL)[1].strip()


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (Refused("Alle 20 sager skal være kontrolleret."), 409, "Det kan ikke lade sig gøre lige nu"),
        (Denied("Kun konsulenten må <b>det</b>."), 403, "Det har du ikke adgang til"),
    ],
)
def test_a_rule_and_the_policy_say_no_with_their_sentence(client, monkeypatch, error, status, title):
    monkeypatch.setattr(home, "_side", broken(error))
    response = client.get("/")
    assert (response.status_code, heading(response)) == (status, title)
    assert str(error).replace("<b>", "&lt;b&gt;").replace("</b>", "&lt;/b&gt;") in response.text


@pytest.mark.parametrize(("referer", "back"), [("http://testserver/forloeb/", True), ("https://example.com/", False), ("", False)])
def test_a_refusal_leads_back_to_our_own_page_only(client, monkeypatch, referer, back):
    monkeypatch.setattr(home, "_side", broken(Refused("Nej.")))
    response = client.get("/", headers={"Referer": referer})
    assert ('href="http://testserver/forloeb/"' in response.text) is back
    assert "example.com" not in response.text


def test_an_error_of_ours_is_a_danish_page_without_details(consultant, monkeypatch):
    monkeypatch.setattr(home, "_side", broken(RuntimeError("hemmelig detalje")))
    client = Client(raise_request_exception=False)
    client.force_login(consultant)
    response = client.get("/")
    assert (response.status_code, heading(response)) == (500, "Noget gik galt hos os")
    assert "hemmelig detalje" not in response.text


def test_an_address_that_does_not_exist_is_a_danish_page_for_everybody(client):
    for visitor in (client, Client()):
        response = visitor.get("/findes/ikke/")
        assert (response.status_code, heading(response)) == (404, "Siden findes ikke")


def test_an_address_that_only_takes_what_a_button_sends_says_so(client):
    response = client.get("/forloeb/opret/gem/")
    assert (response.status_code, heading(response), response["Allow"]) == (405, "Siden kan ikke åbnes på den måde", "POST")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("number", ["0", "99999999999999999999", "-1", "x"])
def test_a_number_that_cannot_be_is_not_found(client, number):
    assert client.get(f"/forloeb/{number}/").status_code == 404


def test_a_page_without_its_token_is_refused_in_words(consultant):
    client = Client(enforce_csrf_checks=True)
    client.force_login(consultant)
    response = client.post("/log-af/")
    assert (response.status_code, heading(response)) == (403, "Det har du ikke adgang til")
    assert "Siden har været åben for længe" in response.text


def test_a_request_that_cannot_be_read_is_a_danish_page(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    response = client.post("/forloeb/opret/gem/", {"a": "1", "b": "2"})
    assert (response.status_code, heading(response)) == (400, "Vi kunne ikke læse det, der blev sendt")


def test_a_forbidden_page_without_a_sentence_says_whose_it_is(client, monkeypatch):
    from django.core.exceptions import PermissionDenied  # noqa: PLC0415 - the one place that raises Django's own

    monkeypatch.setattr(home, "_side", broken(PermissionDenied()))
    response = client.get("/")
    assert response.status_code == 403
    assert "Siden eller handlingen hører til en anden rolle end din." in response.text


@pytest.mark.parametrize(
    ("url", "title"), [("/support/", "Support"), ("/tilgaengelighed/", "Tilgængelighed"), ("/privatliv/", "Privatliv")]
)
def test_the_footer_pages_are_there_for_everybody(url, title):
    response = Client().get(url)
    assert (response.status_code, heading(response)) == (200, title)
