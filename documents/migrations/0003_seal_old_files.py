"""Seals the files that were stored before there was a vault. Each by itself, so that a run that breaks off goes on where it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import migrations, transaction
from django.db.migrations.exceptions import IrreversibleError

from documents import sealing
from documents.storage import private_storage


class Sealed(File):
    def __init__(self, plain: Iterator[bytes], key: bytes, stored: Any) -> None:
        super().__init__(None, str(stored.pk))
        self.plain, self.key, self.stored = plain, key, stored

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield from sealing.seal(self.plain, key=self.key, file_id=self.stored.pk)


def seal_old_files(apps: Any, schema_editor: Any) -> None:
    """A file that is missing stays as it is: `manage.py check_files` names it."""
    files, vaults, keys = (apps.get_model("documents", name) for name in ("StoredFile", "Vault", "FileKey"))
    for pk in list(files.objects.filter(is_sealed=False).values_list("pk", flat=True)):
        stored = files.objects.get(pk=pk)
        if private_storage().exists(stored.file.name):
            key = key_of(stored, vaults, keys)  # committed before a byte is sealed: what is on the disk can always be opened
            if not opens(stored, key):
                seal(stored, key)
            files.objects.filter(pk=pk).update(is_sealed=True)


@transaction.atomic
def key_of(stored: Any, vaults: Any, keys: Any) -> bytes:
    vault = vaults.objects.filter(scope_id=stored.scope_id).first()
    if vault is None:
        wrapped = sealing.wrap(sealing.new_key(), under=settings.VAULT_KEYS[0], bound_to=stored.scope_id)
        vault = vaults.objects.create(scope_id=stored.scope_id, wrapped_key=wrapped)
    scope_key = sealing.unwrap(vault.wrapped_key, under=settings.VAULT_KEYS, bound_to=stored.scope_id)
    found = keys.objects.filter(stored_id=stored.pk).first()
    if found is None:
        wrapped = sealing.wrap(sealing.new_key(), under=scope_key, bound_to=stored.pk)
        found = keys.objects.create(stored_id=stored.pk, vault=vault, wrapped_key=wrapped)
    return sealing.unwrap(found.wrapped_key, under=[scope_key], bound_to=stored.pk)


def opens(stored: Any, key: bytes) -> bool:
    """Whether a run that broke off had sealed it already."""
    try:
        with private_storage().open(stored.file.name) as file:
            return sum(len(chunk) for chunk in sealing.unseal(file, key=key, file_id=stored.pk)) == stored.size
    except sealing.Damaged:
        return False


def seal(stored: Any, key: bytes) -> None:
    """Beside the old one; it takes its name when it is on the disk for good, and the plain text is gone with that."""
    storage = private_storage()
    with storage.open(stored.file.name) as file:
        plain = file.chunks(sealing.CHUNK)
        storage.replace(stored.file.name, Sealed(plain, key, stored))


def refuse(apps: Any, schema_editor: Any) -> None:
    """Without its key no file opens, and a step back would drop the keys."""
    if apps.get_model("documents", "StoredFile").objects.filter(is_sealed=True).exists():
        raise IrreversibleError("There are sealed files: to go back, restore the database and the files from before this version.")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("documents", "0002_vault_documents_uploads"), ("accounts", "0009_grants")]

    operations = [migrations.RunPython(seal_old_files, refuse)]
