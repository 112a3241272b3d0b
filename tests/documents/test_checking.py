"""Documents that wait are checked, each by one checker at a time; what a checker leaves behind is taken up by another."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from documents import actions, checking, reasons, scanning, tasks, vault
from documents.models import CprFinding, Document, FileKey, StoredFile
from documents.moving import move
from documents.states import CprMode, DocumentState, FileClass, FileType, ScanState
from tests import factories, races
from tests.documents import hostile_pdfs as hostile
from tests.documents.checks import NUMBER
from tests.documents.clamd import HARMFUL, Clamd
from tests.documents.files import path_of, stored_file
from tests.documents.packages import package

pytestmark = pytest.mark.django_db
WAITING, CHECKING, READY = DocumentState.WAITING, DocumentState.CHECKING, DocumentState.READY
FLAGGED, REFUSED, ERASED = DocumentState.FLAGGED, DocumentState.REFUSED, DocumentState.ERASED


@pytest.fixture
def receive(consultant):
    """Takes a file in; it waits for its check."""
    scope = factories.engagement(consultant).scope

    def make(content: bytes | None = None, name: str = "Akt.pdf", **fields) -> Document:
        content = hostile.plain() if content is None else content
        original = stored_file(scope, consultant, content)
        values = {"file_class": FileClass.CASE, "size": len(content), "sha256": original.sha256} | fields
        return Document.objects.create(scope=scope, name=name, original=original, uploaded_by=consultant, **values)

    return make


def checked(document: Document) -> Document:
    """After a check."""
    assert checking.check_next()
    return Document.objects.get(pk=document.pk)


def later(document: Document, **fields) -> None:
    """As if its last sign of life were long ago."""
    Document.objects.filter(pk=document.pk).update(touched_at=timezone.now() - timedelta(hours=1), **fields)


def test_a_good_file_becomes_ready_with_its_new_form_and_its_text(receive):
    document = checked(receive())
    assert (document.state, document.reasons, document.file_type, document.pages) == (READY, [], FileType.PDF, 1)
    assert (document.attempts, document.scan, document.is_readable) == (0, ScanState.NOT_SCANNED, True)
    assert vault.read(document.cleaned).startswith(b"%PDF-")
    assert hostile.TEXT in json.loads(vault.read(document.text))["pages"][0]
    assert (document.cleaned.content_type, document.cleaned.is_sealed, document.text.is_sealed) == ("application/pdf", True, True)
    assert vault.read(document.original) == hostile.plain()
    assert checking.check_next() is False


def test_what_people_may_read_holds_nothing_active(receive):
    document = checked(receive(hostile.active("script at opening")))
    assert (document.state, document.reasons) == (READY, ["active_removed"])
    assert hostile.active_parts(vault.read(document.cleaned)) == set()


def test_a_refused_file_says_why_and_has_no_form_to_read(receive):
    document = checked(receive(b"MZ" + b"\0" * 100))
    assert (document.state, document.reasons, document.file_type, document.pages) == (REFUSED, ["executable"], "", None)
    assert (document.cleaned, document.text, document.is_readable) == (None, None, False)


@pytest.mark.parametrize(("file_class", "state"), [(FileClass.CASE, REFUSED), (FileClass.GENERAL, READY)])
def test_word_is_for_documents_that_are_no_case_files(receive, file_class, state):
    assert checked(receive(package(), "Referat.docx", file_class=file_class)).state == state


@pytest.mark.parametrize(("mode", "state", "code"), [(CprMode.WARN, FLAGGED, "cpr_found"), (CprMode.REFUSE, REFUSED, "cpr_refused")])
def test_cpr_numbers_warn_or_refuse_and_only_their_places_are_kept(receive, mode, state, code):
    document = checked(receive(hostile.plain("Intet her, men tekst nok", f"CPR {NUMBER} og CPR {NUMBER}"), cpr_mode=mode))
    assert (document.state, document.reasons) == (state, [code])
    found = list(CprFinding.objects.values_list("page", "place", "level", "count"))
    assert found == [(2, "text", "high", 2)]
    assert reasons.message(code, pages=[page for page, *_ in found]).endswith("på side 2.") or code == "cpr_found"


def test_pages_without_text_are_named(receive):
    document = checked(receive(hostile.plain(hostile.TEXT, "", hostile.TEXT, "")))
    assert (document.state, document.reasons, document.pages_without_text) == (FLAGGED, ["pages_without_text"], [2, 4])


def test_a_file_that_is_looked_at_again_leaves_nothing_of_the_first_time(receive, django_capture_on_commit_callbacks):
    document = checked(receive(hostile.plain(f"CPR {NUMBER}, og tekst nok")))
    first = [document.cleaned, document.text]
    move(document, to=WAITING)
    with django_capture_on_commit_callbacks(execute=True):
        again = checked(document)
    assert again.state == FLAGGED
    assert CprFinding.objects.count() == 1
    assert StoredFile.objects.count() == FileKey.objects.count() == 3
    assert not any(path_of(one).exists() for one in first)


# The queue


def test_the_oldest_comes_first_and_one_that_was_tried_last(receive):
    tried, old, new = receive(attempts=1), receive(), receive()
    later(tried)
    order = [checking._claim().pk for _ in range(3)]
    assert order == [old.pk, new.pk, tried.pk]
    assert checking._claim() is None


@pytest.mark.django_db(transaction=True)
def test_several_checkers_take_one_document_once(catalogue):
    consultant = factories.person(None)
    scope = factories.engagement(factories.person(factories.Role.CONSULTANT)).scope
    for _ in range(3):
        original = stored_file(scope, consultant, hostile.plain())
        Document.objects.create(scope=scope, name="a.pdf", original=original, uploaded_by=consultant, size=1, sha256="", file_class="case")
    taken = races.at_once(*[checking._claim] * 6)
    assert len([one for one in taken if one is not None]) == 3
    assert len({one.pk for one in taken if one is not None}) == 3
    assert set(Document.objects.values_list("state", "attempts")) == {(CHECKING, 1)}


def test_a_checker_that_is_silent_is_replaced_after_its_lease(receive, settings):
    document = receive()
    checking._claim()
    assert checking.check_next() is False, "another has it"
    later(document)
    assert checked(document).state == READY


def test_after_three_checkers_that_died_the_file_is_refused_with_what_to_do(receive):
    document = receive()
    for attempt in range(1, 4):
        assert checking._claim().attempts == attempt
        later(document)
    again = checked(document)
    assert (again.state, again.reasons) == (REFUSED, ["interrupted"])
    assert "Prøv igen" in reasons.way_out("interrupted")


def test_a_check_that_was_interrupted_is_tried_again_after_a_while(receive):
    document = receive()
    content = path_of(document.original).read_bytes()
    path_of(document.original).write_bytes(content[:-1] + b"x")
    again = checked(document)
    assert (again.state, again.attempts) == (WAITING, 1)
    assert checking.check_next() is False, "not at once"
    path_of(document.original).write_bytes(content)
    later(document)
    assert checked(document).state == READY


def test_a_check_that_was_outrun_writes_nothing(receive, monkeypatch):
    """The file is erased, or taken up by another, while it is looked at."""
    document, other = receive(), receive()
    ours = checking._claim()
    actions.erase(Document.objects.get(pk=document.pk), by=document.uploaded_by, reason="Forkert person")
    theirs = checking._claim()
    later(other)
    checking._claim()
    for claimed in (ours, theirs):
        checking._give_back(claimed)
    states = dict(Document.objects.values_list("pk", "state"))
    assert states == {document.pk: ERASED, other.pk: CHECKING}
    assert Document.objects.get(pk=other.pk).attempts == 2
    assert StoredFile.objects.filter(cleaned_of__isnull=False).count() == 0


def test_a_sweep_checks_all_that_wait(receive):
    for _ in range(3):
        receive()
    tasks.check_waiting_documents()
    assert list(Document.objects.values_list("state", flat=True)) == [READY] * 3


def test_the_bell_rings_once_when_all_is_committed(receive, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        checking.ring_later()
        checking.ring_later()
    assert callbacks == [checking.ring]


def test_the_log_says_which_document_and_nothing_of_it(receive, capsys, caplog):
    checked(receive(hostile.plain(f"CPR {NUMBER} Vestergade"), name="Hanne Fortrolig.pdf"))
    told = caplog.text + capsys.readouterr().out
    assert NUMBER not in told and "Vestergade" not in told and "Fortrolig" not in told


# Viruses


@pytest.fixture
def clamd(settings):
    server = Clamd(Path(tempfile.mkdtemp(prefix="tf-", dir="/tmp")))
    server.start()
    settings.CLAMD_SOCKET, settings.CLAMD_MAX_BYTES = server.socket, 10_000
    yield server
    server.kill()
    shutil.rmtree(server.folder)


def test_a_real_scanner_refuses_what_it_finds_and_passes_the_rest(receive, clamd, settings):
    settings.AV_REQUIRED = True
    pdf = hostile.document()
    pdf.docinfo["/Title"] = HARMFUL.decode()
    harmful, clean, long = receive(hostile.written(pdf)), receive(), receive(hostile.plain() + b" " * 20_000)
    tasks.check_waiting_documents()
    found = {one.pk: (one.state, one.scan, one.reasons) for one in Document.objects.all()}
    assert found[harmful.pk] == (REFUSED, ScanState.INFECTED, ["infected"])
    assert found[clean.pk] == (READY, ScanState.CLEAN, [])
    assert found[long.pk] == (REFUSED, ScanState.NOT_SCANNED, ["not_scanned_too_large"])


def test_while_a_required_scanner_is_away_everything_waits(receive, clamd, settings):
    settings.AV_REQUIRED = True
    document = receive()
    clamd.kill()
    with pytest.raises(scanning.Away):
        checking.check_next()
    tasks.check_waiting_documents()
    document.refresh_from_db()
    assert (document.state, document.attempts) == (WAITING, 0)
    clamd.start()
    assert checked(document).state == READY


def test_a_scanner_that_is_only_wished_for_stops_nothing(receive, settings):
    settings.CLAMD_SOCKET = "/tmp/tf-no-such-socket"
    document = checked(receive())
    assert (document.state, document.scan) == (READY, ScanState.NOT_SCANNED)


def test_what_was_not_scanned_is_not_readable_where_that_is_required(receive, settings):
    document = checked(receive())
    assert document.is_readable
    settings.AV_REQUIRED = True
    assert not document.is_readable
    document.scan = ScanState.CLEAN
    assert document.is_readable
