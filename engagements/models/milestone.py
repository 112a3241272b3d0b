from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import rows_for
from accounts.states import Relation
from engagements.models.engagement import EVERY_ROW, NO_ROW, Engagement
from engagements.states import (
    DAY_PRECISIONS,
    Edge,
    EngagementState,
    Kind,
    MilestoneState,
    Mode,
    Party,
    Phase,
    Precision,
    Purpose,
    Standing,
    Unit,
)

if TYPE_CHECKING:
    from accounts.models import User

Occurrences = list[list[date]]


class FirstDay(Func):
    """First day of the first occurrence; null when there is none."""

    template = "(%(expressions)s)[1][1]"
    output_field = models.DateField()


class LastDay(Func):
    """Last day of the last occurrence; null when there is none."""

    template = "(%(expressions)s)[array_length(%(expressions)s, 1)][2]"
    output_field = models.DateField()


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def visible_to(self, user: User) -> MilestoneQuerySet:
        return self.filter(engagement__in=Engagement.objects.visible_to(user))

    def handed_to(self, user: User) -> MilestoneQuerySet:
        """Those delegated to the user that the policy's rows for "task" give them, while they hold the role and are not *inhabil*."""
        given = NO_ROW
        for row in rows_for(user, "task", "view"):
            if row.relation == Relation.ASSIGNED:
                here = Q(engagement__municipality__in=user.organisation_ids(row.role) - user.conflicting_ids())
                given |= here & (Q(engagement__state__in=row.states) if row.states else EVERY_ROW)
        return self.filter(given, assignment__user=user, party__in=[Party.MUNICIPALITY, Party.BOTH])

    def open(self) -> MilestoneQuerySet:
        return self.filter(state=MilestoneState.OPEN)

    def standing(self) -> MilestoneQuerySet:
        """Those that still count: not dropped."""
        return self.exclude(state=MilestoneState.DROPPED)

    def owed_by(self, *parties: str) -> MilestoneQuerySet:
        return self.filter(party__in=[*parties, Party.BOTH])

    def due_before(self, day: date) -> MilestoneQuerySet:
        return self.filter(ends_on__lt=day)

    def overdue(self, today: date | None = None) -> MilestoneQuerySet:
        """Open, past and not optional (domain rule 15), in an engagement that runs."""
        running = [EngagementState.ACTIVE, EngagementState.PLANNED]
        return self.open().filter(optional=False, engagement__state__in=running).due_before(today or timezone.localdate())

    def coming(self, today: date | None = None) -> MilestoneQuerySet:
        return self.open().filter(ends_on__gte=today or timezone.localdate())

    def chronological(self) -> MilestoneQuerySet:
        return self.order_by(F("starts_on").asc(nulls_last=True), "position", "pk")


