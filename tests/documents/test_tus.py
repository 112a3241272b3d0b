"""Resumable uploads as a client meets them: creation, offsets, the end, what is refused and how."""

import hashlib

import pytest
from django.test import Client

from accounts.refusal import Refused
from documents import tickets, vault
from documents.models import Document, StoredFile, Upload, Vault
from documents.models.stored import path_of
from documents.states import DocumentState
from documents.storage import private_storage
from tests import factories
from tests.documents import sending
from tests.documents.sending import MIB, Place, Sender, content

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return Place().open()


@pytest.fixture
def scope(consultant):
    return factories.engagement(consultant).scope


@pytest.fixture
def sender(log_in, coordinator, scope, place) -> Sender:
    return Sender(log_in(coordinator), sending.ticket(coordinator, scope).signed)


def files() -> list[str]:
    """What lies on the disk."""
    return sorted(private_storage().names())


@pytest.mark.parametrize("size", [1, MIB - 1, MIB, MIB + 1, 2 * MIB, 3 * MIB + 7])
def test_a_file_arrives_byte_for_byte_and_waits_for_its_check(sender, place, coordinator, scope, size):
    sent = content(size)
    answer = sender.send(sent, "Afgørelse æøå.pdf")
    assert (answer.status_code, answer["Upload-Offset"]) == (204, str(size))
    document = Document.objects.get()
    assert (document.name, document.size, document.state, document.scope) == ("Afgørelse æøå.pdf", size, DocumentState.WAITING, scope)
    assert (document.sha256, document.uploaded_by) == (hashlib.sha256(sent).hexdigest(), coordinator)
    assert vault.read(document.original) == sent
    assert place.came == [(document.pk, sending.PLACE, coordinator.pk)]
    assert Upload.objects.count() == 0
    assert files() == [path_of(document.original_id)]


def test_nothing_of_a_file_lies_on_the_disk_as_it_was_sent(sender):
    sent = b"Borgeren hedder " + b"Ida Hansen " * 200_000
    sender.send(sent)
    with private_storage().open(files()[0]) as file:
        assert b"Ida Hansen" not in file.read()


def test_a_file_in_parts_goes_on_from_the_last_whole_chunk(sender):
    sent = content(3 * MIB + 5)
    url = sender.begin(len(sent))
    first = sender.patch(url, 0, sent[: MIB + 700])
    assert (first.status_code, first["Upload-Offset"]) == (204, str(MIB))
    told = sender.head(url)
    assert (told.status_code, told["Upload-Offset"], told["Upload-Length"]) == (200, str(MIB), str(len(sent)))
    assert sender.patch(url, MIB, sent[MIB:])["Upload-Offset"] == str(len(sent))
    assert vault.read(StoredFile.objects.get()) == sent
    assert Document.objects.get().sha256 == hashlib.sha256(sent).hexdigest()


@pytest.mark.parametrize("offset", [0, 1, MIB - 1, MIB + 1, 2 * MIB])
def test_a_wrong_offset_is_a_conflict_and_changes_nothing(sender, offset):
    sent = content(3 * MIB)
    url = sender.begin(len(sent))
    sender.patch(url, 0, sent[:MIB])
    assert sender.patch(url, offset, sent[offset:]).status_code == 409
    assert sender.head(url)["Upload-Offset"] == str(MIB)


def test_somebody_who_missed_the_last_answer_learns_that_the_file_is_in(sender):
    url = sender.begin(5)
    sender.patch(url, 0, b"12345")
    told = sender.head(url)
    assert (told.status_code, told["Upload-Offset"], told["Upload-Length"]) == (200, "5", "5")
    assert sender.patch(url, 0, b"12345").status_code == 404
    assert Document.objects.count() == 1


def test_a_file_that_is_whole_on_the_disk_but_became_no_document_is_finished_by_its_last_chunk(sender, place):
    """The web server was killed between the last byte and the commit; or a rule was unmet in that very moment."""
    sent = content(2 * MIB)
    url = sender.begin(len(sent))

    def refuse(document, object_id, by):
        raise Refused("Sagerne er indsendt imens.")

    accept, place.arrived = place.arrived, refuse
    place.open()
    answer = sender.patch(url, 0, sent)
    assert (answer.status_code, answer.text) == (422, "Sagerne er indsendt imens.")
    assert (Document.objects.count(), StoredFile.objects.count(), Upload.objects.count()) == (0, 0, 1)
    assert sender.head(url)["Upload-Offset"] == str(MIB)
    place.arrived = accept
    place.open()
    assert sender.patch(url, MIB, sent[MIB:])["Upload-Offset"] == str(2 * MIB)
    assert vault.read(Document.objects.get().original) == sent


