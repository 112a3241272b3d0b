"""A generated CPR number is planted in every field and in files: its digits are found nowhere but in the sealed file itself.

Not in the database (sessions and mails included), in no log, in no queue, in no address that the product makes, and on no disk.
"""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import cpr
from accounts.models import User
from accounts.states import Role
from cases.models import CaseDocument
from documents import checking, vault
from documents.models import CprFinding, Document, Vault
from documents.states import DocumentState
from taskforce.celery import app as celery
from tests import addresses, cpr_numbers, factories, paper
from tests.documents import sending
from tests.form_pages import Form, forms_of
from tests.test_fuzz import encoded, undone

pytestmark = pytest.mark.django_db
NUMBER = cpr_numbers.number(Random(5))
DAY, SERIAL = NUMBER.split("-")
DIGITS = re.compile(rf"{DAY}[^0-9]{{0,3}}{SERIAL}")
AS_HEX = re.compile(f"{DAY.encode().hex()}(20|2d)?{SERIAL.encode().hex()}")
TYPED = f"Notat om {NUMBER}, som"


@pytest.fixture(autouse=True)
def _logs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


def in_database() -> list[str]:
    """The tables in which it stands."""
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)})
    one = "SELECT '{0}' FROM \"{0}\" t WHERE t::text ~ %(digits)s OR t::text ~ %(hex)s"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(one.format(table) for table in tables), {"digits": DIGITS.pattern, "hex": AS_HEX.pattern})
        found = [row[0] for row in cursor.fetchall()]
    return found + [f"session {kept.pk}" for kept in Session.objects.all() if DIGITS.search(json.dumps(kept.get_decoded()))]


def in_mails() -> list[str]:
    return [one.subject for one in mail.outbox if DIGITS.search(f"{one.subject} {one.body} {one.message()}")]


def in_queue() -> list[str]:
    """Everything that lies in Redis, the bodies of messages opened."""
    with celery.connection_for_read() as broker:
        redis = broker.default_channel.client
        kept = {key: _value(redis, key) for key in redis.scan_iter()}
    texts = {key: f"{value!r} {_opened(value)}" for key, value in kept.items()}
    return [repr(key) for key, text in texts.items() if DIGITS.search(text)]


def _value(redis: Any, key: bytes) -> Any:
    read = {b"string": redis.get, b"hash": redis.hgetall, b"set": redis.smembers}
    kind = redis.type(key)
    if kind == b"list":
        return redis.lrange(key, 0, -1)
    return redis.zrange(key, 0, -1) if kind == b"zset" else read.get(kind, lambda key: b"")(key)


def _opened(value: Any) -> str:
    bodies = re.findall(r'"body": ?"([A-Za-z0-9+/=]+)"', repr(value))
    return " ".join(base64.b64decode(body).decode("utf-8", "replace") for body in bodies)


def nowhere(caplog: pytest.LogCaptureFixture) -> None:
    logged = [record.getMessage() for record in caplog.records if DIGITS.search(f"{record.getMessage()} {record.__dict__}")]
    assert (in_database(), in_mails(), in_queue(), logged) == ([], [], [], [])


def on_disk(folder: Path) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path.name for path in files if DIGITS.search(path.name) or DIGITS.search(path.read_bytes().decode("latin-1"))]


def test_it_would_be_found(consultant: User, caplog: pytest.LogCaptureFixture, log_in: Any) -> None:
    """Each place is looked at where it would stand."""
    assert in_database() == []
    User.objects.filter(pk=consultant.pk).update(full_name=f"Navn {DAY} {SERIAL}")
    client = log_in(consultant)
    session = client.session
    session["planted"] = TYPED
    session.save()
    assert in_database() == ["accounts_user", f"session {session.session_key}"]
    vaulted = factories.engagement(consultant, plan=False).scope
    Vault.objects.create(scope=vaulted, wrapped_key=NUMBER.encode())
    assert "documents_vault" in in_database()
    with celery.connection_for_write() as broker:
        redis = broker.default_channel.client
        redis.lpush("planted", json.dumps({"body": base64.b64encode(TYPED.encode()).decode()}))
        try:
            assert in_queue() == ["b'planted'"]
        finally:
            redis.delete("planted")
    logging.getLogger("planted").warning("om %s", NUMBER)
    with pytest.raises(AssertionError):
        nowhere(caplog)


def clients(log_in: Any, lead: User) -> Iterator[Client]:
    people = [lead, *(factories.person(role) for role in (Role.COORDINATOR, Role.ADMIN, Role.AUDITOR))]
    return (log_in(person) for person in people)