class Milestone(models.Model):
    """Every date that somebody must meet. Rows of the template are copied here and live their own life."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="milestones", verbose_name="forløb")
    position = models.PositiveSmallIntegerField("rækkefølge")
    subject = models.CharField("emne", max_length=300)
    note = models.TextField("bemærkning", blank=True, max_length=2000)
    phase = models.CharField("fase", max_length=20, choices=Phase)
    block = models.CharField("blok", max_length=60, blank=True)
    party = models.CharField("hvem", max_length=20, choices=Party)
    counterpart = models.CharField("modpart", max_length=20, choices=Party, blank=True)
    kind = models.CharField("type", max_length=20, choices=Kind)
    optional = models.BooleanField("eventuel", default=False)
    place = models.CharField("sted", max_length=120, blank=True)
    expected_count = models.PositiveSmallIntegerField("antal", null=True, blank=True)

    source_text = models.CharField("dato som skrevet", max_length=300, blank=True)
    precision = models.CharField("nøjagtighed", max_length=20, choices=Precision)
    # [[first day, last day], …] in order of time; a single day is [d, d].
    occurrences = ArrayField(ArrayField(models.DateField(), size=2), verbose_name="datoer", default=list, blank=True)
    # The dates as first agreed, so that a moved date can show what it was.
    baseline = ArrayField(ArrayField(models.DateField(), size=2), verbose_name="oprindelige datoer", default=list, blank=True)
    starts_on = models.GeneratedField(expression=FirstDay("occurrences"), output_field=models.DateField(null=True), db_persist=True)
    ends_on = models.GeneratedField(expression=LastDay("occurrences"), output_field=models.DateField(null=True), db_persist=True)
    # The day on which these dates were set: nobody is reminded of a date that lay in the past already when it was set (decision 22).
    dated_on = models.DateField("dato sat den", default=timezone.localdate)
    # The plan's number when the milestone last changed: only ever grows, also when an undo puts old values back (iCalendar's SEQUENCE).
    revision = models.PositiveIntegerField("revision", default=0)
    adjusted_because = models.CharField("flyttet fordi", max_length=300, blank=True)

    mode = models.CharField("datoen", max_length=20, choices=Mode, default=Mode.FIXED)
    anchor = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="followers", verbose_name="følger")
    edge = models.CharField("regnes fra", max_length=10, choices=Edge, default=Edge.END)
    offset = models.SmallIntegerField("afstand", default=0)
    unit = models.CharField("enhed", max_length=20, choices=Unit, default=Unit.DAYS)
    plus_days = models.SmallIntegerField("plus dage", default=0)
    weekday = models.PositiveSmallIntegerField("ugedag", null=True, blank=True)
    not_before = models.DateField("tidligst", null=True, blank=True)

    state = models.CharField("status", max_length=20, choices=MilestoneState, default=MilestoneState.OPEN)
    state_reason = models.CharField("begrundelse", max_length=500, blank=True)
    met_at = models.DateField("opfyldt den", null=True, blank=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="opfyldt af"
    )

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = "milepæl"
        verbose_name_plural = "milepæle"
        ordering = ["engagement", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=MilestoneState.MET, met_at__isnull=False, met_by__isnull=False)
                | (~Q(state=MilestoneState.MET) & Q(met_at__isnull=True, met_by__isnull=True)),
                name="milestone_met_at_and_by",
            ),
            models.CheckConstraint(condition=~Q(state=MilestoneState.DROPPED) | ~Q(state_reason=""), name="milestone_dropped_with_reason"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="milestone_dates_in_order",
            ),
            models.CheckConstraint(condition=~Q(subject=""), name="milestone_has_subject"),
        ]
        indexes = [models.Index(fields=["engagement", "starts_on"]), models.Index(fields=["state", "ends_on"])]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("milestone", args=[self.engagement_id, self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == MilestoneState.OPEN

    @property
    def is_exact(self) -> bool:
        """A day or days, not a week or longer."""
        return self.precision in DAY_PRECISIONS

    @property
    def was_moved(self) -> bool:
        return self.baseline != self.occurrences

    def standing_on(self, today: date) -> Standing:
        """How it stands on the day `today` (rule 15: an optional one never counts as overdue)."""
        due = self.ends_on
        if self.state == MilestoneState.DROPPED:
            return Standing.DROPPED
        if self.state == MilestoneState.MET:
            return Standing.MET_LATE if due and self.met_at and self.met_at > due else Standing.MET
        if due is None or self.starts_on is None:
            return Standing.UPCOMING
        if due < today:
            return Standing.PAST_OPTIONAL if self.optional else Standing.OVERDUE
        if due == today:
            return Standing.DUE_TODAY
        return Standing.ONGOING if self.starts_on <= today else Standing.UPCOMING


class MilestonePurpose(models.Model):
    """Which milestone it is, so that a later app can meet it. A bundled milestone carries several and is met when all are."""

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="purposes", verbose_name="milepæl")
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+", verbose_name="forløb")
    purpose = models.CharField("formål", max_length=40, choices=Purpose)
    sequence = models.PositiveSmallIntegerField("nummer", default=1)
    dropped = models.BooleanField("bortfaldet", default=False)
    met_at = models.DateField("opfyldt den", null=True, blank=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="opfyldt af"
    )

    class Meta:
        verbose_name = "formål"
        verbose_name_plural = "formål"
        ordering = ["milestone", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "purpose", "sequence"],
                condition=Q(dropped=False) & ~Q(purpose=Purpose.OTHER),
                name="milestone_purpose_unique",
                violation_error_message="Forløbet har allerede en milepæl med det formål.",
            ),
            models.UniqueConstraint(fields=["milestone", "purpose"], name="milestone_purpose_once"),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True, met_by__isnull=True) | Q(met_at__isnull=False, met_by__isnull=False),
                name="milestone_purpose_met_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.sequence}" if self.sequence > 1 else self.get_purpose_display()
