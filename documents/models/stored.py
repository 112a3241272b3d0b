from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from accounts.models import Scope

if TYPE_CHECKING:
    from accounts.models import User


def path_of(file_id: uuid.UUID) -> str:
    """Where a file lies: named by its id alone, never by what a person called it. A file on its way in lies there already."""
    return f"{str(file_id)[:2]}/{file_id}"


def private_path(stored: StoredFile, filename: str) -> str:
    """As the field asks for it."""
    return path_of(stored.pk)


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def visible_to(self, user: User) -> StoredFileQuerySet:
        """A stored result is seen by the person it was made for; other apps deliver theirs after a check of their own."""
        return self.filter(created_by=user)


class StoredFile(models.Model):
    """Bytes in the vault: under a key of their own, at a path that says nothing. What they mean is said by what points at them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="files", verbose_name="område")
    name = models.CharField("filnavn", max_length=200)
    content_type = models.CharField("type", max_length=100)
    file = models.FileField("fil", upload_to=private_path, max_length=100)
    size = models.PositiveBigIntegerField("bytes")
    sha256 = models.CharField("sha-256", max_length=64)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="oprettet af")
    created_at = models.DateTimeField("oprettet", auto_now_add=True)
    expires_at = models.DateTimeField("slettes", null=True, blank=True)

    # False only for files that were stored before there was a vault, until a migration has sealed them.
    is_sealed = models.BooleanField("krypteret", default=False)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = "fil"
        verbose_name_plural = "filer"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name


class Vault(models.Model):
    """The key of a scope, wrapped by the master key. Without it no file of the scope opens (docs/adr/0015-vault.md)."""

    scope = models.OneToOneField(Scope, on_delete=models.PROTECT, related_name="vault", verbose_name="område")
    wrapped_key = models.BinaryField("nøgle, pakket ind")
    wrapped_at = models.DateTimeField("pakket ind", auto_now=True)

    class Meta:
        verbose_name = "nøgle for et område"
        verbose_name_plural = "nøgler for områder"

    def __str__(self) -> str:
        return f"Nøgle for {self.scope}"


class FileKey(models.Model):
    """The key of one file, wrapped by its vault's. Deleting the row is the erasure: the bytes on disk never open again."""

    stored = models.OneToOneField(StoredFile, on_delete=models.CASCADE, related_name="key", verbose_name="fil")
    vault = models.ForeignKey(Vault, on_delete=models.PROTECT, related_name="keys", verbose_name="nøgle for området")
    wrapped_key = models.BinaryField("nøgle, pakket ind")

    class Meta:
        verbose_name = "nøgle for en fil"
        verbose_name_plural = "nøgler for filer"

    def __str__(self) -> str:
        return f"Nøgle for {self.stored_id}"
