from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from engagements.models.milestone import Milestone
from engagements.states import MeetingState


class Meeting(models.Model):
    """When in the day, where, and with whom a meeting milestone is held. The days are the milestone's own occurrences (decision 26)."""

    milestone = models.OneToOneField(Milestone, on_delete=models.CASCADE, related_name="meeting", verbose_name="milepæl")
    state = models.CharField("status", max_length=10, choices=MeetingState, default=MeetingState.DRAFT)
    starts_at = models.TimeField("fra kl.")
    ends_at = models.TimeField("til kl.")
    place = models.CharField("sted", max_length=200, blank=True)
    link = models.URLField("link", max_length=500, blank=True)
    others = models.CharField("andre deltagere", max_length=300, blank=True)
    # Grows with every change that the invited must hear of; with the milestone's revision it is iCalendar's SEQUENCE.
    sequence = models.PositiveIntegerField("revision", default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="oprettet af")
    created_at = models.DateTimeField("oprettet", auto_now_add=True)

    class Meta:
        verbose_name = "møde"
        verbose_name_plural = "møder"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="meeting_times", violation_error_message="Mødet slutter, før det begynder."
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id} {self.starts_at:%H.%M}"


class MeetingParticipant(models.Model):
    """Somebody who is invited, and what they were last told, so that they hear of a change once and of nothing that was undone."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="participants", verbose_name="møde")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="person")
    removed_at = models.DateTimeField("taget af", null=True, blank=True)
    # A fingerprint of days, times, place and link as the last mail told them; empty before the first and after a cancellation.
    told = models.CharField("senest meddelt", max_length=64, blank=True)

    class Meta:
        verbose_name = "mødedeltager"
        verbose_name_plural = "mødedeltagere"
        ordering = ["meeting", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "user"], name="meeting_participant_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.user_id}"
