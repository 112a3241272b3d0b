from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from engagements.models.engagement import Engagement

if TYPE_CHECKING:
    from accounts.models import User


class TimetableDraftQuerySet(models.QuerySet["TimetableDraft"]):
    def visible_to(self, user: User) -> TimetableDraftQuerySet:
        """A draft is its author's alone."""
        return self.filter(by=user)


class TimetableDraft(models.Model):
    """A pasted timetable on its way in: kept until it is imported, so that a lost session loses nothing. One per person and engagement."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="timetable_drafts", verbose_name="forløb")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="person")
    text = models.TextField("indsat tekst")
    year = models.PositiveSmallIntegerField("årstal", null=True, blank=True)
    updated_at = models.DateTimeField("ændret", auto_now=True)

    objects = TimetableDraftQuerySet.as_manager()

    class Meta:
        verbose_name = "tidsplan på vej ind"
        verbose_name_plural = "tidsplaner på vej ind"
        constraints = [models.UniqueConstraint(fields=["engagement", "by"], name="timetable_draft_unique")]

    def __str__(self) -> str:
        return f"{self.engagement_id} {self.by_id}"
