"""The pictures of a document's pages: made in the sandbox, one at once for whoever waits, the rest in the background; vault files too.

Looking writes nothing: a page that has no picture yet is drawn for the answer alone. A task (documents/tasks.py) draws and keeps all of
them, a few at a time, and does no harm when it runs twice or when the document is erased meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.http import HttpResponseBase

from accounts.refusal import Refused
from documents import delivery, sandbox, vault
from documents.actions.files import store
from documents.models import Document, DocumentPage
from documents.sandbox import PageImage

log = structlog.get_logger(__name__)
BATCH = 8  # pages drawn and kept together
NOT_DRAWN = "Siden kan ikke vises som billede. Hent filen for at læse den."


@dataclass(frozen=True)
class Progress:
    """How many pages were kept by one turn, and whether there are more to draw."""

    kept: int
    is_over: bool


def show(document: Document, number: int) -> HttpResponseBase:
    """Page `number` as a picture; the opening has its row in the access log. Raises Refused when it cannot be drawn."""
    kept = DocumentPage.objects.select_related("image").filter(document=document, number=number).first()
    if kept:
        return delivery.show(kept.image)
    drawn = _draw(document, number, number)
    if not drawn:
        raise Refused(NOT_DRAWN)
    return delivery.picture([drawn[0].content], content_type=drawn[0].content_type, size=len(drawn[0].content))


def missing(document: Document) -> int:
    """How many pages have no kept picture yet; 0 for what has no pages."""
    return (document.pages or 0) - document.page_images.count()


@transaction.atomic
def keep_some(document_id: UUID) -> Progress:
    """Draw the first pages that have no picture, and keep them. Only one process at a time works on a document; the others are over."""
    document = Document.objects.select_related("cleaned", "scope", "uploaded_by").filter(pk=document_id).first()
    if document is None or not document.is_readable or not document.pages or not _alone(document):
        return Progress(0, is_over=True)
    there = set(document.page_images.values_list("number", flat=True))
    first = next((number for number in range(1, document.pages + 1) if number not in there), None)
    if first is None:
        return Progress(0, is_over=True)
    wanted = [number for number in range(first, min(first + BATCH, document.pages + 1)) if number not in there]
    drawn = [page for page in _draw(document, wanted[0], wanted[-1]) if page.number in wanted]
    if not drawn or not _still_readable(document):
        return Progress(0, is_over=True)
    for page in drawn:
        _keep(document, page)
    return Progress(len(drawn), is_over=len(there) + len(drawn) >= document.pages)


def _draw(document: Document, first: int, last: int) -> list[PageImage]:
    """The pages as far as they can be drawn. Raises Refused when the file does not open."""
    if document.cleaned is None:
        return []
    try:
        return sandbox.render(vault.chunks(document.cleaned), file_type=document.file_type, first=first, last=last)
    except sandbox.Interrupted:
        log.warning("pages were not drawn", document=str(document.pk), first=first)
        return []
    except vault.Damaged as error:
        log.error("a stored file does not open", file=str(document.cleaned_id), why=str(error))
        raise Refused("Filen kan ikke åbnes: den er slettet eller beskadiget. Kontakt support.") from None


def _alone(document: Document) -> bool:
    """Whether no other process draws this document now; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [document.pk.int % 2**63])
        return bool(cursor.fetchone()[0])


def _still_readable(document: Document) -> bool:
    """Looks again and holds the row: an erasure waits for us, or was before us."""
    return Document.objects.select_for_update().get(pk=document.pk).is_readable


def _keep(document: Document, page: PageImage) -> None:
    image = store(
        content=page.content,
        name=f"Side {page.number}",
        content_type=page.content_type,
        scope=document.scope,
        by=document.uploaded_by,
    )
    DocumentPage.objects.create(document=document, number=page.number, image=image, width=page.width, height=page.height)
