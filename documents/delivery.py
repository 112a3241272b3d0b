"""Hands a stored file over. The caller has checked who asks; that they took it is written here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import structlog
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from accounts.states import ReadAction
from documents import names, vault
from documents.models import StoredFile

log = structlog.get_logger(__name__)
# What a browser may show by itself: our own pictures of pages. Everything else is a download.
SHOWN = {"image/png", "image/jpeg", "image/webp"}


def deliver(stored: StoredFile, *, by: User, purpose: str, name: str | None = None, inline: bool = False) -> StreamingHttpResponse:
    """The file, opened while it is sent, after the access log has its row: no row, no bytes.

    It is a download called `name` (default: what it was stored as), or with `inline` a picture for a page. Raises Refused when it does
    not open; where the damage lies further in, the connection breaks before the announced length, so nobody takes a part for the whole.
    """
    shown = inline and stored.content_type in SHOWN
    action = ReadAction.VIEW if shown else ReadAction.DOWNLOAD
    audit.look(by=by, action=action, purpose=purpose, target=stored, scope=stored.scope)
    disposition = content_disposition_header(not shown, names.clean(name or stored.name)) or ""
    return _answer(_opened(stored), content_type=stored.content_type, size=stored.size, disposition=disposition)


def show(stored: StoredFile) -> StreamingHttpResponse:
    """The picture of a page inside a viewer, whose opening has its row in the access log already (documents/viewing.py)."""
    return picture(_opened(stored), content_type=stored.content_type, size=stored.size)


def picture(content: Iterable[bytes], *, content_type: str, size: int) -> StreamingHttpResponse:
    """The same for one that was drawn for this answer alone."""
    if content_type not in SHOWN:
        raise ValueError(f"{content_type} is no picture of ours.")
    return _answer(content, content_type=content_type, size=size, disposition="inline")


def _answer(content: Iterable[bytes], *, content_type: str, size: int, disposition: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(content, content_type=content_type)
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = disposition
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"  # whatever it is, it runs nothing here
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response


def _opened(stored: StoredFile) -> Iterator[bytes]:
    """The content, its first part proved already."""
    try:
        rest = vault.chunks(stored)
        first = next(rest, b"")
    except vault.Damaged as error:
        log.error("a stored file does not open", file=str(stored.pk), why=str(error))
        raise Refused("Filen kan ikke åbnes: den er slettet eller beskadiget. Kontakt support, hvis den stadig skal bruges.") from None
    return chain([first], rest)
