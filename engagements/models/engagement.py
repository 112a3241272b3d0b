from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts.access import rows_for
from accounts.models import Organisation, Scope
from accounts.states import MUNICIPAL_ROLES, TEAM_ROLES, Relation, Role
from engagements.models.programme import PlanTemplate, ProgrammeVersion
from engagements.states import Area, EngagementState, MailHold, MilestoneState, Party, Phase

if TYPE_CHECKING:
    from accounts.models import User

EVERY_ROW, NO_ROW = Q(pk__isnull=False), Q(pk__in=[])  # an empty Q would vanish in an "or"


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def visible_to(self, user: User) -> EngagementQuerySet:
        """Those that the policy's rows for "view" give one of the user's roles (engagements/access.py; decision 13).

        Nobody sees those of a municipality that they are *inhabil* towards, whatever else they are (decision 12).
        """
        return self.allowing(user, "view")

    def allowing(self, user: User, action: str) -> EngagementQuerySet:
        """Those with which the policy lets the user do `action`."""
        if user.conflicting_ids():
            return self.exclude(municipality__in=user.conflicting_ids())._open_to(user, action)
        return self._open_to(user, action)

    def _open_to(self, user: User, action: str) -> EngagementQuerySet:
        given = NO_ROW
        for row in rows_for(user, "engagement", action):
            given |= _tied(user, row.role, row.relation) & (Q(state__in=row.states) if row.states else EVERY_ROW)
        return self.filter(given)

    def of_team(self, user: User) -> EngagementQuerySet:
        return self.filter(Exists(TeamMember.objects.valid().filter(engagement=OuterRef("pk"), user=user)))

    def with_next(self, today: date) -> EngagementQuerySet:
        """Adds what the portfolio shows: next open milestone, who is waited for, how many are overdue, who leads. One query."""
        milestones = apps.get_model("engagements", "Milestone").objects.filter(engagement=OuterRef("pk"), state=MilestoneState.OPEN)
        owed = milestones.filter(optional=False).order_by("ends_on", "position")
        next_date = Case(When(starts_on__gte=today, then="starts_on"), default="ends_on")  # a period that has begun is due at its end
        coming = milestones.filter(ends_on__gte=today).annotate(next_date=next_date).order_by("next_date", "position")
        late = milestones.filter(optional=False, ends_on__lt=today).values("engagement").annotate(number=Count("pk"))
        lead = TeamMember.objects.valid().filter(engagement=OuterRef("pk"), is_lead=True)
        return self.annotate(
            next_subject=Subquery(coming.values("subject")[:1]),
            next_on=Subquery(coming.values("next_date")[:1]),
            waiting_for=Subquery(owed.values("party")[:1]),
            overdue_count=Coalesce(Subquery(late.values("number")), 0),
            lead_name=Subquery(lead.values("user__full_name")[:1]),
        )

    def waiting_for_party(self, party: str) -> EngagementQuerySet:
        """After `with_next`: those whose earliest open milestone is owed by `party` (or by both)."""
        return self.filter(waiting_for__in=[party, Party.BOTH])  # type: ignore[misc]

    def with_team(self) -> EngagementQuerySet:
        """Reads today's team of all rows in one query."""
        members = TeamMember.objects.valid().select_related("user").order_by("-is_lead", "role", "user__full_name")
        return self.prefetch_related(Prefetch("team_members", members, to_attr="_team"))

    def running(self) -> EngagementQuerySet:
        return self.filter(state__in=[EngagementState.PLANNED, EngagementState.ACTIVE, EngagementState.PAUSED])


def _tied(user: User, role: str, relation: Relation) -> Q:
    """The engagements to which the user has this relation in this role: `Engagement.relations_of`, as a query."""
    if relation == Relation.TEAM:
        return Q(Exists(TeamMember.objects.valid().filter(engagement=OuterRef("pk"), user=user, role=role)))
    if relation == Relation.MUNICIPALITY:
        return Q(municipality__in=user.organisation_ids(role))
    return EVERY_ROW if relation == Relation.NONE else NO_ROW


