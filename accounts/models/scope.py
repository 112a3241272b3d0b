from __future__ import annotations

import uuid

from django.db import models

from accounts.models.organisation import Organisation


class Scope(models.Model):
    """What belongs together and to one municipality: made by an application or an engagement, handed on from the first to the second.

    History, jobs, files and grants hang on the scope, so that no key ever points upwards (docs/adr/0002-scope.md).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="scopes", verbose_name="kommune")
    created_at = models.DateTimeField("oprettet", auto_now_add=True)

    class Meta:
        verbose_name = "område for adgang"
        verbose_name_plural = "områder for adgang"

    def __str__(self) -> str:
        return f"{self.organisation.display_name} {self.pk}"
