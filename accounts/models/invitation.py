from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models.organisation import Organisation
from accounts.states import ROLE_KINDS, Role

if TYPE_CHECKING:
    from accounts.models.user import User

VALID_FOR = timedelta(days=14)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User) -> InvitationQuerySet:
        """Administrators see every invitation, a leader those to the own municipality; nobody those where they are *inhabil*."""
        if Role.ADMIN in user.roles():
            return self.exclude(organisation__in=user.conflicting_ids())
        return self.filter(organisation__in=user.organisation_ids(Role.LEADER) - user.conflicting_ids())

    def open(self) -> InvitationQuerySet:
        """Neither accepted nor withdrawn; may have expired."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)


class Invitation(models.Model):
    """A role that waits for its person. The address in the mail is signed, so that a copy of this table opens nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("e-mail", max_length=254)
    full_name = models.CharField("navn", max_length=150)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations", verbose_name="organisation")
    role = models.CharField("rolle", max_length=20, choices=Role)
    valid_from = models.DateField("rollen gælder fra", default=timezone.localdate)
    valid_to = models.DateField("rollen gælder til og med", null=True, blank=True)
    # Nobody for the first administrator, whom manage.py invite_admin invites.
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="inviteret af"
    )
    invited_at = models.DateTimeField("inviteret", default=timezone.now)
    expires_at = models.DateTimeField("linket udløber")
    accepted_at = models.DateTimeField("accepteret", null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="accepteret af"
    )
    withdrawn_at = models.DateTimeField("trukket tilbage", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        verbose_name_plural = "invitationer"
        ordering = ["-invited_at"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "organisation",
                "role",
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_open",
                violation_error_message="Personen er allerede inviteret til rollen.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True) | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True), name="invitation_accepted_or_withdrawn"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="invitation_dates",
                violation_error_message="Slutdatoen ligger før startdatoen.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name}, {self.get_role_display()}, {self.organisation.display_name}"

    def clean(self) -> None:
        if self.role and self.organisation_id and self.organisation.kind not in ROLE_KINDS[Role(self.role)]:
            raise ValidationError({"role": f"Rollen {self.get_role_display()} findes ikke i {self.organisation.display_name}."})

    @property
    def is_open(self) -> bool:
        """Whether the link in the mail still works."""
        waits = self.accepted_at is None and self.withdrawn_at is None and timezone.now() < self.expires_at
        return waits and (self.valid_to is None or timezone.localdate() <= self.valid_to)

    def is_for(self, user: User) -> bool:
        return self.email.lower() == user.email.lower()
