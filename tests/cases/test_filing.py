"""Files on their way to a case: they arrive, are put, said to be of a kind, replaced, removed; before the hand-in and never after."""

from html import unescape

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.refusal import Denied, Refused
from cases import kinds
from cases.actions import filing, inviting
from cases.models import CaseDocument, DocumentType, Round
from cases.states import RoundState
from documents import receiving, uploading
from documents.models import Document, FileKey
from documents.states import DocumentState
from tests import addresses, factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(round):
    return round.cases.get(number=1)


def arrive(kind: str, key: object, by, name="notat.pdf") -> CaseDocument:
    """As when an upload has come to its end."""
    round = Round.objects.get()
    document = factories.case_document(round, by, state=DocumentState.WAITING, name=name).document
    CaseDocument.objects.filter(document=document).delete()
    receiving.of(kind).arrived(document, str(key), by)
    return CaseDocument.objects.get(document=document)


def test_a_file_that_arrives_in_a_case_gets_its_kind_from_its_name(coordinator, case):
    found = arrive("cases.case", case.pk, coordinator, "Partshøring juni.pdf")
    assert (found.case, found.document_type.slug, found.handed_in) == (case, "partshoering", False)


def test_a_loose_file_waits_without_a_kind(coordinator, round):
    found = arrive("cases.round", round.pk, coordinator, "Partshøring juni.pdf")
    assert (found.case, found.document_type) == (None, None)


def test_a_file_takes_the_place_of_another_which_is_erased(coordinator, case):
    old = factories.case_document(case, coordinator, document_type="udredning", state=DocumentState.REFUSED)
    found = arrive("cases.file", old.document_id, coordinator, "bedre.pdf")
    assert (found.case, found.document_type.slug) == (case, "udredning")
    gone = Document.objects.get(pk=old.document_id)
    assert (gone.state, gone.original, FileKey.objects.filter(stored__original_of=gone).exists()) == (DocumentState.ERASED, None, False)


def test_a_file_that_arrives_when_the_cases_were_handed_in_is_not_taken(coordinator, consultant, case):
    factories.put_round(case.round, RoundState.HANDED_IN, consultant)
    with pytest.raises(Denied):
        arrive("cases.case", case.pk, coordinator)


def test_a_file_is_put_to_a_case_and_back(coordinator, round, case):
    loose = factories.case_document(round, coordinator, name="VUM-udredning.pdf")
    assert filing.put(file=loose, case=case, kind=None, by=coordinator).document_type.slug == "udredning"
    back = filing.put(file=loose, case=None, kind=DocumentType.objects.get(slug="udredning"), by=coordinator)
    assert (back.case, back.document_type) == (None, None)


def test_a_handed_in_file_is_neither_moved_nor_removed(coordinator, consultant, case):
    file = factories.case_document(case, coordinator, handed_in=True)
    with pytest.raises(Refused, match="Akten er indsendt"):
        filing.remove(file=file, by=coordinator)
    with pytest.raises(Refused, match="Akten er indsendt"):
        filing.put(file=file, case=None, kind=None, by=coordinator)


def test_an_invited_colleague_orders_only_files_of_the_own_case(coordinator, employee, round, case):
    inviting.invite(case=case, user=employee, by=coordinator)
    own, other = factories.case_document(case, coordinator), factories.case_document(round.cases.get(number=2), coordinator)
    journal = DocumentType.objects.get(slug="journalnotater")
    assert filing.put(file=own, case=case, kind=journal, by=employee).document_type == journal
    for wrong in (
        lambda: filing.put(file=other, case=case, kind=None, by=employee),
        lambda: filing.put(file=own, case=round.cases.get(number=2), kind=None, by=employee),
        lambda: filing.remove(file=other, by=employee),
    ):
        with pytest.raises(Denied):
            wrong()


def test_an_invited_colleague_comes_back_to_the_case_and_cannot_let_a_file_lie_loose(log_in, coordinator, employee, case):
    inviting.invite(case=case, user=employee, by=coordinator)
    file = factories.case_document(case, coordinator)
    client, url = log_in(employee), reverse("file-sort", args=[case.round.engagement_id, case.round.kind, file.document_id])
    assert client.post(url, {"case": "1", "kind": "udredning"})["Location"] == case.get_absolute_url()
    assert client.post(url, {"case": "", "kind": ""}).status_code == 422
    with pytest.raises(Denied):
        filing.put(file=file, case=None, kind=None, by=employee)


