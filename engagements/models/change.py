from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from engagements.models.engagement import Engagement
from engagements.models.milestone import Milestone
from engagements.states import ChangeKind


class ChangeSetQuerySet(models.QuerySet["ChangeSet"]):
    def accepted(self) -> ChangeSetQuerySet:
        return self.filter(undone_at__isnull=True)


class ChangeSet(models.Model):
    """One accepted change of the timetable, however many dates it moved: who, when, why; undone as a whole."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="change_sets", verbose_name="forløb")
    kind = models.CharField("type", max_length=20, choices=ChangeKind)
    summary = models.CharField("hvad", max_length=300)
    reason = models.TextField("begrundelse", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="person")
    at = models.DateTimeField("tidspunkt", auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="fortrudt af"
    )
    undone_at = models.DateTimeField("fortrudt", null=True, blank=True)

    objects = ChangeSetQuerySet.as_manager()

    class Meta:
        verbose_name = "ændring af tidsplan"
        verbose_name_plural = "ændringer af tidsplan"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="change_set_undone_at_and_by",
            )
        ]

    def __str__(self) -> str:
        return self.summary


class MilestoneChange(models.Model):
    """A milestone before and after a change set; before is null when it was added, after when it was deleted."""

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="changes", verbose_name="ændring")
    # No database constraint: the row outlives a deleted milestone, so that the deletion can be undone.
    milestone = models.ForeignKey(
        Milestone, on_delete=models.DO_NOTHING, db_constraint=False, related_name="changes", verbose_name="milepæl"
    )
    before = models.JSONField("før", null=True)
    after = models.JSONField("efter", null=True)
    why = models.CharField("hvorfor", max_length=300, blank=True)

    class Meta:
        verbose_name = "ændring af milepæl"
        verbose_name_plural = "ændringer af milepæle"
        ordering = ["change_set", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["change_set", "milestone"], name="milestone_change_once"),
            models.CheckConstraint(condition=Q(before__isnull=False) | Q(after__isnull=False), name="milestone_change_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.change_set_id}: {self.milestone_id}"
