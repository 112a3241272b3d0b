"""The pictures of pages: drawn in the sandbox, kept by a task, erased with their document."""

from __future__ import annotations

import io
import uuid
from pathlib import Path

import pytest
from PIL import Image

from accounts.refusal import Refused
from documents import actions, page_images, tasks, vault
from documents.models import Document, DocumentPage, StoredFile
from documents.states import DocumentState, FileClass
from tests import factories, paper, races

pytestmark = pytest.mark.django_db


def made(consultant, pages: int = 3, **more) -> Document:
    scope = factories.engagement(consultant, plan=False).scope
    document = Document.objects.create(
        scope=scope, name="akt.pdf", size=10, sha256="0" * 64, file_class=FileClass.CASE, state=DocumentState.READY, uploaded_by=consultant
    )
    return paper.readable(document, [f"Side nummer {number} " * 30 for number in range(1, pages + 1)], **more)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_page_is_drawn_at_once_and_looking_writes_nothing(consultant):
    document = made(consultant)
    response = page_images.show(document, 2)
    image = Image.open(io.BytesIO(body(response)))
    assert abs(image.width - paper.WIDE / 72 * 110) <= 1
    assert response["Content-Type"] == f"image/{image.format.lower()}"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert (response["Content-Disposition"], response["Cache-Control"]) == ("inline", "no-store, private")
    assert DocumentPage.objects.count() == 0


def test_a_kept_page_is_the_same_picture_and_needs_the_file_no_more(consultant):
    document = made(consultant)
    drawn = body(page_images.show(document, 3))
    tasks.keep_page_images(str(document.pk))
    document.cleaned.key.delete()
    assert body(page_images.show(document, 3)) == drawn


def test_a_task_keeps_every_page_once_sealed(consultant):
    document = made(consultant, pages=page_images.BATCH + 3)
    assert page_images.keep_some(document.pk) == page_images.Progress(page_images.BATCH, is_over=False)
    assert page_images.missing(document) == 3
    assert page_images.keep_some(document.pk) == page_images.Progress(3, is_over=True)
    tasks.keep_page_images(str(document.pk))
    pages = list(document.page_images.select_related("image"))
    assert [page.number for page in pages] == list(range(1, page_images.BATCH + 4))
    assert {page.image.is_sealed for page in pages} == {True}
    for page in pages:
        image = Image.open(io.BytesIO(vault.read(page.image)))
        assert (image.width, image.height) == (page.width, page.height)
        assert not Path(page.image.file.path).read_bytes().startswith((b"\x89PNG", b"\xff\xd8"))


def test_pages_that_are_there_are_not_drawn_again(consultant):
    document = made(consultant, pages=4)
    page_images.keep_some(document.pk)
    kept = set(document.page_images.values_list("image", flat=True))
    document.page_images.filter(number=2).delete()
    assert page_images.keep_some(document.pk) == page_images.Progress(1, is_over=True)
    assert len(kept & set(document.page_images.values_list("image", flat=True))) == 3


def test_pages_are_erased_with_their_document(consultant):
    document = made(consultant)
    tasks.keep_page_images(str(document.pk))
    images = list(document.page_images.values_list("image", flat=True))
    assert len(images) == 3
    actions.erase(document, by=consultant, reason="Forkert person")
    assert (document.page_images.count(), StoredFile.objects.filter(pk__in=images).count()) == (0, 0)
    assert page_images.keep_some(document.pk) == page_images.Progress(0, is_over=True)
    assert DocumentPage.objects.count() == 0


@pytest.mark.parametrize("state", [DocumentState.WAITING, DocumentState.REFUSED])
def test_nothing_is_drawn_of_what_nobody_may_read(consultant, state):
    document = made(consultant)
    Document.objects.filter(pk=document.pk).update(state=state)
    tasks.keep_page_images(str(document.pk))
    assert DocumentPage.objects.count() == 0


def test_a_document_that_is_gone_is_no_error(consultant):
    tasks.keep_page_images(str(uuid.uuid4()))
    assert DocumentPage.objects.count() == 0


def test_a_file_that_cannot_be_drawn_says_so_and_ends_the_task(consultant):
    document = made(consultant, content=b"%PDF-1.4 ikke en PDF")
    with pytest.raises(Refused, match="Hent filen"):
        page_images.show(document, 1)
    assert page_images.keep_some(document.pk) == page_images.Progress(0, is_over=True)


def test_a_page_that_is_not_there_is_no_picture(consultant):
    with pytest.raises(Refused):
        page_images.show(made(consultant), 9)


def test_a_file_without_its_key_is_refused(consultant):
    document = made(consultant)
    document.cleaned.key.delete()
    with pytest.raises(Refused, match="slettet eller beskadiget"):
        page_images.show(document, 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_keep_each_page_once(catalogue, consultant):
    document = made(consultant, pages=5)
    done = races.at_once(*[lambda: page_images.keep_some(document.pk)] * 2)
    assert sorted(one.kept for one in done) == [0, 5]
    assert document.page_images.count() == 5
