from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from accounts.states import OrganisationKind

DANISH = "da-x-icu"


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def municipalities(self) -> OrganisationQuerySet:
        return self.filter(kind=OrganisationKind.MUNICIPALITY)


class Organisation(models.Model):
    kind = models.CharField("type", max_length=20, choices=OrganisationKind)
    # Aa sorterer som Å: Aabenraa, Aalborg og Aarhus står sidst.
    name = models.CharField("navn", max_length=100, db_collation=DANISH)
    display_name = models.CharField("visningsnavn", max_length=120, help_text="Som det skrives i breve, fx »Københavns Kommune«.")
    code = models.CharField("kommunekode", max_length=4, blank=True, help_text="Fire cifre, fx 0766. Tom for myndigheder.")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "organisation"
        verbose_name_plural = "organisationer"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "name"], name="organisation_name_unique"),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="organisation_code_unique"),
            models.CheckConstraint(
                condition=Q(kind=OrganisationKind.MUNICIPALITY, code__regex=r"^\d{4}$")
                | (~Q(kind=OrganisationKind.MUNICIPALITY) & Q(code="")),
                name="organisation_code_for_municipalities",
                violation_error_message="En kommune har en kode på fire cifre; en myndighed har ingen.",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_municipality(self) -> bool:
        return self.kind == OrganisationKind.MUNICIPALITY

    def region_on(self, day: date) -> str:
        """Name of the region the municipality lies in on `day`; "" when none is known."""
        for region in self.regions.all():
            if region.valid_from <= day and (region.valid_to is None or day <= region.valid_to):
                return region.region
        return ""


class OrganisationRegion(models.Model):
    """Which region a municipality belongs to, and when: Hovedstaden and Sjælland become Østdanmark on 1 January 2027."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="regions", verbose_name="kommune")
    region = models.CharField("region", max_length=60)
    valid_from = models.DateField("fra")
    valid_to = models.DateField("til", null=True, blank=True)

    class Meta:
        verbose_name = "region"
        verbose_name_plural = "regioner"
        ordering = ["organisation", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "valid_from"], name="organisation_region_unique"),
            models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="organisation_region_dates"),
        ]

    def __str__(self) -> str:
        return self.region
