"""The vault: every file under a key of its own, wrapped by the key of its scope, wrapped by the master key (docs/adr/0015-vault.md).

A file opens only as itself, in its own scope, and only while its key row stands: deleting that row is the erasure.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.models import Scope
from documents import sealing
from documents.models import FileKey, StoredFile, Upload, Vault
from documents.models.stored import path_of
from documents.sealing import CHUNK, Damaged, Writer, kept_size, sealed_size
from documents.storage import private_storage

__all__ = [
    "CHUNK", "Damaged", "FreshKey", "NoKey", "Writer", "chunks", "fresh_key", "kept_size", "key_of", "key_of_upload", "newest_opens",
    "read", "received", "sealed_size", "upload_writer",
]  # fmt: skip


class NoKey(Damaged):
    """The file was erased, or was never sealed: there is no key."""


@dataclass(frozen=True)
class FreshKey:
    """A new key for one file, with what is stored of it."""

    vault: Vault
    key: bytes
    wrapped: bytes


def fresh_key(scope: Scope, *, file_id: UUID) -> FreshKey:
    """A key for the file with this id; the scope gets its own when this is its first file. Call it in the transaction that stores it."""
    vault, _ = Vault.objects.get_or_create(scope=scope, defaults={"wrapped_key": _new_scope_key(scope)})
    key = sealing.new_key()
    return FreshKey(vault, key, sealing.wrap(key, under=_scope_key(vault, scope.pk), bound_to=file_id))


def key_of(stored: StoredFile) -> bytes:
    """The key of a file. Raises NoKey when it is erased, Damaged when its key rows are not what was stored."""
    row = FileKey.objects.select_related("vault").filter(stored=stored).first()
    if row is None:
        raise NoKey("The file has no key.")
    return sealing.unwrap(row.wrapped_key, under=[_scope_key(row.vault, stored.scope_id)], bound_to=stored.pk)


def key_of_upload(upload: Upload) -> bytes:
    """The key of a file on its way in; it stays the same when the file has arrived (documents.actions.store_sealed)."""
    vault = Vault.objects.get(scope=upload.scope_id)
    return sealing.unwrap(upload.wrapped_key, under=[_scope_key(vault, upload.scope_id)], bound_to=upload.pk)


def chunks(stored: StoredFile) -> Iterator[bytes]:
    """The content, at most 1 MiB at a time, each part proved before it is handed out. Raises Damaged: at once without a key or a file,
    on the way where the file is not what was sealed.
    """
    key = key_of(stored)
    try:
        file = stored.file.storage.open(str(stored.file.name))
    except OSError:
        raise Damaged("The file is missing.") from None
    return _proved(stored, file, key)


def read(stored: StoredFile) -> bytes:
    """The whole content, for files that are known to be small. Raises Damaged."""
    return b"".join(chunks(stored))


@contextmanager
def upload_writer(upload: Upload) -> Iterator[Writer]:
    """The writer of a file on its way in, at the place where the last one broke off; what is sealed is on the disk for good at the end,
    however it ends. Raises Busy (documents/storage.py) when somebody writes already. It reads back what is there: ask once per request.
    """
    key = key_of_upload(upload)
    with private_storage().open_partial(path_of(upload.pk)) as file:
        writer = Writer(file, key=key, file_id=upload.pk, length=upload.length)
        try:
            yield writer
        finally:
            writer.finish()


def received(upload: Upload) -> int:
    """How many bytes of a file on its way in are kept: from where its sender goes on."""
    name, storage = path_of(upload.pk), private_storage()
    return kept_size(storage.size(name), upload.length) if storage.exists(name) else 0


def newest_opens() -> bool:
    """Whether the newest key of a scope opens with the master keys we have; True while there is none."""
    newest = Vault.objects.order_by("-pk").first()
    try:
        return newest is None or bool(_scope_key(newest, newest.scope_id))
    except Damaged:
        return False


def _proved(stored: StoredFile, file: IO[Any], key: bytes) -> Iterator[bytes]:
    size = 0
    with file:
        for chunk in sealing.unseal(file, key=key, file_id=stored.pk):
            size += len(chunk)
            yield chunk
    if size != stored.size:
        raise Damaged("The file has another size than it was stored with.")


def _new_scope_key(scope: Scope) -> bytes:
    return sealing.wrap(sealing.new_key(), under=_master_keys()[0], bound_to=scope.pk)


def _scope_key(vault: Vault, scope_id: UUID) -> bytes:
    return sealing.unwrap(vault.wrapped_key, under=_master_keys(), bound_to=scope_id)


def _master_keys() -> list[bytes]:
    if not settings.VAULT_KEYS:
        raise ImproperlyConfigured("VAULT_KEY is not set (see docs/configuration.md).")
    keys: list[bytes] = settings.VAULT_KEYS
    return keys
