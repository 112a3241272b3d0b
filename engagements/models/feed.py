from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from engagements.models.engagement import Engagement

if TYPE_CHECKING:
    from accounts.models import User


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def visible_to(self, user: User) -> CalendarFeedQuerySet:
        """A person's own."""
        return self.filter(user=user)

    def standing(self) -> CalendarFeedQuerySet:
        """Those that still answer."""
        return self.filter(revoked_at__isnull=True)


class CalendarFeed(models.Model):
    """A secret address from which somebody's calendar reads their dates; revoked, it answers no more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds", verbose_name="person")
    engagement = models.ForeignKey(
        Engagement, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name="kun forløbet"
    )
    created_at = models.DateTimeField("oprettet", auto_now_add=True)
    revoked_at = models.DateTimeField("spærret", null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = "kalenderlink"
        verbose_name_plural = "kalenderlinks"
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d}"