def written_forms(client: Client, urls: list[addresses.Address]) -> Iterator[tuple[str, Form]]:
    """Every form that a person sends, on every page that they see: where to, and what stands in it."""
    for address in urls:
        with undone():
            page = client.get(address.url)
        if page.status_code == 200 and "text/html" in page.get("Content-Type", ""):
            yield from ((form.action or address.url, form) for form in forms_of(page.text) if form.method == "post" and form.texts)


def test_no_field_of_any_page_takes_it(settings: Any, log_in: Any, consultant: User, caplog: pytest.LogCaptureFixture) -> None:
    settings.DEMO = False
    urls = addresses.addresses(addresses.world(consultant, plan=False))
    tried: dict[str, set[int]] = {}
    kept = []
    for client in clients(log_in, consultant):
        for url, form in written_forms(client, urls):
            for name in form.texts:
                pairs = [(key, TYPED if key == name else value) for key, value in form.pairs]
                with undone():
                    response = client.generic("POST", url, encoded(pairs), "application/x-www-form-urlencoded")
                    stands = in_database()
                if stands or DIGITS.search(response.get("Location", "")):
                    kept.append((url, name, stands))
                tried.setdefault(name.rsplit("-", 1)[-1], set()).add(response.status_code)
    assert kept == []
    assert len(tried) >= 20, sorted(tried)
    assert {name: codes for name, codes in tried.items() if 500 in codes} == {}
    for name in ("reason", "subject", "note", "text", "dates", "place", "full_name"):
        assert tried[name] == {422}, name
    nowhere(caplog)


def handed_to(coordinator: User, consultant: User, texts: list[str]) -> CaseDocument:
    """A file that came in and waits for its check."""
    round = factories.round(factories.engagement(consultant, plan=False))
    made = factories.case_document(round.cases.get(number=7), coordinator, state=DocumentState.WAITING, content=paper.pdf(texts))
    return CaseDocument.objects.select_related("case__round", "round", "document").get(pk=made.pk)


def test_a_file_that_holds_it_is_the_only_place(
    settings: Any, log_in: Any, consultant: User, coordinator: User, caplog: pytest.LogCaptureFixture
) -> None:
    file = handed_to(coordinator, consultant, ["Første side", f"Borgeren {NUMBER} har søgt", "Sidste side"])
    assert checking.check_next()
    document = Document.objects.get(pk=file.document_id)
    assert document.state == DocumentState.FLAGGED
    assert [(found.page, found.level, found.count) for found in CprFinding.objects.all()] == [(2, "high", 1)]
    assert NUMBER in vault.read(document.text).decode()  # there is something that could leak

    client = log_in(coordinator)
    place = [file.round.engagement_id, file.round.kind, 7, document.pk]
    for number in ("1", "2"):
        assert client.get(reverse("case-file", args=place), {"side": number}).status_code == 200
        assert client.get(reverse("case-file-picture", args=[*place, number])).status_code == 200
    for words in (NUMBER, DAY + SERIAL, f"{DAY} {SERIAL}"):
        sent = client.post(reverse("case-file-search", args=place), {"ord": words, "side": "1"})
        assert not DIGITS.search(sent["Location"])
        assert client.get(sent["Location"]).status_code == 200
    assert b"".join(client.get(reverse("case-file-download", args=place)).streaming_content).startswith(b"%PDF")
    nowhere(caplog)
    assert on_disk(settings.PRIVATE_FILES_DIR) == []


# A slash is no part of a name: what stands before it is where the file lay.
@pytest.mark.parametrize("form", [form for form in cpr_numbers.TEN if "/" not in cpr_numbers.FORMS[form]])
def test_a_file_that_is_called_so_does_not_come_in(log_in: Any, consultant: User, form: str, caplog: pytest.LogCaptureFixture) -> None:
    name = f"cpr {cpr_numbers.FORMS[form].format(DAY[:2], DAY[2:4], DAY[4:], SERIAL)}.pdf"
    sending.Place().open()
    scope = factories.engagement(consultant, plan=False).scope
    sender = sending.Sender(log_in(consultant), sending.ticket(consultant, scope).signed)
    response = sender.create(4, name)
    assert (response.status_code, "Filnavnet ser ud til at indeholde et CPR-nummer" in response.text) == (422, True)
    assert not re.search(f"{DAY}|{SERIAL}", response.text)
    assert Document.objects.count() == 0
    nowhere(caplog)


def test_the_words_that_say_no_hold_no_digit_of_it(log_in: Any, consultant: User) -> None:
    """Also not next to the field: there the field itself shows what was typed, and the error only where."""
    engagement = factories.engagement(consultant, plan=False)
    page = log_in(consultant).post(reverse("engagement-state", args=[engagement.pk]), {"to": "paused", "reason": TYPED})
    [told] = page.context["form"].errors["reason"]
    assert not re.search(f"{DAY}|{SERIAL}", told)
    assert cpr.MASK * 6 in told
    assert page.text.count(NUMBER) == 1  # in the field
