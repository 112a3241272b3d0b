from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models.organisation import Organisation
from accounts.models.user import User
from accounts.states import ROLE_KINDS, Role


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: User) -> MembershipQuerySet:
        """Administrators see every role, a leader those in the own municipality; nobody those where they are *inhabil*."""
        if Role.ADMIN in user.roles():
            return self.exclude(organisation__in=user.conflicting_ids())
        return self.filter(organisation__in=user.organisation_ids(Role.LEADER) - user.conflicting_ids())

    def not_over(self, on: date | None = None) -> MembershipQuerySet:
        """Memberships that count on the day `on` (today) or will."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on or timezone.localdate()))

    def valid(self, on: date | None = None) -> MembershipQuerySet:
        """Memberships that count on the day `on` (today)."""
        day = on or timezone.localdate()
        return self.not_over(day).filter(valid_from__lte=day)


class Membership(models.Model):
    """A person's role in an organisation, from a day to a day (both included)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name="person")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships", verbose_name="organisation")
    role = models.CharField("rolle", max_length=20, choices=Role)
    valid_from = models.DateField("fra", default=timezone.localdate)
    valid_to = models.DateField("til og med", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "rolle"
        verbose_name_plural = "roller"
        ordering = ["user", "valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="membership_dates",
                violation_error_message="Slutdatoen ligger før startdatoen.",
            ),
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(valid_to__isnull=True),
                name="membership_one_open",
                violation_error_message="Personen har allerede rollen.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.organisation.display_name}"

    def clean(self) -> None:
        if self.role and self.organisation_id and self.organisation.kind not in ROLE_KINDS[Role(self.role)]:
            raise ValidationError({"role": f"Rollen {self.get_role_display()} findes ikke i {self.organisation.display_name}."})
