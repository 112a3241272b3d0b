from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.organisation import Organisation
from accounts.models.user import User
from accounts.states import Role


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def visible_to(self, user: User) -> ConflictQuerySet:
        """Administrators see every conflict, a leader those towards the own municipality, and everybody their own."""
        if Role.ADMIN in user.roles():
            return self
        return self.filter(Q(user=user) | Q(organisation__in=user.organisation_ids(Role.LEADER)))

    def standing(self) -> ConflictQuerySet:
        """Declared and not lifted."""
        return self.filter(lifted_at__isnull=True)


class Conflict(models.Model):
    """A person is *inhabil* towards a municipality: while it stands, it beats every right (domain rule 26)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="conflicts", verbose_name="person")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="conflicts", verbose_name="kommune")
    reason = models.TextField("begrundelse", blank=True)
    declared_at = models.DateTimeField("meldt", auto_now_add=True)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="meldt af")
    lifted_at = models.DateTimeField("ophævet", null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ophævet af"
    )

    objects = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = "inhabilitet"
        verbose_name_plural = "inhabiliteter"
        ordering = ["-declared_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(lifted_at__isnull=True),
                name="conflict_one_standing",
                violation_error_message="Personen er allerede meldt inhabil i forhold til kommunen.",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="conflict_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, inhabil i forhold til {self.organisation.display_name}"
