from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models

from accounts.models.scope import Scope


class AuditEntry(models.Model):
    """One thing that somebody did: written inside the action's transaction, never changed afterwards."""

    at = models.DateTimeField("tidspunkt", auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="person")
    verb = models.CharField("handling", max_length=60)
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, null=True, related_name="audit_entries", verbose_name="område")
    target_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+", verbose_name="type")
    target_id = models.CharField("id", max_length=40)
    target_name = models.CharField("objekt", max_length=300)
    changes = models.JSONField("ændringer", default=dict)
    reason = models.TextField("begrundelse", blank=True)
    request_id = models.CharField("forespørgsel", max_length=40, blank=True)

    class Meta:
        verbose_name = "historik"
        verbose_name_plural = "historik"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"]),
            models.Index(fields=["scope", "-at"]),
            models.Index(fields=["target_type", "target_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_name}"
