from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.scope import Scope

if TYPE_CHECKING:
    from accounts.models.user import User


class GrantQuerySet(models.QuerySet["Grant"]):
    def valid(self) -> GrantQuerySet:
        """Those that hold today. That the person still has a role in the organisation is asked apart (accounts/grants.py)."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=timezone.localdate()), ended_at__isnull=True)

    def held_by(self, user: User, role: str) -> GrantQuerySet:
        """Those that count for the user in this role: given since the role that they hold today began, in its organisation."""
        held = Q(pk__in=[])
        for membership in user.valid_memberships():
            if membership.role == role:
                held |= Q(scope__organisation=membership.organisation_id, given_at__date__gte=membership.valid_from)
        return self.valid().filter(held, user=user)


class Grant(models.Model):
    """An invitation of one person to one object: what the object is, is known by the app above (decision 12)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants", verbose_name="person")
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="grants", verbose_name="område")
    target_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+", verbose_name="type")
    target_id = models.CharField("id", max_length=40)
    actions = ArrayField(models.CharField(max_length=20), verbose_name="må")
    until = models.DateField("til og med", null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="inviteret af")
    given_at = models.DateTimeField("inviteret", auto_now_add=True)
    ended_at = models.DateTimeField("ophørt", null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation til et objekt"
        verbose_name_plural = "invitationer til objekter"
        ordering = ["given_at"]
        indexes = [models.Index(fields=["target_type", "target_id"])]
        constraints = [
            models.UniqueConstraint(fields=["user", "target_type", "target_id"], condition=Q(ended_at__isnull=True), name="grant_one_open")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {', '.join(self.actions)}"
