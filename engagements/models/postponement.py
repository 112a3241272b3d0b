from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from engagements.models.change import ChangeSet
from engagements.models.milestone import Milestone
from engagements.states import PostponementState, Precision

OPEN_STATES = (PostponementState.ASKED, PostponementState.OFFERED)


class PostponementQuerySet(models.QuerySet["Postponement"]):
    def open(self) -> PostponementQuerySet:
        return self.filter(state__in=OPEN_STATES)


class Postponement(models.Model):
    """*Udsættelse*: the municipality asks for another date with a reason; the consultant grants it, offers another, or declines."""

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="postponements", verbose_name="milepæl")
    state = models.CharField("status", max_length=10, choices=PostponementState, default=PostponementState.ASKED)
    # [[first day, last day], …], as the milestone's own occurrences
    wished = ArrayField(ArrayField(models.DateField(), size=2), verbose_name="ønsket dato")
    wished_precision = models.CharField("ønskets nøjagtighed", max_length=20, choices=Precision)
    reason = models.TextField("begrundelse", max_length=2000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="bedt om af")
    asked_at = models.DateTimeField("bedt om", auto_now_add=True)
    offered = ArrayField(ArrayField(models.DateField(), size=2), verbose_name="tilbudt dato", default=list, blank=True)
    offered_precision = models.CharField("tilbuddets nøjagtighed", max_length=20, choices=Precision, blank=True)
    answer = models.TextField("svar", max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="besvaret af"
    )
    answered_at = models.DateTimeField("besvaret", null=True, blank=True)
    change_set = models.ForeignKey(
        ChangeSet, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="ændring af tidsplanen"
    )

    objects = PostponementQuerySet.as_manager()

    class Meta:
        verbose_name = "udsættelse"
        verbose_name_plural = "udsættelser"
        ordering = ["-asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["milestone"], condition=Q(state__in=OPEN_STATES), name="postponement_one_open",
                violation_error_message="Der er allerede bedt om udsættelse af fristen.",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True) | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="postponement_answered_at_and_by",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.milestone_id}: {self.get_state_display()}"