def test_two_windows_cannot_write_the_same_upload(sender):
    url = sender.begin(2 * MIB)
    with private_storage().open_partial(path_of(Upload.objects.get().pk)) as file:
        file.write(b"x")
        answer = sender.patch(url, 0, content(2 * MIB))
        assert (answer.status_code, answer.text) == (
            423,
            "Filen uploades allerede i et andet vindue. Vent, til det er færdigt, eller luk det andet vindue.",
        )
        assert sender.delete(url).status_code == 423
    assert sender.patch(url, 0, content(2 * MIB)).status_code == 204


def test_an_upload_that_is_given_up_leaves_nothing(sender):
    url = sender.begin(2 * MIB)
    sender.patch(url, 0, content(MIB))
    assert len(files()) == 1
    assert sender.delete(url).status_code == 204
    assert (Upload.objects.count(), files(), sender.head(url).status_code, sender.delete(url).status_code) == (0, [], 404, 404)


# Who


@pytest.mark.parametrize("method", ["head", "patch", "delete"])
def test_the_upload_of_somebody_else_does_not_exist(log_in, sender, consultant, method):
    url = sender.begin(2 * MIB)
    other = Sender(log_in(consultant), sender.signed)
    answer = other.patch(url, 0, content(2 * MIB)) if method == "patch" else getattr(other, method)(url)
    assert answer.status_code == 404
    assert Upload.objects.count() == 1


def test_a_finished_file_of_somebody_else_does_not_exist_either(log_in, sender, consultant):
    url = sender.begin(1)
    sender.patch(url, 0, b"1")
    assert Sender(log_in(consultant), "").head(url).status_code == 404


@pytest.mark.parametrize("step", ["create", "head", "patch", "delete"])
def test_the_right_is_asked_for_at_every_step(sender, place, coordinator, step):
    url = sender.begin(2 * MIB)
    place.barred.add(coordinator.pk)
    steps = {"create": lambda: sender.create(5), "patch": lambda: sender.patch(url, 0, content(2 * MIB))}
    answer = steps[step]() if step in steps else getattr(sender, step)(url)
    assert answer.status_code == 403
    assert step == "head" or answer.text == "Du er ikke længere på teamet."
    assert (Upload.objects.count(), Document.objects.count()) == (1, 0)


def test_a_ticket_is_good_for_its_own_person_alone(log_in, consultant, sender):
    answer = Sender(log_in(consultant), sender.signed).create(5)
    assert (answer.status_code, answer.text) == (422, tickets.OUT_OF_DATE)


@pytest.mark.parametrize("spoil", [lambda signed: signed[:-2], lambda signed: "", lambda signed: "x.y:z"])
def test_a_ticket_that_was_changed_is_none(sender, spoil):
    sender.signed = spoil(sender.signed)
    assert sender.create(5).status_code == 422


def test_a_ticket_outlives_no_log_in(sender, settings, coordinator):
    assert tickets.read(sender.signed, user=coordinator).user_id == coordinator.pk
    settings.SESSION_ABSOLUTE_AGE = -1
    with pytest.raises(Refused, match="Genindlæs siden"):
        tickets.read(sender.signed, user=coordinator)


def test_somebody_whose_log_in_is_over_is_told_so_in_words_and_not_sent_to_a_page(client, sender):
    url = sender.begin(5)
    sender.client.logout()
    for answer in (sender.create(5), sender.patch(url, 0, b"12345"), sender.delete(url)):
        assert (answer.status_code, answer.text) == (401, "Log ind igen; uploaden fortsætter, hvor den slap.")
    assert sender.head(url).status_code == 401


def test_a_request_without_the_token_of_the_page_is_refused(coordinator, scope, place):
    client = Client(enforce_csrf_checks=True)
    client.force_login(coordinator)
    sender = Sender(client, sending.ticket(coordinator, scope).signed)
    assert sender.create(5).status_code == 403
    token = "a" * 32
    client.cookies["csrftoken"] = token
    assert sender.create(5, X_CSRFToken=token).status_code == 201


# What


