from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models

from accounts.models.scope import Scope
from accounts.states import ReadAction


class AccessLog(models.Model):
    """One sensitive read: who saw or took what, and why. Written before the bytes leave, never changed afterwards."""

    at = models.DateTimeField("tidspunkt", auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="person")
    roles = models.CharField("roller", max_length=200, help_text="De roller, personen havde på tidspunktet.")
    action = models.CharField("handling", max_length=10, choices=ReadAction)
    purpose = models.CharField("formål", max_length=300)
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, null=True, related_name="access_log", verbose_name="område")
    target_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="type")
    target_id = models.CharField("id", max_length=40, blank=True)
    target_name = models.CharField("objekt", max_length=300)
    request_id = models.CharField("forespørgsel", max_length=40, blank=True)

    class Meta:
        verbose_name = "opslag"
        verbose_name_plural = "opslag"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at", "-id"]), models.Index(fields=["scope", "-at"]), models.Index(fields=["by", "-at"])]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.target_name}"
