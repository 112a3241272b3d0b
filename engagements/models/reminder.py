from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Notice
from engagements.models.milestone import Milestone
from engagements.states import EngagementState, MilestoneState, ReminderState


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def waiting(self) -> ReminderQuerySet:
        return self.filter(state=ReminderState.WAITING)

    def due(self) -> ReminderQuerySet:
        """Those to be dispatched now: their time has come, and their engagement runs (not paused, not over)."""
        running = [EngagementState.PLANNED, EngagementState.ACTIVE]
        open_now = Q(milestone__state=MilestoneState.OPEN, milestone__engagement__state__in=running)
        return self.waiting().filter(open_now, due_at__lte=timezone.now())


class Reminder(models.Model):
    """One step of the ladder of one milestone's date, for one person who answers for it: a row before it is a mail.

    A moved date makes new rows and cancels the waiting ones; an undo takes these up again and never repeats a dispatched one.
    """

    # No database constraint: the row outlives a deleted milestone, so that a deletion undone does not remind twice.
    milestone = models.ForeignKey(
        Milestone, on_delete=models.DO_NOTHING, db_constraint=False, related_name="reminders", verbose_name="milepæl"
    )
    due_on = models.DateField("frist")
    step = models.CharField("trin", max_length=20)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="modtager")
    due_at = models.DateTimeField("sendes tidligst")
    state = models.CharField("status", max_length=12, choices=ReminderState, default=ReminderState.WAITING)
    cancelled_because = models.CharField("annulleret fordi", max_length=200, blank=True)
    dispatched_at = models.DateTimeField("afsendt", null=True, blank=True)
    notice = models.ForeignKey(Notice, on_delete=models.SET_NULL, null=True, blank=True, related_name="reminders", verbose_name="besked")
    created_at = models.DateTimeField("oprettet", auto_now_add=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = "påmindelse"
        verbose_name_plural = "påmindelser"
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["milestone", "due_on", "step", "recipient"], name="reminder_once"),
            models.CheckConstraint(
                condition=Q(state=ReminderState.DISPATCHED, dispatched_at__isnull=False)
                | (~Q(state=ReminderState.DISPATCHED) & Q(dispatched_at__isnull=True)),
                name="reminder_dispatched_at",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state=ReminderState.WAITING), name="reminder_waiting")]

    def __str__(self) -> str:
        return f"{self.milestone_id} {self.step} {self.recipient_id}"


class ReminderPause(models.Model):
    """*Aftalt pr. telefon*: nobody is reminded of the milestone until after a day."""

    milestone = models.OneToOneField(Milestone, on_delete=models.CASCADE, related_name="reminder_pause", verbose_name="milepæl")
    until = models.DateField("til og med")
    note = models.CharField("aftale", max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="person")
    at = models.DateTimeField("tidspunkt", auto_now_add=True)

    class Meta:
        verbose_name = "pause i påmindelser"
        verbose_name_plural = "pauser i påmindelser"

    def __str__(self) -> str:
        return f"{self.milestone_id} til {self.until}"

    def covers(self, day: date) -> bool:
        return day <= self.until


class Assignment(models.Model):
    """*Uddelegeret*: the person who answers for a milestone instead of everybody whose role does."""

    milestone = models.OneToOneField(Milestone, on_delete=models.CASCADE, related_name="assignment", verbose_name="milepæl")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments", verbose_name="ansvarlig")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="uddelegeret af")
    at = models.DateTimeField("tidspunkt", auto_now=True)

    class Meta:
        verbose_name = "uddelegering"
        verbose_name_plural = "uddelegeringer"

    def __str__(self) -> str:
        return f"{self.milestone_id}: {self.user_id}"
