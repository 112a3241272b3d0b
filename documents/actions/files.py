"""Verbs of stored files: every one is sealed (documents/vault.py)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import partial

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from accounts.models import Scope, User
from documents import sealing, vault
from documents.models import FileKey, StoredFile, Upload, Vault
from documents.models.stored import path_of

UNKNOWN_TYPE = "application/octet-stream"  # of a file that nobody has looked into yet
BATCH = 500


class _Sealed(File):
    """What the storage writes: the content sealed while it is read once, counted and hashed on its way."""

    def __init__(self, content: Iterable[bytes], fresh: vault.FreshKey, stored: StoredFile) -> None:
        super().__init__(None, stored.name)
        self._content, self._fresh, self._stored = content, fresh, stored
        self.taken, self.hash = 0, hashlib.sha256()

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield from sealing.seal(self._passing(), key=self._fresh.key, file_id=self._stored.pk)

    def _passing(self) -> Iterator[bytes]:
        for piece in self._content:
            self.taken += len(piece)
            self.hash.update(piece)
            yield piece


@transaction.atomic
def store(
    *, content: bytes | Iterable[bytes], name: str, content_type: str, scope: Scope, by: User, keep: timedelta | None = None
) -> StoredFile:
    """Seal `content` (whole, or in pieces) under a new id; with `keep` it is deleted by itself when that time has passed.

    Raises OSError when the disk is full; nothing of the file is left then.
    """
    stored = StoredFile(
        scope=scope,
        name=name,
        content_type=content_type,
        created_by=by,
        is_sealed=True,
        expires_at=timezone.now() + keep if keep else None,
    )
    fresh = vault.fresh_key(scope, file_id=stored.pk)
    sealed = _Sealed([content] if isinstance(content, bytes) else content, fresh, stored)
    stored.file.save(name, sealed, save=False)
    stored.size, stored.sha256 = sealed.taken, sealed.hash.hexdigest()
    stored.save(force_insert=True)
    FileKey.objects.create(stored=stored, vault=fresh.vault, wrapped_key=fresh.wrapped)
    return stored


@transaction.atomic
def store_sealed(*, upload: Upload, sha256: str, name: str = "", content_type: str = UNKNOWN_TYPE) -> StoredFile:
    """Take over a file that was sealed while it arrived, where it lies and under the key it has; nothing of it is written anew.

    The caller holds its writer, complete and finished. Its human name belongs to the document that points at it: the row keeps a
    neutral one, because the logs name it by that. Raises Damaged when the disk does not hold all of it.
    """
    if vault.received(upload) != upload.length:
        raise vault.Damaged("The upload is not complete.")
    stored = StoredFile(
        pk=upload.pk,
        scope_id=upload.scope_id,
        name=name or f"Dokument {str(upload.pk)[:8]}",
        content_type=content_type,
        size=upload.length,
        sha256=sha256,
        created_by_id=upload.by_id,
        is_sealed=True,
    )
    stored.file.name = path_of(stored.pk)
    stored.save(force_insert=True)
    FileKey.objects.create(stored=stored, vault=Vault.objects.get(scope=upload.scope_id), wrapped_key=bytes(upload.wrapped_key))
    return stored


@transaction.atomic
def remove(files: Iterable[StoredFile]) -> int:
    """Erase stored files that nothing points at: the keys first, the rows, and the bytes when that is certain; returns how many."""
    files = list(files)
    FileKey.objects.filter(stored__in=files).delete()
    for stored in files:
        storage, name = stored.file.storage, str(stored.file.name)
        stored.delete()
        transaction.on_commit(partial(storage.delete, name))
    return len(files)


def delete_expired() -> int:
    """Delete the files whose time has passed, each by itself; returns how many."""
    return sum(remove([stored]) for stored in StoredFile.objects.filter(expires_at__lt=timezone.now())[:BATCH])
