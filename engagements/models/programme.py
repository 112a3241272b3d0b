"""Programmes are data: versioned rows, seeded from engagements/catalogue and edited in Django admin."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from engagements.states import Area, Edge, EngagementKind, Kind, Mode, Party, Phase, Purpose, Unit


class CprPolicy(models.TextChoices):
    REFUSE = "refuse", "Afvis filer med CPR-numre"
    WARN = "warn", "Advar om CPR-numre"
    MASK = "mask", "Maskér CPR-numre"


class Programme(models.Model):
    slug = models.SlugField("kode", unique=True)
    name = models.CharField("navn", max_length=120, unique=True)
    short_name = models.CharField("kort navn", max_length=40)
    kind = models.CharField("type", max_length=10, choices=EngagementKind)
    areas = ArrayField(models.CharField(max_length=20, choices=Area), verbose_name="områder")
    position = models.PositiveSmallIntegerField("rækkefølge", default=0)

    class Meta:
        verbose_name = "program"
        verbose_name_plural = "programmer"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class ProgrammeVersion(models.Model):
    """The numbers of a programme as they were agreed at a time. A running engagement pins its version."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions", verbose_name="program")
    number = models.PositiveSmallIntegerField("version")
    valid_from = models.DateField("gælder fra")
    case_count = models.PositiveSmallIntegerField("antal sager", default=0)
    viso_count = models.PositiveSmallIntegerField("sager til VISO", null=True, blank=True, help_text="Tom: VISO ser alle sager.")
    meeting_interval_weeks = models.PositiveSmallIntegerField("uger mellem statusmøder", null=True, blank=True)
    case_review_every = models.PositiveSmallIntegerField("sagsgennemgang hvert … statusmøde", null=True, blank=True)
    follow_up_months = models.PositiveSmallIntegerField("måneder til opfølgende møde", null=True, blank=True)
    uses_status_measurement = models.BooleanField("bruger statusmåling", default=False)
    uses_cooperation_agreement = models.BooleanField("bruger samarbejdsaftale", default=False)
    cpr_policy = models.CharField("CPR-numre i filer", max_length=10, choices=CprPolicy, default=CprPolicy.WARN)

    class Meta:
        verbose_name = "programversion"
        verbose_name_plural = "programversioner"
        ordering = ["programme", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="programme_version_unique"),
            models.CheckConstraint(
                condition=Q(viso_count__isnull=True) | Q(viso_count__lte=F("case_count")), name="programme_viso_within_cases"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme.name}, version {self.number}"

    def phase_list(self) -> list[Phase]:
        """The phases in order; a temadag has fewer."""
        return [Phase(row.phase) for row in self.phases.all()]


class ProgrammePhase(models.Model):
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="phases", verbose_name="version")
    phase = models.CharField("fase", max_length=20, choices=[choice for choice in Phase.choices if choice[0] != Phase.APPLICATION])
    position = models.PositiveSmallIntegerField("rækkefølge")
    months = models.PositiveSmallIntegerField("måneder (vejledende)", null=True, blank=True)

    class Meta:
        verbose_name = "fase"
        verbose_name_plural = "faser"
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "phase"], name="programme_phase_unique"),
            models.UniqueConstraint(fields=["version", "position"], name="programme_phase_position_unique"),
        ]

    def __str__(self) -> str:
        return self.get_phase_display()


class Theme(models.Model):
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="themes", verbose_name="version")
    position = models.PositiveSmallIntegerField("rækkefølge")
    name = models.CharField("navn", max_length=120)

    class Meta:
        verbose_name = "tema"
        verbose_name_plural = "temaer"
        ordering = ["version", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="theme_unique")]

    def __str__(self) -> str:
        return self.name


