"""Sweeps of this app."""

from __future__ import annotations

from uuid import UUID

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from documents import actions, checking, page_images, scanning, uploading
from documents.models import Document

log = structlog.get_logger(__name__)
MOST_CHECKS_IN_ONE_SWEEP = 20
MOST_TURNS_OF_PAGES = 5  # of one task: others come in between


@shared_task
def check_waiting_documents() -> None:
    """Check the documents that wait; also what a new document's bell rings. More than a few go on in a task of their own."""
    try:
        for _ in range(MOST_CHECKS_IN_ONE_SWEEP):
            if not checking.check_next():
                return
    except scanning.Away as away:
        log.warning("virus scanner away, documents wait", error=str(away))
    else:
        checking.ring()


@shared_task
def delete_expired_files() -> None:
    """Results that were made to be fetched, such as a timetable as PDF, are deleted when their time has passed."""
    actions.delete_expired()


@shared_task
def sweep_uploads() -> None:
    """Uploads that stood still for a day are forgotten, and with them bytes that belong to nothing."""
    uploading.sweep()


@shared_task
def keep_page_images(document_id: str) -> None:
    """Draw the pages of a document that somebody reads; what it does not manage the next task does."""
    for _ in range(MOST_TURNS_OF_PAGES):
        if page_images.keep_some(UUID(document_id)).is_over:
            return
    _send(document_id)


def draw_pages(document: Document) -> None:
    """Tell a worker that somebody reads this document. A broker that is away only makes the pages come slower, one by one."""
    if page_images.missing(document) > 0:
        _send(str(document.pk))


def _send(document_id: str) -> None:
    try:
        keep_page_images.apply_async((document_id,), retry=False)
    except OperationalError:
        log.warning("broker away, pages are drawn when they are asked for")
