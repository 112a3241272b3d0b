from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models.scope import Scope
from accounts.states import JobState

if TYPE_CHECKING:
    from accounts.models.user import User

# A job whose worker has been silent this long is taken up again.
LEASE = timedelta(minutes=5)
ATTEMPTS = 3


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User) -> JobQuerySet:
        """A job is seen by the person who asked for it."""
        return self.filter(requested_by=user)

    def due(self) -> JobQuerySet:
        """Waiting jobs, and running ones whose worker fell silent."""
        return self.filter(Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, touched_at__lt=timezone.now() - LEASE))


class Job(models.Model):
    """Long work with progress. The row is the queue: Celery only rings the bell, a lost message loses nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("type", max_length=60)
    title = models.CharField("titel", max_length=200)
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="jobs", verbose_name="område")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="jobs", verbose_name="bestilt af")
    object_id = models.BigIntegerField("objekt")
    back_url = models.CharField("tilbage til", max_length=300)
    state = models.CharField("status", max_length=10, choices=JobState, default=JobState.WAITING)
    step = models.CharField("trin", max_length=200, blank=True)
    done = models.PositiveIntegerField("færdige", default=0)
    total = models.PositiveIntegerField("i alt", default=0)
    attempts = models.PositiveSmallIntegerField("forsøg", default=0)
    result_id = models.UUIDField("resultat", null=True, blank=True)
    error = models.TextField("fejl", blank=True)
    created_at = models.DateTimeField("bestilt", auto_now_add=True)
    touched_at = models.DateTimeField("senest aktiv", default=timezone.now)
    finished_at = models.DateTimeField("færdig", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "job"
        verbose_name_plural = "job"
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="job_progress"),
            models.CheckConstraint(
                condition=Q(state__in=[JobState.DONE, JobState.FAILED], finished_at__isnull=False)
                | Q(state__in=[JobState.WAITING, JobState.RUNNING], finished_at__isnull=True),
                name="job_finished_when_over",
            ),
        ]
        indexes = [models.Index(fields=["state", "created_at"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("job", args=[self.pk])

    @property
    def is_over(self) -> bool:
        return self.state in {JobState.DONE, JobState.FAILED}
