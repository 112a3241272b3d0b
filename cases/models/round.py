from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases.models import reach
from cases.models.criteria import CriteriaVersion
from cases.states import Disclosure, RoundKind, RoundState
from documents.models import StoredFile
from engagements.models import Engagement, ServiceArea

if TYPE_CHECKING:
    from accounts.models import User


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: User) -> RoundQuerySet:
        """Those that the policy's rows for "view" give the user (cases/access.py)."""
        return self.allowing(user, "view")

    def allowing(self, user: User, action: str) -> RoundQuerySet:
        """Those with which the policy lets the user do `action`."""
        return self.filter(reach.given(user, "round", action, engagement="engagement", state="state"))


class Round(models.Model):
    """One call for cases: the slots Sag 01 … Sag N, what was asked for, and how far the municipality is."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="rounds", verbose_name="forløb")
    kind = models.CharField("runde", max_length=20, choices=RoundKind, default=RoundKind.MAIN)
    state = models.CharField("status", max_length=12, choices=RoundState, default=RoundState.PREPARING)
    case_count = models.PositiveSmallIntegerField("antal sager")
    # What the call-in letter says
    areas = models.ManyToManyField(ServiceArea, related_name="+", verbose_name="ydelsesområder")
    decided_from = models.DateField("afgørelser fra")
    decided_to = models.DateField("afgørelser til og med")
    mix = models.TextField("fordeling", blank=True, help_text="Fx hvor mange bevillinger og afslag.")
    note = models.TextField("bemærkning til kommunen", blank=True)
    letter = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="indkaldelsesbrev"
    )
    called_in_at = models.DateTimeField("indkaldt", null=True, blank=True)
    called_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="indkaldt af"
    )
    # A consultant may accept fewer cases than the programme's, with a reason (domain rule 18).
    dispensed_count = models.PositiveSmallIntegerField("dispensation: antal sager", null=True, blank=True)
    dispensed_reason = models.CharField("begrundelse for dispensation", max_length=500, blank=True)
    dispensed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="dispensation givet af"
    )
    # The review: the versions of the criteria are pinned when the first case is given to somebody.
    legal_criteria = models.ForeignKey(
        CriteriaVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="juridiske kriterier"
    )
    viso_criteria = models.ForeignKey(
        CriteriaVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="socialfaglige kriterier"
    )
    review_due_on = models.DateField("gennemgået senest", null=True, blank=True)
    released_at = models.DateTimeField("frigivet", null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="frigivet af"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="oprettet af")
    created_at = models.DateTimeField("oprettet", auto_now_add=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = "sagsrunde"
        verbose_name_plural = "sagsrunder"
        ordering = ["engagement", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["engagement", "kind"], name="round_unique"),
            models.CheckConstraint(condition=Q(decided_to__gte=F("decided_from")), name="round_period"),
            models.CheckConstraint(
                condition=Q(dispensed_count__isnull=True) | Q(dispensed_count__lt=F("case_count"), dispensed_count__gte=1),
                name="round_dispensation_is_fewer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.engagement}"

    def get_absolute_url(self) -> str:
        return reverse("cases", args=[self.engagement_id, self.kind])

    @property
    def letter_query(self) -> str:
        """What the addresses of its letter carry besides the engagement: nothing of the main round."""
        return "" if self.kind == RoundKind.MAIN else f"?runde={self.kind}"

    @property
    def needed(self) -> int:
        """How many cases are handed in: the programme's number, or the one that was dispensed to."""
        return self.dispensed_count or self.case_count

    @property
    def viso_count(self) -> int | None:
        """How many of the cases VISO reviews too; None where it reviews them all, 0 where it has no part."""
        return self.engagement.programme_version.viso_count

    @property
    def disclosure(self) -> Disclosure:
        """Whether the municipality sees what was found: the state that the policy asks about results."""
        return Disclosure.RELEASED if self.released_at else Disclosure.INTERNAL