class ServiceArea(models.Model):
    """A benefit type (ydelsesområde) with the law it rests on, valid in a time: labels and paragraphs change with the law."""

    area = models.CharField("område", max_length=20, choices=Area)
    name = models.CharField("navn", max_length=120)
    valid_from = models.DateField("gælder fra", null=True, blank=True)
    valid_to = models.DateField("gælder til og med", null=True, blank=True)

    class Meta:
        verbose_name = "ydelsesområde"
        verbose_name_plural = "ydelsesområder"
        ordering = ["area", "name", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["area", "name", "valid_from"], name="service_area_unique", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="service_area_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LegalBasis(models.Model):
    """Act and paragraph. The act is always printed: § 85 is one thing in serviceloven and another in barnets lov."""

    service_area = models.ForeignKey(ServiceArea, on_delete=models.CASCADE, related_name="legal_bases", verbose_name="ydelsesområde")
    link = models.CharField("forbindelse", max_length=10, blank=True, help_text="Ordet foran hjemlen, fx »og« eller »jf.«.")
    act = models.CharField("lov", max_length=80)
    paragraphs = models.CharField("paragraffer", max_length=60, help_text="Fx »§ 84« eller »§§ 95 og 96«.")

    class Meta:
        verbose_name = "lovhjemmel"
        verbose_name_plural = "lovhjemler"
        ordering = ["service_area", "pk"]
        constraints = [models.UniqueConstraint(fields=["service_area", "act", "paragraphs"], name="legal_basis_unique")]

    def __str__(self) -> str:
        return f"{self.link} {self.act} {self.paragraphs}".strip()


class PlanTemplate(models.Model):
    """A timetable that a new engagement can be opened with. Opening copies its rows; later edits never touch a running engagement."""

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="plan_templates", verbose_name="version")
    slug = models.SlugField("kode")
    name = models.CharField("navn", max_length=120)
    is_default = models.BooleanField("foreslås først", default=False)

    class Meta:
        verbose_name = "skabelon for tidsplan"
        verbose_name_plural = "skabeloner for tidsplan"
        ordering = ["version", "-is_default", "name"]
        constraints = [
            models.UniqueConstraint(fields=["version", "slug"], name="plan_template_unique"),
            models.UniqueConstraint(fields=["version"], condition=Q(is_default=True), name="plan_template_one_default"),
        ]

    def __str__(self) -> str:
        return self.name


class MilestoneTemplate(models.Model):
    """One row of a plan template: what, whose, and how its date is found (engagements/schedule.py)."""

    template = models.ForeignKey(PlanTemplate, on_delete=models.CASCADE, related_name="rows", verbose_name="skabelon")
    key = models.SlugField("kode", max_length=60)
    position = models.PositiveSmallIntegerField("rækkefølge")
    subject = models.CharField("emne", max_length=300)
    phase = models.CharField("fase", max_length=20, choices=Phase)
    block = models.CharField("blok", max_length=60, blank=True, help_text="Inden for en blok holdes rækkefølgen.")
    party = models.CharField("hvem", max_length=20, choices=Party)
    counterpart = models.CharField("modpart", max_length=20, choices=Party, blank=True)
    kind = models.CharField("type", max_length=20, choices=Kind)
    purposes = ArrayField(models.CharField(max_length=40, choices=Purpose), verbose_name="formål", default=list, blank=True)
    optional = models.BooleanField("eventuel", default=False)
    place = models.CharField("sted", max_length=120, blank=True)
    expected_count = models.PositiveSmallIntegerField("antal", null=True, blank=True)
    mode = models.CharField("dato", max_length=20, choices=Mode, default=Mode.RELATIVE)
    anchor = models.CharField("regnes fra", max_length=60, blank=True, help_text="Kode på en anden række; tom = forløbets start.")
    edge = models.CharField("regnes fra ankerets", max_length=10, choices=Edge, default=Edge.END)
    offset = models.SmallIntegerField("afstand", default=0)
    unit = models.CharField("enhed", max_length=20, choices=Unit, default=Unit.DAYS)
    plus_days = models.SmallIntegerField("plus dage", default=0)
    length = models.PositiveSmallIntegerField("varighed", default=1)
    length_unit = models.CharField("varighed i", max_length=20, choices=Unit, default=Unit.DAYS)
    weekday = models.PositiveSmallIntegerField("ugedag", null=True, blank=True, help_text="1 = mandag … 7 = søndag.")
    not_before_month = models.PositiveSmallIntegerField("ikke før måned", null=True, blank=True)
    not_before_months = models.SmallIntegerField(
        "ikke før den 1. i måned nr.", null=True, blank=True, help_text="Måneder efter planens start."
    )
    not_before_days = models.SmallIntegerField("plus dage (ikke før)", default=0)
    every_weeks = models.PositiveSmallIntegerField("gentages hver … uge", null=True, blank=True)
    until = models.CharField("gentages indtil", max_length=60, blank=True)
    only_if = models.CharField("kun hvis", max_length=60, blank=True, help_text="Navn på et flag i programversionen.")

    class Meta:
        verbose_name = "række i skabelon"
        verbose_name_plural = "rækker i skabelon"
        ordering = ["template", "position"]
        constraints = [
            models.UniqueConstraint(fields=["template", "key"], name="milestone_template_key_unique"),
            models.CheckConstraint(condition=Q(weekday__isnull=True) | Q(weekday__range=(1, 7)), name="milestone_template_weekday"),
            models.CheckConstraint(
                condition=Q(not_before_month__isnull=True) | Q(not_before_month__range=(1, 12)), name="milestone_template_month"
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def clean(self) -> None:
        if self.anchor and self.anchor == self.key:
            raise ValidationError({"anchor": "En række kan ikke regnes fra sig selv."})
