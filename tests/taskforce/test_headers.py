"""The headers of every kind of answer, the addresses that a request may come for, and what an error tells."""

import io
import json
import logging
import re

import pytest
from django.conf import settings as project
from django.core import mail
from django.test import Client

from accounts import outbox
from accounts.models import User
from accounts.refusal import Denied, Refused
from accounts.states import Role
from taskforce.views import home
from tests import factories
from tests.conftest import show_factor

pytestmark = pytest.mark.django_db

CONTENT = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self'", "font-src": "'self'",
    "connect-src": "'self'", "form-action": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'", "object-src": "'none'",
}  # fmt: skip
ALLOWED_FEATURES = {"publickey-credentials-create": "(self)", "publickey-credentials-get": "(self)", "clipboard-write": "(self)"}


@pytest.fixture
def client(log_in, consultant) -> Client:
    client = log_in(consultant)
    client.raise_request_exception = False
    return client


def fails(error: Exception):
    def fail(*arguments):
        raise error

    return fail


def log_in_admin() -> Client:
    client, person = Client(), factories.person(Role.ADMIN)
    client.force_login(person)
    show_factor(client, person)
    return client


def answer(kind: str, client: Client, consultant, monkeypatch, settings):
    """An answer of each kind that the product gives."""
    errors = {"403": Denied("Nej."), "409": Refused("Nej."), "500": RuntimeError("x")}
    if kind in errors:
        monkeypatch.setattr(home, "_side", fails(errors[kind]))
        return client.get("/")
    if kind == "csrf":
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = client.cookies
        return strict.post("/session/forlaeng/")
    if kind == "xlsx":
        return client.get(f"/forloeb/{factories.engagement(consultant).pk}/tidsplan.xlsx")
    if kind == "stranger":
        return Client().get("/forloeb/")
    if kind == "bad host":
        return client.get("/", headers={"Host": "evil.example"})
    if kind == "admin":
        return log_in_admin().get("/admin/")
    if kind == "static":
        settings.WHITENOISE_USE_FINDERS = True
        return Client().get("/static/js/session.js")
    urls = {"page": "/forloeb/", "log-in": "/log-ind/", "404": "/findes/ikke/", "json": "/session/",
            "text": "/robots.txt"}  # fmt: skip
    return (Client() if kind in {"log-in", "text"} else client).get(urls[kind])


KINDS = {
    "page": 200, "log-in": 200, "403": 403, "404": 404, "409": 409, "500": 500, "csrf": 403, "xlsx": 200, "static": 200, "json": 200,
    "text": 200, "admin": 200, "stranger": 302, "bad host": 400,
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_carries_the_headers(client, consultant, monkeypatch, settings, kind):
    response = answer(kind, client, consultant, monkeypatch, settings)
    assert response.status_code == KINDS[kind]
    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert policy == CONTENT | ({"img-src": policy["img-src"]} if "data:" in policy["img-src"] else {})
    assert "unsafe" not in response["Content-Security-Policy"]
    features = dict(part.split("=") for part in response["Permissions-Policy"].split(", "))
    assert {name: value for name, value in features.items() if value != "()"} == ALLOWED_FEATURES
    assert {"camera", "microphone", "geolocation", "payment", "usb", "clipboard-read", "browsing-topics"} <= features.keys()
    assert (response["X-Frame-Options"], response["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert (response["Referrer-Policy"], response["Cross-Origin-Opener-Policy"]) == ("same-origin", "same-origin")


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"log-in", "text", "static", "stranger", "bad host", "500"}))
def test_no_cache_keeps_what_a_person_saw(client, consultant, monkeypatch, settings, kind):
    assert "no-store" in answer(kind, client, consultant, monkeypatch, settings)["Cache-Control"]


def test_a_download_is_never_shown_in_the_browser(client, consultant, monkeypatch, settings):
    response = answer("xlsx", client, consultant, monkeypatch, settings)
    assert response["Content-Disposition"].startswith("attachment")


