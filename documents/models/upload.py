from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from accounts.models import Scope
from documents.states import CprMode, FileClass

if TYPE_CHECKING:
    from accounts.models import User


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: User) -> UploadQuerySet:
        """An upload under way is its sender's alone."""
        return self.filter(by=user)


class Upload(models.Model):
    """A file on its way in (tus 1.0): its bytes are sealed as they arrive; how far it is, is the size of what lies on disk.

    When the last byte is there it becomes a Document and the row goes. One that stands still is swept after a day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+", verbose_name="område")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="afsender")
    kind = models.CharField("modtager", max_length=40, help_text="Hvilken slags side filen kommer fra (documents/tickets.py).")
    object_id = models.CharField("id", max_length=40)
    file_class = models.CharField("slags", max_length=10, choices=FileClass)
    cpr_mode = models.CharField("CPR-numre", max_length=10, choices=CprMode)
    name = models.CharField("filnavn", max_length=200)
    length = models.PositiveBigIntegerField("bytes i alt")
    wrapped_key = models.BinaryField("nøgle, pakket ind")
    started_at = models.DateTimeField("begyndt", auto_now_add=True)
    touched_at = models.DateTimeField("sidste livstegn", auto_now=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = "upload"
        verbose_name_plural = "uploads"
        ordering = ["started_at"]

    def __str__(self) -> str:
        return self.name
