"""The log: one JSON object a line with the request's id, and nobody's address in it."""

import io
import json
import logging
import re
import smtplib
import uuid

import pytest
from django.test import Client

from accounts import jobs, outbox
from accounts.models import AuditEntry, User
from accounts.states import Role
from taskforce.views import home
from tests import factories

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+|%40")
WHO = "hanne.birkelund@hemmelig.dk"


@pytest.fixture
def lines(monkeypatch):
    """What the product's own handler writes to stdout, as text."""
    stream = io.StringIO()
    handlers = [handler for handler in logging.getLogger().handlers if getattr(handler.formatter, "processors", None)]
    assert len(handlers) == 1
    monkeypatch.setattr(handlers[0], "stream", stream)
    return lambda: stream.getvalue().splitlines()


def test_every_line_is_an_object_with_the_request_s_id(lines, log_in, consultant):
    log_in(consultant).get("/forloeb/", headers={"X-Request-ID": "chosen by a stranger"})
    found = [json.loads(line) for line in lines()]
    assert [line["event"] for line in found] == ["request_started", "request_finished"]
    (request_id,) = {line["request_id"] for line in found}
    assert uuid.UUID(request_id)
    assert (found[1]["code"], found[1]["user_id"], found[1]["level"]) == (200, consultant.pk, "info")
    assert found[0]["timestamp"].endswith("Z")


def test_a_line_of_django_itself_is_an_object_too(lines):
    Client().get("/findes-ikke/")
    assert all(isinstance(json.loads(line), dict) for line in lines())
    assert "Not Found: /findes-ikke/" in [json.loads(line)["event"] for line in lines()]


def test_what_happened_is_found_again_in_the_history(lines, log_in, consultant):
    engagement = factories.engagement(consultant)
    log_in(consultant).post(f"/forloeb/{engagement.pk}/status/", {"to": "paused", "reason": "Ny ledelse"})
    assert AuditEntry.objects.first().request_id == json.loads(lines()[0])["request_id"] != ""


def test_an_error_is_one_line_with_its_trace(lines, consultant, monkeypatch):
    monkeypatch.setattr(home, "_side", lambda *given: 1 / 0)
    client = Client(raise_request_exception=False)
    client.force_login(consultant)
    client.get("/")
    assert any("ZeroDivisionError" in json.loads(line).get("exception", "") for line in lines())


def test_no_line_holds_an_address_of_a_person(lines, log_in, monkeypatch):
    User.objects.create_user(WHO, "en lang adgangskode", full_name="Hanne Birkelund")
    client = Client(raise_request_exception=False)
    client.post("/log-ind/", {"username": WHO, "password": "forkert"})
    client.post("/log-ind/", {"username": WHO, "password": "en lang adgangskode"})
    client.get("/forloeb/", {"search": WHO})
    client.get("/log-ind/", {"next": f"/forloeb/?search={WHO}"})
    monkeypatch.setattr(home, "render", lambda *arguments: (_ for _ in ()).throw(RuntimeError("x")))
    client.get("/")
    client.post("/log-af/")
    assert len(lines()) > 8
    assert [line for line in lines() if ADDRESS.search(line) or "Birkelund" in line or "adgangskode" in line] == []


def test_a_job_that_fails_names_itself_and_no_person(lines, monkeypatch):
    consultant = factories.person(Role.CONSULTANT)
    engagement = factories.engagement(consultant)
    job = factories.job(engagement, consultant)
    monkeypatch.setitem(jobs.RUNNERS, "test", lambda job: 1 / 0)
    jobs.run_next()
    found = [json.loads(line) for line in lines()]
    assert [(line["event"], line["job"], line["kind"]) for line in found] == [("job failed", str(job.pk), "test")]
    assert not any(ADDRESS.search(line) for line in lines())


def test_the_secret_of_a_link_is_in_no_line(lines):
    for path in ("/invitation/0b7c0d8e-secret.of-a-link/", "/glemt-adgangskode/3f-d2x-secret-key/", "/glemt-adgangskode/3f-d2x-secret-key"):
        Client().get(path)
    text = "\n".join(lines())
    assert "/invitation/…/" in text and "/glemt-adgangskode/3f-…" in text
    assert "secret" not in text


def test_a_mail_that_could_not_be_sent_leaves_no_address(lines, monkeypatch):
    def refuse(self, messages):
        raise smtplib.SMTPRecipientsRefused({WHO: (550, b"No such user")})

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    factories.invitation(factories.person(Role.ADMIN), email=WHO)
    assert outbox.send_next() is True
    text = "\n".join(lines())
    assert "mail not sent" in text and "SMTPRecipientsRefused" in text
    assert not ADDRESS.search(text)
