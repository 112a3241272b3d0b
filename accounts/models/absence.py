from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models.user import User


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, user: User) -> AbsenceQuerySet:
        """A person's own."""
        return self.filter(user=user)

    def standing_in(self, user: User) -> AbsenceQuerySet:
        """Those of colleagues for whom the person stands in."""
        return self.filter(deputy=user)

    def not_over(self) -> AbsenceQuerySet:
        return self.filter(last_day__gte=timezone.localdate())

    def on(self, day: date | None = None) -> AbsenceQuerySet:
        """Who is away on `day` (today)."""
        day = day or timezone.localdate()
        return self.filter(first_day__lte=day, last_day__gte=day)


class Absence(models.Model):
    """*Fravær*: from a day to a day (both included) somebody is away, and a colleague gets their reminders."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences", verbose_name="person")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="stedfortræder")
    first_day = models.DateField("fra")
    last_day = models.DateField("til og med")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "fravær"
        verbose_name_plural = "fravær"
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="absence_dates",
                violation_error_message="Slutdatoen ligger før startdatoen.",
            ),
            models.CheckConstraint(
                condition=~Q(user=F("deputy")), name="absence_deputy_is_another", violation_error_message="Vælg en anden som stedfortræder."
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.first_day} – {self.last_day}"