def test_after_the_log_off_the_browser_forgets(client):
    response = client.post("/log-af/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert (response.cookies["sessionid"].value, response.cookies["sessionid"]["max-age"]) == ("", 0)
    assert "Clear-Site-Data" not in client.get("/logget-af/")


# Under https


@pytest.fixture
def secure(settings, consultant) -> Client:
    """The settings that follow an https SITE_URL (tests/taskforce/test_checks.py holds that they do)."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, settings.SECURE_HSTS_PRELOAD = 63_072_000, True, True
    client = Client()
    client.force_login(consultant)
    return client


def test_under_https_the_browser_never_comes_without_again(secure):
    for url in ("/", "/log-ind/", "/findes/ikke/", "/static/js/session.js"):
        assert secure.get(url, secure=True)["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    response = secure.get("/forloeb/?phase=analysis")
    assert (response.status_code, response["Location"]) == (301, "https://testserver/forloeb/?phase=analysis")
    assert secure.get("/healthz").status_code == 200


def test_under_https_cookies_belong_to_this_host_alone(secure):
    cookies = {**Client().get("/log-ind/", secure=True).cookies, **secure.post("/session/forlaeng/", secure=True).cookies}
    assert cookies.keys() >= {"__Host-sessionid", "__Host-csrftoken"}
    for name in ("__Host-sessionid", "__Host-csrftoken"):
        assert (cookies[name]["secure"], cookies[name]["path"], cookies[name]["domain"], cookies[name]["samesite"]) == (
            True, "/", "", "Lax",
        )  # fmt: skip
    assert cookies["__Host-sessionid"]["httponly"] is True


# The address that a request comes for


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "evil.example:80", "testserver@evil.example", "", "[::1]x"])
def test_a_host_that_is_not_ours_is_refused_in_danish(client, host):
    response = client.get("/", headers={"Host": host})
    assert (response.status_code, "Vi kunne ikke læse det, der blev sendt" in response.text) == (400, True)
    assert "evil" not in response.text


def test_what_a_proxy_says_about_the_host_is_not_listened_to(client):
    evil = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Server": "evil.example",
        "X-Original-Host": "evil.example",
        "Forwarded": "host=evil.example",
    }
    response = client.get("/forloeb/", headers=evil)
    assert (response.status_code, "evil.example" in response.text) == (200, False)
    assert Client().get("/forloeb/", headers=evil)["Location"] == "/log-ind/?next=/forloeb/"


def test_the_link_in_a_mail_is_never_made_from_the_request(settings, consultant):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    asked = Client().post(
        "/glemt-adgangskode/", {"email": consultant.email}, headers={"Host": "other.example", "X-Forwarded-Host": "evil.example"}
    )
    assert asked.status_code == 302
    while outbox.send_next():
        pass
    (sent,) = mail.outbox
    (link,) = re.findall(r"https?://\S+", sent.body)
    assert link.startswith(f"{project.SITE_URL}/glemt-adgangskode/")
    assert "example" not in sent.body.replace(consultant.email, "").replace(settings.SUPPORT_EMAIL, "")


# What an error tells


@pytest.fixture
def lines(monkeypatch):
    """What the product's own handler writes to stdout, as text."""
    stream = io.StringIO()
    (handler,) = [handler for handler in logging.getLogger().handlers if getattr(handler.formatter, "processors", None)]
    monkeypatch.setattr(handler, "stream", stream)
    return lambda: stream.getvalue().splitlines()


MARKERS = {"reason": "MARKØR-BEGRUNDELSE", "password": "MARKØR-ADGANGSKODE-123", "username": "markør@hemmelig.dk"}


def test_an_error_tells_the_log_where_and_nobody_what_was_typed(client, lines, monkeypatch):
    monkeypatch.setattr("engagements.views.portfolio.OpenEngagementForm", fails(RuntimeError("broken here")))
    response = client.post("/forloeb/opret/gem/", MARKERS | {"municipality": "1"}, headers={"User-Agent": "x"})
    assert response.status_code == 500
    traces = [json.loads(line)["exception"] for line in lines() if "exception" in line]
    assert any("broken here" in trace and "portfolio.py" in trace for trace in traces)
    for text in (response.text, *lines()):
        assert not any(marker in text or json.dumps(marker)[1:-1] in text for marker in MARKERS.values())
    assert not any(word in response.text for word in ("Traceback", "RuntimeError", "broken here", "portfolio", "Django"))


def test_an_error_at_log_in_tells_no_password(lines, monkeypatch):
    monkeypatch.setattr(User, "check_password", fails(RuntimeError("broken here")))
    factories.person(Role.CONSULTANT)
    person = User.objects.get_queryset().get()
    client = Client(raise_request_exception=False)
    response = client.post("/log-ind/", {"login": person.email, "username": person.email, "password": MARKERS["password"]})
    assert response.status_code == 500
    assert any("broken here" in line for line in lines())
    for text in (response.text, *lines()):
        assert MARKERS["password"] not in text and json.dumps(MARKERS["password"])[1:-1] not in text
        assert person.email not in text


# Files for machines


def test_where_to_report_a_weakness(settings, time_machine):
    time_machine.move_to("2027-01-31 12:00:30+00:00", tick=False)
    response = Client().get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.splitlines() == [
        f"Contact: mailto:{settings.SUPPORT_EMAIL}",
        "Expires: 2027-07-30T12:00:30Z",
        "Preferred-Languages: da, en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    ]


def test_search_engines_are_asked_to_stay_away():
    assert Client().get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
