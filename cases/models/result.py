"""What comes of the reviews: anonymised findings, what the municipality is shown, the seminar's pages, and the frozen results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse

from cases.models import reach
from cases.models.criteria import CriteriaVersion, Criterion
from cases.models.review import Answer
from cases.models.round import Round
from cases.states import FindingKind, FindingState
from engagements.models import ServiceArea

if TYPE_CHECKING:
    from accounts.models import User


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User) -> FindingQuerySet:
        """Those that the policy's rows for "view" give the user (cases/review_access.py); none of a case that they are *inhabil* in."""
        return self.filter(reach.given(user, "finding", "view", engagement="round__engagement", state="state", case="source__review__case"))


class Finding(models.Model):
    """Something learned, in words that name nobody. It is cleared for publication one by one, and outlives the case that it came from."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="findings", verbose_name="runde")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="findings", verbose_name="kriterium")
    service_area = models.ForeignKey(
        ServiceArea, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ydelsesområde"
    )
    kind = models.CharField("art", max_length=10, choices=FindingKind)
    material = models.BooleanField("væsentlig betydning for afgørelsen", default=False)
    text = models.TextField("tekst")
    state = models.CharField("status", max_length=10, choices=FindingState, default=FindingState.DRAFT)
    source = models.ForeignKey(Answer, on_delete=models.SET_NULL, null=True, blank=True, related_name="findings", verbose_name="kommer fra")
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="godkendt af"
    )
    cleared_at = models.DateTimeField("godkendt", null=True, blank=True)
    created_at = models.DateTimeField("oprettet", auto_now_add=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = "fund"
        verbose_name_plural = "fund"
        ordering = ["round", "criterion__position", "kind", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.criterion}"

    def get_absolute_url(self) -> str:
        return reverse("finding", args=[self.round.engagement_id, self.round.kind, self.pk])


class Release(models.Model):
    """What the municipality sees of the review, frozen as it was previewed: later changes do not reach it."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="release", verbose_name="runde")
    at = models.DateTimeField("frigivet", auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="frigivet af")
    content = models.JSONField("indhold")
    sha256 = models.CharField("sha-256", max_length=64)

    class Meta:
        verbose_name = "frigivelse"
        verbose_name_plural = "frigivelser"

    def __str__(self) -> str:
        return f"Frigivelse, {self.round}"


class SeminarPage(models.Model):
    """One page of the learning seminar: a pattern, a good example and a question; no counts and nobody's case (domain rule 30)."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="seminar_pages", verbose_name="runde")
    position = models.PositiveSmallIntegerField("rækkefølge")
    theme = models.CharField("tema", max_length=120)
    pattern = models.TextField("mønster", blank=True)
    example = models.TextField("godt eksempel", blank=True)
    question = models.TextField("spørgsmål til drøftelse", blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="skrevet af"
    )
    changed_at = models.DateTimeField("skrevet", null=True, blank=True)

    class Meta:
        verbose_name = "side til læringsseminar"
        verbose_name_plural = "sider til læringsseminar"
        ordering = ["round", "position", "pk"]

    def __str__(self) -> str:
        return self.theme


class Snapshot(models.Model):
    """The results of a round, frozen when it is closed: the baseline that a later measurement is compared with."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="snapshot", verbose_name="runde")
    at = models.DateTimeField("frosset", auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="lukket af")
    legal_criteria = models.ForeignKey(
        CriteriaVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="juridiske kriterier"
    )
    viso_criteria = models.ForeignKey(
        CriteriaVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="socialfaglige kriterier"
    )
    content = models.JSONField("resultater")
    sha256 = models.CharField("sha-256", max_length=64)

    class Meta:
        verbose_name = "frosset resultat"
        verbose_name_plural = "frosne resultater"

    def __str__(self) -> str:
        return f"Resultat, {self.round}"
