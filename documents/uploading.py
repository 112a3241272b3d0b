"""Verbs of files on their way in: begin, take in, finish, drop, sweep. What they refuse, they refuse with the sentence for the sender."""

from __future__ import annotations

import errno
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts import cpr
from accounts.models import Scope, User
from accounts.refusal import Refused
from documents import actions, checking, names, receiving, vault
from documents.models import Document, StoredFile, Upload
from documents.models.stored import path_of
from documents.states import DocumentState
from documents.storage import PARTIAL, Busy, private_storage
from documents.tickets import UploadTicket, in_mb

log = structlog.get_logger(__name__)
BATCH = 500
FEW = 20  # files without a row that a sweep removes whatever else lies there
MOST_UNDER_WAY = 200  # uploads of one person that are begun and not finished
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # what a write says when there is no more room
NO_ROOM = "Der er ikke plads på serveren lige nu. Filen er ikke gemt. Prøv igen om lidt, og kontakt supporten, hvis det bliver ved."
EMPTY = "Filen er tom (0 bytes). Åbn den på din computer, og kontrollér, at der er noget i den."
TOO_MANY = "Du har for mange filer på vej. Vent, til nogle af dem er færdige."
LONGER = "Filen er længere, end den var, da den blev valgt. Vælg den igen."


class TooLarge(Refused):
    """The file, or all of the engagement's together, would take more than is allowed."""


class NoRoom(Refused):
    """The disk is full. Nothing of the file is kept."""


def begin(*, ticket: UploadTicket, raw_name: str, length: int, by: User) -> Upload:
    """A new upload of `length` bytes under a key of its own. Raises Refused (TooLarge, NoRoom) with the sentence for the sender."""
    name = checked_name(raw_name, ticket)
    check_length(length)
    if Upload.objects.visible_to(by).count() >= MOST_UNDER_WAY:
        raise Refused(TOO_MANY)
    require_disk(length)
    with transaction.atomic():
        scope = locked_scope(ticket.scope_id)
        require_quota(scope, length)
        upload_id = uuid.uuid4()
        key = vault.fresh_key(scope, file_id=upload_id)
        return Upload.objects.create(
            pk=upload_id,
            scope=scope,
            by=by,
            kind=ticket.kind,
            object_id=ticket.object_id,
            file_class=ticket.file_class,
            cpr_mode=ticket.cpr_mode,
            name=name,
            length=length,
            wrapped_key=key.wrapped,
        )


def checked_name(raw: str, ticket: UploadTicket) -> str:
    """The name made safe. Raises Refused when it holds a CPR number or ends as no file that is taken here."""
    name = names.clean(raw)
    if cpr.find(name, today=timezone.localdate()):  # what may be one is enough: names stand in logs and receipts, and are soon changed
        raise Refused(f"Filnavnet ser ud til at indeholde et CPR-nummer: {cpr.masked(name)}. Omdøb filen, og vælg den igen.")
    last = names.extension(name)
    if last not in ticket.extensions:
        kind = f"Filer af typen .{last}" if last.isalnum() else "Filer uden type i navnet"
        raise Refused(f"{kind} kan ikke uploades her. Gem filen som {ticket.types_in_words}, og vælg den igen.")
    return name


def check_length(length: int) -> None:
    """Raises TooLarge above the limit for a file, Refused for a file without a byte."""
    if length == 0:
        raise Refused(EMPTY)
    if length > settings.UPLOAD_MAX_BYTES:
        raise TooLarge(f"Filen fylder mere end {in_mb(settings.UPLOAD_MAX_BYTES)}. Del den op, eller gem den i en mindre udgave.")


def require_quota(scope: Scope, length: int) -> None:
    """Raises TooLarge when `length` bytes more would exceed what the scope may hold, with everything that is on its way."""
    here = Document.objects.filter(scope=scope).exclude(state=DocumentState.ERASED).aggregate(total=Sum("size"))["total"] or 0
    coming = Upload.objects.filter(scope=scope).aggregate(total=Sum("length"))["total"] or 0
    if here + coming + length > settings.UPLOAD_SCOPE_BYTES:
        left = max(0, settings.UPLOAD_SCOPE_BYTES - here - coming)
        limit = in_mb(settings.UPLOAD_SCOPE_BYTES)
        raise TooLarge(f"Forløbets filer må fylde {limit} i alt, og der er {in_mb(left)} tilbage. Slet filer, der ikke skal bruges.")