@pytest.mark.parametrize("name", ["Sag 010188-1234.pdf", "0101881234 afgørelse.pdf"])
def test_a_name_that_holds_a_cpr_number_is_refused_with_its_digits_masked(sender, name):
    answer = sender.create(5, name)
    assert answer.status_code == 422
    assert "Filnavnet ser ud til at indeholde et CPR-nummer" in answer.text
    assert "1234" not in answer.text and "0101" not in answer.text
    assert Upload.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("virus.exe", "Filer af typen .exe kan ikke uploades her. Gem filen som PDF, JPEG og PNG, og vælg den igen."),
        ("brev.docx", "Filer af typen .docx kan ikke uploades her. Gem filen som PDF, JPEG og PNG, og vælg den igen."),
        ("brev", "Filer uden type i navnet kan ikke uploades her. Gem filen som PDF, JPEG og PNG, og vælg den igen."),
        ("", "Filer uden type i navnet kan ikke uploades her. Gem filen som PDF, JPEG og PNG, og vælg den igen."),
    ],
)
def test_a_file_that_is_not_taken_here_is_refused_before_its_bytes(sender, name, sentence):
    answer = sender.create(5, name)
    assert (answer.status_code, answer.text) == (422, sentence)


def test_an_empty_file_is_refused(sender):
    assert (sender.create(0).status_code, sender.create(0).text) == (
        422,
        "Filen er tom (0 bytes). Åbn den på din computer, og kontrollér, at der er noget i den.",
    )


def test_a_file_that_is_too_long_is_refused_with_the_limit(sender):
    answer = sender.create(200 * 10**6 + 1)
    assert (answer.status_code, answer.text) == (413, "Filen fylder mere end 200 MB. Del den op, eller gem den i en mindre udgave.")
    assert sender.create(200 * 10**6).status_code == 201


def test_what_is_on_its_way_counts_for_the_limit_of_the_engagement(sender, settings):
    settings.UPLOAD_SCOPE_BYTES = 10 * 10**6
    sender.send(content(4 * 10**6))
    sender.begin(5 * 10**6)
    answer = sender.create(10**6 + 1)
    assert (answer.status_code, answer.text) == (
        413,
        "Forløbets filer må fylde 10 MB i alt, og der er 1 MB tilbage. Slet filer, der ikke skal bruges.",
    )
    assert sender.create(10**6).status_code == 201


def test_nobody_begins_without_end(sender, monkeypatch):
    monkeypatch.setattr("documents.uploading.MOST_UNDER_WAY", 2)
    assert [sender.create(5).status_code for _ in range(3)] == [201, 201, 422]


def test_more_bytes_than_were_announced_are_refused(sender):
    url = sender.begin(5)
    answer = sender.patch(url, 0, b"123456")
    assert (answer.status_code, Document.objects.count()) == (413, 0)


# The protocol


def test_the_server_says_what_it_can(sender):
    answer = sender.client.options("/filer/upload/")
    assert (answer.status_code, answer["Tus-Version"], answer["Tus-Extension"]) == (204, "1.0.0", "creation,termination")


def test_another_version_of_the_protocol_is_refused(sender):
    answer = sender.client.post("/filer/upload/", headers={"Tus-Resumable": "0.2.2"})
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


@pytest.mark.parametrize("length", ["", "-1", "x", "1" * 20, "٣"])
def test_a_length_that_is_no_number_is_refused(sender, length):
    assert (
        sender.client.post(
            "/filer/upload/",
            headers=sending.headers(Upload_Metadata=sending.metadata(ticket=sender.signed, filename="a.pdf")) | {"Upload-Length": length},
        ).status_code
        == 400
    )


@pytest.mark.parametrize("told", ["filename %%%", "filename /w==", "ticket", "filename eA==x"])
def test_metadata_that_cannot_be_read_is_refused(sender, told):
    assert sender.client.post("/filer/upload/", headers=sending.headers(Upload_Length=5, Upload_Metadata=told)).status_code in {400, 422}


def test_a_body_of_another_type_is_refused(sender):
    assert sender.patch(sender.begin(5), 0, b"12345", kind="text/plain").status_code == 415


def test_a_part_that_is_less_than_a_chunk_and_not_the_end_is_refused(sender):
    """None of it would be kept, and a client that sends such parts would never come to an end."""
    assert sender.patch(sender.begin(2 * MIB), 0, content(1000)).status_code == 400


def test_the_engagement_gets_one_key_and_every_file_its_own(sender):
    sender.send(b"1")
    sender.send(b"2")
    keys = {bytes(stored.key.wrapped_key) for stored in StoredFile.objects.all()}
    assert (Vault.objects.count(), len(keys)) == (1, 2)