class Engagement(models.Model):
    scope = models.OneToOneField(Scope, on_delete=models.PROTECT, related_name="engagement", verbose_name="område for adgang")
    municipality = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="engagements", verbose_name="kommune")
    programme_version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="engagements", verbose_name="program")
    area = models.CharField("område", max_length=20, choices=Area)
    state = models.CharField("status", max_length=20, choices=EngagementState, default=EngagementState.PLANNED)
    state_reason = models.TextField("begrundelse for status", blank=True)
    phase = models.CharField("fase", max_length=20, choices=Phase)
    starts_on = models.DateField("start")
    # The template that the plan was copied from; imported rows take its anchors for their purpose.
    plan_template = models.ForeignKey(
        PlanTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="skabelon for tidsplan"
    )
    # Counts every accepted change of the timetable, so that a preview made before somebody else's change is refused.
    plan_number = models.PositiveIntegerField("tidsplanens nummer", default=0)
    # Mails that the system writes to the municipality wait this long in the lead's *Udbakke*; 0 = they go at once.
    mail_hold_hours = models.PositiveSmallIntegerField("mails til kommunen", choices=MailHold, default=MailHold.NONE)
    # Made when the preview is shown: a second click on *Opret* finds the first one's engagement.
    opening_key = models.UUIDField("nøgle for oprettelsen", unique=True, default=uuid.uuid4, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="oprettet af")
    created_at = models.DateTimeField("oprettet", auto_now_add=True)

    objects = EngagementQuerySet.as_manager()

    class Meta:
        verbose_name = "forløb"
        verbose_name_plural = "forløb"
        ordering = ["municipality__name", "-starts_on", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(phase=Phase.APPLICATION), name="engagement_never_in_application")]

    def __str__(self) -> str:
        return f"{self.municipality.display_name}, {self.get_area_display().lower()} {self.starts_on.year}"

    def get_absolute_url(self) -> str:
        return reverse("engagement", args=[self.pk])

    def team(self) -> list[TeamMember]:
        """Who works on it today, the lead first; read once."""
        if not hasattr(self, "_team"):
            self._team = list(self.team_members.valid().select_related("user").order_by("-is_lead", "role", "user__full_name"))
        return self._team

    def relations_of(self, user: User) -> dict[str, set[Relation]]:
        """How the user stands to the engagement in each role. *Inhabil* is to have no relation at all, not even NONE."""
        if self.municipality_id in user.conflicting_ids():
            return {}
        return {role: {Relation.NONE, *self._ties(user, role)} for role in user.roles()}

    def _ties(self, user: User, role: str) -> set[Relation]:
        ties = set()
        if any(member.user_id == user.pk and member.role == role for member in self.team()):
            ties.add(Relation.TEAM)
        if role in MUNICIPAL_ROLES and self.municipality_id in user.organisation_ids(role):
            ties.add(Relation.MUNICIPALITY)
        return ties


class TeamMemberQuerySet(models.QuerySet["TeamMember"]):
    def valid(self) -> TeamMemberQuerySet:
        today = timezone.localdate()
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today), valid_from__lte=today)


class TeamMember(models.Model):
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="team_members", verbose_name="forløb")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="team_memberships", verbose_name="person")
    role = models.CharField("rolle", max_length=20, choices=[(role.value, role.label) for role in TEAM_ROLES])
    is_lead = models.BooleanField("projektleder", default=False, help_text="Kommunens kontakt.")
    valid_from = models.DateField("fra", default=timezone.localdate)
    valid_to = models.DateField("til og med", null=True, blank=True)

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        verbose_name = "teammedlem"
        verbose_name_plural = "teammedlemmer"
        ordering = ["engagement", "-is_lead", "role", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["engagement", "user", "role"], condition=Q(valid_to__isnull=True), name="team_member_one_open"),
            models.UniqueConstraint(fields=["engagement"], condition=Q(is_lead=True, valid_to__isnull=True), name="team_one_lead"),
            models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="team_member_dates"),
            models.CheckConstraint(condition=Q(is_lead=False) | Q(role=Role.CONSULTANT), name="team_lead_is_consultant"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"
