"""Criteria are data: sets with versions, seeded from cases/catalogue. A version that a round uses is never edited."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cases.states import CriterionGroup, Profession, RuleClass, Scale
from engagements.models import Programme
from engagements.states import Area


class CriteriaSet(models.Model):
    """What one profession asks of a case in some programmes."""

    slug = models.SlugField("kode", unique=True)
    name = models.CharField("navn", max_length=120)
    profession = models.CharField("faglighed", max_length=10, choices=Profession)
    programmes = models.ManyToManyField(Programme, related_name="criteria_sets", verbose_name="programmer")

    class Meta:
        verbose_name = "kriteriesæt"
        verbose_name_plural = "kriteriesæt"
        ordering = ["profession", "name"]

    def __str__(self) -> str:
        return self.name


class CriteriaVersion(models.Model):
    """The criteria as they were agreed at a time. It is edited until it is published; a round pins the one it is reviewed by."""

    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.PROTECT, related_name="versions", verbose_name="kriteriesæt")
    number = models.PositiveSmallIntegerField("version")
    published_at = models.DateTimeField("taget i brug", null=True, blank=True)

    class Meta:
        verbose_name = "version af kriterier"
        verbose_name_plural = "versioner af kriterier"
        ordering = ["criteria_set", "-number"]
        constraints = [models.UniqueConstraint(fields=["criteria_set", "number"], name="criteria_version_unique")]

    def __str__(self) -> str:
        return f"{self.criteria_set}, version {self.number}"


class Criterion(models.Model):
    version = models.ForeignKey(CriteriaVersion, on_delete=models.CASCADE, related_name="criteria", verbose_name="version")
    code = models.SlugField("kode", max_length=40)
    label = models.CharField("navn", max_length=80)
    group = models.CharField("gruppe", max_length=20, choices=CriterionGroup)
    rule_class = models.CharField("regeltype", max_length=10, choices=RuleClass, blank=True)
    scale = models.CharField("skala", max_length=10, choices=Scale)
    guidance = models.TextField("vejledning", blank=True)
    # The basis is the paragraph of the case itself: its service area's on the day of the decision.
    uses_case_paragraph = models.BooleanField("hjemlen er sagens egen paragraf", default=False)
    position = models.PositiveSmallIntegerField("rækkefølge")

    class Meta:
        verbose_name = "kriterium"
        verbose_name_plural = "kriterier"
        ordering = ["version", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="criterion_code_unique")]

    def __str__(self) -> str:
        return self.label


class CriterionBasis(models.Model):
    """The law behind a criterion, in an area and a time. The law shown is the one valid on the decision's date (domain rule 29)."""

    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="bases", verbose_name="kriterium")
    area = models.CharField("kun for område", max_length=20, choices=Area, blank=True, help_text="Tom: alle områder.")
    act = models.CharField("lov", max_length=80)
    paragraphs = models.CharField("paragraffer", max_length=80, help_text="Fx »§ 10« eller »§§ 22-24«.")
    valid_from = models.DateField("gælder fra", null=True, blank=True)
    valid_to = models.DateField("gælder til og med", null=True, blank=True)
    supersedes = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="superseded_by", verbose_name="afløser"
    )
    position = models.PositiveSmallIntegerField("rækkefølge", default=0)

    class Meta:
        verbose_name = "hjemmel for kriterium"
        verbose_name_plural = "hjemler for kriterier"
        ordering = ["criterion", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="criterion_basis_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.paragraphs}"


class CriterionIndicator(models.Model):
    """Something to look for under a focus point; the reviewer marks those that can be seen in the case."""

    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="indicators", verbose_name="kriterium")
    code = models.SlugField("kode", max_length=40)
    text = models.CharField("tekst", max_length=200)
    position = models.PositiveSmallIntegerField("rækkefølge", default=0)

    class Meta:
        verbose_name = "indikator"
        verbose_name_plural = "indikatorer"
        ordering = ["criterion", "position"]
        constraints = [models.UniqueConstraint(fields=["criterion", "code"], name="criterion_indicator_unique")]

    def __str__(self) -> str:
        return self.text
