"""The form without scripts: sealed while it arrives, file by file, nothing left of what is refused or cut."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.refusal import Refused
from documents import uploading, vault
from documents.models import Document, StoredFile
from documents.sealed_form import BROKEN_OFF
from documents.states import DocumentState
from documents.storage import private_storage
from tests import factories
from tests.documents import sending
from tests.documents.sending import MIB, Place, content

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return Place().open()


@pytest.fixture
def scope(consultant):
    return factories.engagement(consultant).scope


@pytest.fixture
def signed(coordinator, scope, place) -> str:
    return sending.ticket(coordinator, scope).signed


def post(client, signed, files: list[tuple[str, bytes]], **more):
    sent = {"files": [SimpleUploadedFile(name, body, "application/pdf") for name, body in files]} if files else {}
    return client.post("/filer/upload/enkelt/", sent | more, query_params={"billet": signed})


def told(answer) -> list[str]:
    return [str(message) for message in answer.wsgi_request._messages]


@pytest.mark.parametrize("size", [1, MIB - 1, MIB, MIB + 1, 2 * MIB, 2 * MIB + 7])
def test_a_file_arrives_byte_for_byte(log_in, coordinator, signed, place, size):
    body = content(size)
    answer = post(log_in(coordinator), signed, [("Afgørelse æøå.pdf", body)])
    assert (answer.status_code, answer["Location"]) == (302, "/forloeb/")
    document = Document.objects.get()
    assert (document.name, document.size, document.state) == ("Afgørelse æøå.pdf", size, DocumentState.WAITING)
    assert (document.sha256, vault.read(document.original)) == (hashlib.sha256(body).hexdigest(), body)
    assert told(answer) == ["Afgørelse æøå.pdf er modtaget og bliver nu kontrolleret."]
    assert [came[1:] for came in place.came] == [(sending.PLACE, coordinator.pk)]


def test_one_bad_file_stops_no_other(log_in, coordinator, signed, settings):
    settings.UPLOAD_MAX_BYTES = 3 * 10**6
    files = [
        ("a.pdf", b"1"),
        ("b.exe", b"2"),
        ("for lang.pdf", content(4 * MIB)),
        ("tom.pdf", b""),
        ("Sag 010188-1234.pdf", b"3"),
        ("c.pdf", b"4"),
    ]
    answer = post(log_in(coordinator), signed, files)
    assert {one.name: vault.read(one.original) for one in Document.objects.all()} == {"a.pdf": b"1", "c.pdf": b"4"}
    assert told(answer) == [
        "a.pdf og c.pdf er modtaget og bliver nu kontrolleret.",
        "b.exe: Filer af typen .exe kan ikke uploades her. Gem filen som PDF, JPEG og PNG, og vælg den igen.",
        "for lang.pdf: Filen fylder mere end 3 MB. Del den op, eller gem den i en mindre udgave.",
        f"tom.pdf: {uploading.EMPTY}",
        "Sag ••••••-••••.pdf: Filnavnet ser ud til at indeholde et CPR-nummer: Sag ••••••-••••.pdf. Omdøb filen, og vælg den igen.",
    ]
    assert len(list(private_storage().names())) == 2


def test_nothing_of_a_form_touches_the_disk_as_it_was_sent(log_in, coordinator, signed, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    post(log_in(coordinator), signed, [("brev.pdf", b"Ida Hansen " * 500_000)])
    found = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert found
    assert [path for path in found if b"Ida Hansen" in path.read_bytes()] == []


def test_a_form_without_its_token_leaves_nothing(coordinator, signed):
    client = Client(enforce_csrf_checks=True)
    client.force_login(coordinator)
    assert post(client, signed, [("a.pdf", b"1")]).status_code == 403
    assert (Document.objects.count(), StoredFile.objects.count(), list(private_storage().names())) == (0, 0, [])
    client.cookies["csrftoken"] = "a" * 32
    assert post(client, signed, [("a.pdf", b"1")], csrfmiddlewaretoken="a" * 32).status_code == 302
    assert Document.objects.count() == 1


def test_a_form_without_a_file_says_what_to_do(log_in, coordinator, signed):
    assert told(post(log_in(coordinator), signed, [])) == ["Vælg mindst én fil, før du uploader."]


def test_a_form_of_somebody_elses_ticket_is_refused(log_in, consultant, signed):
    assert post(log_in(consultant), signed, [("a.pdf", b"1")]).status_code == 409
    assert list(private_storage().names()) == []


def test_a_form_is_refused_whose_place_is_closed(log_in, coordinator, signed, place):
    place.closed = Refused("Sagerne er indsendt.")
    answer = post(log_in(coordinator), signed, [("a.pdf", b"1")])
    assert answer.status_code == 409 and "Sagerne er indsendt." in answer.text


def test_what_the_engagement_has_no_room_for_is_refused_and_the_rest_taken(log_in, coordinator, signed, settings):
    settings.UPLOAD_SCOPE_BYTES = 10**6
    answer = post(log_in(coordinator), signed, [("a.pdf", content(900_000)), ("b.pdf", content(900_000)), ("c.pdf", b"1")])
    assert sorted(Document.objects.values_list("name", flat=True)) == ["a.pdf", "c.pdf"]
    assert "Forløbets filer må fylde 1 MB i alt" in told(answer)[1]
    assert len(list(private_storage().names())) == 2


def test_a_form_that_is_cut_keeps_its_whole_files_and_nothing_of_the_one_it_was_cut_in(log_in, coordinator, signed):
    part = '--x\r\nContent-Disposition: form-data; name="files"; filename="{}"\r\nContent-Type: application/pdf\r\n\r\n'
    body = part.format("hel.pdf").encode() + b"1234\r\n" + part.format("halv.pdf").encode() + b"12"
    answer = log_in(coordinator).generic(
        "POST", f"/filer/upload/enkelt/?billet={signed}", body, content_type="multipart/form-data; boundary=x"
    )
    assert told(answer) == ["hel.pdf er modtaget og bliver nu kontrolleret.", f"halv.pdf: {BROKEN_OFF}"]
    assert {one.name: vault.read(one.original) for one in Document.objects.all()} == {"hel.pdf": b"1234"}
    assert len(list(private_storage().names())) == 1


def test_the_last_file_may_be_the_bad_one(log_in, coordinator, signed):
    post(log_in(coordinator), signed, [("a.pdf", content(3 * MIB)), ("b.pdf", b"2"), ("c.exe", b"MZ")])
    assert sorted(Document.objects.values_list("name", flat=True)) == ["a.pdf", "b.pdf"]
