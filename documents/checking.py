"""Checks the documents that wait, one after the other: virus scan, then the child process, then what was found is written.

The row is the queue. It is claimed with a lease, and nothing is held open while the file is looked at; what a checker that was killed
left is taken up by another after CHECK_LEASE. A check that was outrun (the file was erased, or another took it up) writes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import BinaryIO

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError

from documents import actions, sandbox, scanning, vault, verdict
from documents.limits import Limits
from documents.models import CprFinding, Document, StoredFile
from documents.moving import move
from documents.sandbox import Checked, Interrupted, Results
from documents.scanning import Scan
from documents.states import TYPES, DocumentState, FileClass, FileType, ScanState
from documents.verdict import Verdict

log = structlog.get_logger(__name__)
ATTEMPTS = 3
TASK = "documents.tasks.check_waiting_documents"
PIECE = 1024 * 1024
CONTENT_TYPES = {
    FileType.PDF: "application/pdf",
    FileType.JPEG: "image/jpeg",
    FileType.PNG: "image/png",
    FileType.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileType.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def ring_later() -> None:
    """Tell a worker that a document waits, when the transaction is committed; once, however many came."""
    if ring not in [waiting[1] for waiting in transaction.get_connection().run_on_commit]:
        transaction.on_commit(ring)


def ring() -> None:
    """Tell a worker now. A broker that is away only delays it: the row is the queue, and beat sweeps it."""
    try:
        current_app.send_task(TASK, retry=False)
    except OperationalError:
        log.warning("broker away, the document waits for the sweep")


def check_next() -> bool:
    """Take one document that waits and check it; False when none does. Safe to run in several processes at once.

    Raises scanning.Away when files must be scanned and no scanner answers: then all of them wait.
    """
    scanning.require_answer()
    document = _claim()
    if document is None:
        return False
    if document.state != DocumentState.CHECKING:
        return True
    begun = time.monotonic()
    try:
        scan = _scan(document)
        with sandbox.check(
            _content(document),
            name=document.name,
            types=TYPES[FileClass(document.file_class)],
            today=timezone.localdate(),
            limits=Limits(size=settings.UPLOAD_MAX_BYTES),
        ) as results:
            state = _finish(document, scan, results)
    except (Interrupted, scanning.Away, vault.Damaged, OSError) as error:
        log.warning("check interrupted", document=str(document.pk), error=type(error).__name__)
        _give_back(document)
    else:
        log.info("document checked", document=str(document.pk), state=state, seconds=round(time.monotonic() - begun, 2))
    return True


def _due() -> QuerySet[Document]:
    """New ones; those that were given back a while ago; and those whose checker has been silent for too long."""
    now = timezone.now()
    waiting = Q(state=DocumentState.WAITING) & (Q(attempts=0) | Q(touched_at__lt=now - settings.CHECK_RETRY))
    return Document.objects.filter(waiting | Q(state=DocumentState.CHECKING, touched_at__lt=now - settings.CHECK_LEASE))


@transaction.atomic
def _claim() -> Document | None:
    """The first that is due; after ATTEMPTS it is refused."""
    related = _due().select_related("original", "scope", "uploaded_by").order_by("attempts", "uploaded_at", "pk")
    document = related.select_for_update(skip_locked=True, of=["self"]).first()
    if document is None:
        return None
    if document.state == DocumentState.CHECKING:
        move(document, to=DocumentState.WAITING)
    move(document, to=DocumentState.CHECKING, attempts=document.attempts + 1)
    if document.attempts > ATTEMPTS:
        move(document, to=DocumentState.REFUSED, attempts=ATTEMPTS, reasons=["interrupted"])
    return document


def _content(document: Document) -> Iterator[bytes]:
    """The file as it was received. Raises vault.Damaged."""
    if document.original is None:
        raise vault.NoKey("The document was erased.")
    return vault.chunks(document.original)


def _scan(document: Document) -> Scan:
    """What the virus scanner says. One that is away and not required leaves the file unscanned."""
    try:
        return scanning.scan(_content(document), size=document.size)
    except scanning.Away:
        if settings.AV_REQUIRED:
            raise
        log.warning("scanner away, the document is not scanned", document=str(document.pk))
        return Scan(ScanState.NOT_SCANNED)


@transaction.atomic
def _finish(document: Document, scan: Scan, results: Results) -> str:
    """Write what was found, unless somebody else has the document by now; returns its state."""
    current = Document.objects.select_for_update().get(pk=document.pk)
    if not _is_ours(current, document):
        return str(current.state)
    checked = results.checked
    if checked.trouble:
        log.warning("a file was not understood", document=str(document.pk), trouble=checked.trouble)
    found = verdict.of(checked, scan, cpr_mode=document.cpr_mode, scan_required=settings.AV_REQUIRED)
    _forget_earlier(current)
    _write_findings(current, checked)
    if found.state != DocumentState.REFUSED:
        current.cleaned = _store(document, "renset", CONTENT_TYPES[FileType(checked.file_type)], results.cleaned)
        current.text = _store(document, "tekst", "application/json", results.text)
    _move_checked(current, checked, scan, found)
    return str(current.state)


def _is_ours(current: Document, claimed: Document) -> bool:
    """Whether the document still is in the check that we claimed."""
    return current.state == DocumentState.CHECKING and current.attempts == claimed.attempts


def _move_checked(document: Document, checked: Checked, scan: Scan, found: Verdict) -> None:
    move(
        document,
        to=found.state,
        reasons=list(found.reasons),
        scan=scan.state,
        file_type=checked.file_type,
        pages=checked.pages,
        pages_without_text=list(checked.pages_without_text),
        attempts=0,
    )


def _forget_earlier(document: Document) -> None:
    """What an earlier check of the same file left."""
    earlier = [one for one in (document.cleaned, document.text) if one is not None]
    earlier += [page.image for page in document.page_images.select_related("image")]
    document.cleaned = document.text = None
    document.save()
    document.page_images.all().delete()
    document.cpr_findings.all().delete()
    actions.remove(earlier)


def _write_findings(document: Document, checked: Checked) -> None:
    CprFinding.objects.bulk_create(
        CprFinding(document=document, page=one.page, place=one.place, level=one.level, count=one.count) for one in checked.found
    )


def _store(document: Document, what: str, content_type: str, content: BinaryIO) -> StoredFile:
    name = f"Dokument {str(document.pk)[:8]} ({what})"
    return actions.store(content=_pieces(content), name=name, content_type=content_type, scope=document.scope, by=document.uploaded_by)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


@transaction.atomic
def _give_back(document: Document) -> None:
    """It waits again, for CHECK_RETRY; when that was the last attempt, it is refused at the next claim."""
    current = Document.objects.select_for_update().get(pk=document.pk)
    if _is_ours(current, document):
        move(current, to=DocumentState.WAITING)
