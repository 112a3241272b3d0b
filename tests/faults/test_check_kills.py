"""Checks while their worker is killed, and while files come that would take all memory: real workers, real processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import User
from documents import checking
from documents.models import Document, StoredFile
from documents.states import DocumentState, FileClass
from tests import factories
from tests.documents import hostile_pdfs as hostile
from tests.documents.files import stored_file
from tests.servers import Worker, until

pytestmark = pytest.mark.django_db(transaction=True)
LONG = hostile.plain(*["\n".join([hostile.TEXT] * 40)] * 400)
MEGABYTE = 1024 * 1024


@pytest.fixture
def receive(orderer: User) -> Callable[[bytes], Document]:
    scope = factories.engagement(orderer).scope

    def make(content: bytes) -> Document:
        original = stored_file(scope, orderer, content)
        values = {"file_class": FileClass.CASE, "size": len(content), "sha256": original.sha256}
        return Document.objects.create(scope=scope, name="Akt.pdf", original=original, uploaded_by=orderer, **values)

    return make


def state(document: Document) -> str:
    return Document.objects.values_list("state", flat=True).get(pk=document.pk)


def readers() -> list[int]:
    """The processes that read a file right now."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"documents.child" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def children(worker: Worker) -> list[int]:
    """Those that this worker started."""
    assert worker.process is not None
    listed = {int(one) for one in Path(f"/proc/{worker.process.pid}/task/{worker.process.pid}/children").read_text().split()}
    return [one for one in readers() if one in listed]


def test_a_worker_killed_in_a_check_leaves_a_document_that_the_next_one_checks(new_worker, receive):
    document, worker = receive(LONG), new_worker()
    worker.until_ready()
    checking.ring()
    (reader,) = until(lambda: children(worker), "a process that reads the file")
    assert state(document) == DocumentState.CHECKING
    worker.kill()
    until(lambda: reader not in readers(), "its end")
    assert (state(document), StoredFile.objects.count()) == (DocumentState.CHECKING, 1)

    Document.objects.filter(pk=document.pk).update(touched_at=timezone.now() - timedelta(hours=1))  # the lease is over
    new_worker().until_ready()
    checking.ring()
    until(lambda: state(document) == DocumentState.READY, "the check of the next worker")
    assert StoredFile.objects.count() == 3


def test_a_reader_that_is_killed_costs_an_attempt_and_no_more(new_worker, receive):
    document, worker = receive(LONG), new_worker()
    worker.until_ready()
    checking.ring()
    (reader,) = until(lambda: children(worker), "a process that reads the file")
    os.kill(reader, signal.SIGKILL)
    until(lambda: state(document) == DocumentState.WAITING, "the file to be given back")
    assert Document.objects.get(pk=document.pk).attempts == 1
    other = receive(hostile.plain())
    checking.ring()
    until(lambda: state(other) == DocumentState.READY, "the next file")


def test_bombs_and_long_files_do_not_make_the_worker_grow(new_worker, receive):
    worker = new_worker()
    worker.until_ready()
    first = receive(hostile.plain())
    checking.ring()
    until(lambda: state(first) == DocumentState.READY, "a first check")
    before = peak(worker)
    padded = hostile.document()
    padded.pages[0].obj["/Contents"] = [padded.pages[0].obj.Contents, padded.make_stream(b"% " + b"x" * 120 * MEGABYTE)]
    bombs = [receive(hostile.content_bomb()), receive(hostile.object_bomb()), receive(hostile.picture_bomb())]
    long = receive(hostile.written(padded, compress_streams=False))
    checking.ring()
    for bomb in bombs:
        until(lambda bomb=bomb: state(bomb) == DocumentState.REFUSED, "a bomb to be refused")
    until(lambda: state(long) == DocumentState.READY, "a long file to be checked")
    assert long.size > 120 * MEGABYTE
    assert peak(worker) - before < 100 * 1024


def peak(worker: Worker) -> int:
    """The most memory that it ever had, in kilobytes."""
    assert worker.process is not None
    text = Path(f"/proc/{worker.process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmHWM"))