def offset_of(upload: Upload) -> int:
    """From which byte its sender goes on. Never from the end: a file that is whole but became no document is sent its last chunk again."""
    return min(vault.received(upload), (upload.length - 1) // vault.CHUNK * vault.CHUNK)


@contextmanager
def writer(upload: Upload) -> Iterator[vault.Writer]:
    """The writer of an upload that still is one; ours alone. Raises storage.Busy, Http404, and NoRoom when the disk is full: then what was
    kept of it is gone too, so that it takes no room from others.
    """
    try:
        with vault.upload_writer(upload) as found:
            get_object_or_404(Upload, pk=upload.pk)  # another request may have finished or dropped it while we came
            yield found
    except OSError as error:
        if error.errno not in FULL:
            raise
        log.error("no room for an upload", upload=str(upload.pk))
        drop(upload)
        raise NoRoom(NO_ROOM) from error
    Upload.objects.filter(pk=upload.pk).update(touched_at=timezone.now())


@transaction.atomic
def finish(*, upload: Upload, writer: vault.Writer) -> Document:
    """The whole file is there: it becomes a document that waits for its check. Call it while the writer is open. Raises Http404 when
    somebody dropped the upload meanwhile.
    """
    writer.finish()
    current = get_object_or_404(Upload.objects.select_for_update(of=["self"]).select_related("by"), pk=upload.pk)
    document = become_document(current, sha256=writer.sha256)
    current.delete()
    return document


@transaction.atomic
def become_document(upload: Upload, *, sha256: str) -> Document:
    """The document of an upload that is whole, tied to its place by the receiver; `upload` may be a row that was never saved."""
    document = Document.objects.create(
        pk=upload.pk,
        scope_id=upload.scope_id,
        name=upload.name,
        size=upload.length,
        sha256=sha256,
        file_class=upload.file_class,
        cpr_mode=upload.cpr_mode,
        original=actions.store_sealed(upload=upload, sha256=sha256),
        uploaded_by=upload.by,
    )
    receiving.of(upload.kind).arrived(document, upload.object_id, upload.by)
    checking.ring_later()
    return document


def drop(upload: Upload) -> None:
    """Forget an upload: row first, then bytes. Raises storage.Busy while its bytes come in. Leaves alone what became a document."""
    with private_storage().open_partial(path_of(upload.pk)):
        if not StoredFile.objects.filter(pk=upload.pk).exists():
            Upload.objects.filter(pk=upload.pk).delete()
            private_storage().delete(path_of(upload.pk))


def finished(user: User, upload_id: UUID) -> Document | None:
    """The document that this upload of the user's became; asked for by a sender that missed the last answer."""
    return Document.objects.filter(pk=upload_id, uploaded_by=user).first()


def mark_of(upload: Upload) -> str:
    """The SHA-256 of the bytes that are kept, so that a browser goes on only with the very same file; "" while they come in."""
    try:
        with vault.upload_writer(upload) as found:
            return found.sha256
    except Busy:
        return ""


def sweep() -> int:
    """Forget the uploads that stood still for a day, and files that lie there as long without any row; returns how many."""
    before = timezone.now() - settings.UPLOAD_KEPT
    swept = 0
    for upload in Upload.objects.filter(touched_at__lt=before)[:BATCH]:
        with suppress(Busy):
            drop(upload)
            swept += 1
    return swept + _sweep_strays(before)


def _sweep_strays(before: datetime) -> int:
    """Bytes whose request was killed before it had a row: a form without scripts, or a write that had not got its name.

    When there are many, the database is probably not the one of this folder (new, or restored): then nothing is removed.
    """
    storage = private_storage()
    paths = [Path(storage.path(name)) for name in storage.names()]
    strays = [path for path in paths if _written(path) < before.timestamp() and not _has_row(path.name)]
    if len(strays) > max(FEW, len(paths) // 10):
        log.error("so many files without a row that they are left alone: see manage.py check_files", strays=len(strays), files=len(paths))
        return 0
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


def _written(path: Path) -> float:
    """When it was last written; the far future when it is gone."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _has_row(name: str) -> bool:
    """Whether a file of this name belongs to something; what is not named by an id is not ours to remove, but for a torn write."""
    try:
        file_id = UUID(name.removesuffix(PARTIAL))
    except ValueError:
        return True
    if name.endswith(PARTIAL):
        return False
    return StoredFile.objects.filter(pk=file_id).exists() or Upload.objects.filter(pk=file_id).exists()


def locked_scope(scope_id: UUID | str) -> Scope:
    """Locked, so that two files that begin together are counted together."""
    return Scope.objects.select_for_update().get(pk=scope_id)


def require_disk(length: int) -> None:
    """Raises NoRoom when the disk has not room for so many bytes; what others write meanwhile is met while the bytes come in."""
    folder = Path(settings.PRIVATE_FILES_DIR)
    while not folder.exists():
        folder = folder.parent
    if shutil.disk_usage(folder).free < vault.sealed_size(length):
        raise NoRoom(NO_ROOM)