def test_removing_asks_first_and_erases_for_good(log_in, coordinator, case):
    file = factories.case_document(case, coordinator, name="forkert.pdf")
    client, url = log_in(coordinator), reverse("file-remove", args=[case.round.engagement_id, case.round.kind, file.document_id])
    assert "Slet »forkert.pdf«?" in unescape(client.get(url).content.decode())
    assert Document.objects.get(pk=file.document_id).state == DocumentState.READY
    assert client.post(url).status_code == 302
    assert Document.objects.get(pk=file.document_id).state == DocumentState.ERASED
    assert client.post(url).status_code == 404


def test_the_history_names_no_file(coordinator, round, case):
    loose = factories.case_document(round, coordinator, name="Anna Hansen.pdf")
    filing.put(file=loose, case=case, kind=None, by=coordinator)
    filing.remove(file=loose, by=coordinator)
    for entry in AuditEntry.objects.filter(verb__startswith="file."):
        assert "Anna" not in f"{entry.target_name} {entry.changes} {entry.reason}"


def test_a_case_on_its_way_says_how_much_has_come(log_in, coordinator, case):
    factories.filled_case(case)
    upload = addresses.upload(case.round.engagement, case, coordinator)
    assert "Uploader 0 %" in log_in(coordinator).get(case.round.get_absolute_url()).content.decode()
    uploading.drop(upload)
    assert "Uploader" not in log_in(coordinator).get(case.round.get_absolute_url()).content.decode()


def test_the_progress_counts_the_files_of_the_last_hour(log_in, coordinator, case):
    for state in (DocumentState.READY, DocumentState.READY, DocumentState.WAITING, DocumentState.CHECKING):
        factories.case_document(case, coordinator, state=state)
    part = log_in(coordinator).get(case.round.get_absolute_url(), headers={"HX-Request": "true", "HX-Target": "board"})
    page = unescape(part.content.decode())
    assert "Behandler 2 af 4 …" in page and "every 3s" in page and "<html" not in page
    assert "HX-Trigger" not in part.headers
    Document.objects.update(state=DocumentState.READY)
    over = log_in(coordinator).get(case.round.get_absolute_url(), headers={"HX-Request": "true", "HX-Target": "board"})
    assert over.headers["HX-Trigger"] == '{"files-checked": {}}' and "every 3s" not in over.content.decode()


def test_the_filter_leaves_the_cases_that_it_names(log_in, coordinator, round):
    factories.ready_case(round.cases.get(number=2), coordinator)
    client = log_in(coordinator)
    found = {
        vis: [row.case.number for row in client.get(f"{round.get_absolute_url()}?vis={vis}").context["rows"]]
        for vis in ("klar", "mangler", "x")
    }
    assert found == {"klar": [2], "mangler": [1, 3], "x": [1, 2, 3]}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Afgørelse af 2. juni.pdf", "afgoerelse"),
        ("AFSLAG_merudgift.PDF", "afgoerelse"),
        ("klage over afgørelse.pdf", "klage-og-genvurdering"),
        ("høringssvar.pdf", "partshoering"),
        ("2025-06 journalnotat.pdf", "journalnotater"),
        ("lægeattest.pdf", "laegelige-oplysninger"),
        ("scan0001.pdf", ""),
        ("basics.pdf", ""),
    ],
)
def test_a_kind_is_guessed_from_the_words_of_a_name(name, slug):
    assert kinds.guess(name, {one for one, _ in kinds.WORDS}) == slug
    assert kinds.guess(name, set()) == ""


def test_every_kind_that_is_guessed_is_in_the_catalogue():
    assert {slug for slug, _ in kinds.WORDS} == set(DocumentType.objects.values_list("slug", flat=True))


def test_putting_a_file_where_it_lies_writes_nothing(coordinator, case):
    file = factories.case_document(case, coordinator)
    filing.put(file=file, case=case, kind=file.document_type, by=coordinator)
    assert not AuditEntry.objects.filter(verb="file.sort").exists()


def test_an_erased_file_is_not_ordered(coordinator, case):
    gone = factories.case_document(case, coordinator, state=DocumentState.ERASED)
    with pytest.raises(Refused, match="Filen er slettet"):
        filing.put(file=gone, case=None, kind=None, by=coordinator)
