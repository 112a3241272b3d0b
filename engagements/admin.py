"""Set-up of programmes and templates. Engagements themselves are run in the product, not here."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from accounts.set_up_history import RecordedAdmin
from engagements.models import (
    LegalBasis,
    MilestoneTemplate,
    PlanTemplate,
    Programme,
    ProgrammePhase,
    ProgrammeVersion,
    ServiceArea,
    Theme,
)


class VersionInline(admin.TabularInline):
    model = ProgrammeVersion
    extra = 0
    fields = ("number", "valid_from", "case_count", "viso_count", "meeting_interval_weeks")
    show_change_link = True


@admin.register(Programme)
class ProgrammeAdmin(RecordedAdmin):
    list_display = ("name", "kind", "position")
    list_filter = ("kind",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (VersionInline,)


class PhaseInline(admin.TabularInline):
    model = ProgrammePhase
    extra = 0


class ThemeInline(admin.TabularInline):
    model = Theme
    extra = 0


class PlanTemplateInline(admin.TabularInline):
    model = PlanTemplate
    extra = 0
    show_change_link = True


@admin.register(ProgrammeVersion)
class ProgrammeVersionAdmin(RecordedAdmin):
    list_display = ("programme", "number", "valid_from", "case_count", "viso_count", "running")
    list_filter = ("programme",)
    list_select_related = ("programme",)
    search_fields = ("programme__name",)
    inlines = (PhaseInline, ThemeInline, PlanTemplateInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProgrammeVersion]:
        versions: QuerySet[ProgrammeVersion] = super().get_queryset(request)
        return versions.annotate(engagement_count=Count("engagements"))

    @admin.display(description="i brug i forløb", ordering="engagement_count")
    def running(self, version: ProgrammeVersion) -> int:
        return int(version.engagement_count)  # type: ignore[attr-defined]


class MilestoneTemplateInline(admin.StackedInline):
    model = MilestoneTemplate
    extra = 0
    fieldsets = (
        (None, {"fields": (("position", "key", "block"), "subject", ("phase", "kind", "optional"), ("party", "counterpart"), "purposes")}),
        ("Dato", {"fields": (("mode", "anchor", "edge"), ("offset", "unit", "plus_days"), ("length", "length_unit", "weekday"))}),
        (
            "Særligt",
            {
                "fields": (
                    ("not_before_month", "not_before_months", "not_before_days"),
                    ("every_weeks", "until", "only_if"),
                    ("place", "expected_count"),
                )
            },
        ),
    )


@admin.register(PlanTemplate)
class PlanTemplateAdmin(RecordedAdmin):
    list_display = ("name", "version", "is_default")
    list_filter = ("version__programme",)
    list_select_related = ("version__programme",)
    search_fields = ("name", "slug")
    inlines = (MilestoneTemplateInline,)


class LegalBasisInline(admin.TabularInline):
    model = LegalBasis
    extra = 0


@admin.register(ServiceArea)
class ServiceAreaAdmin(RecordedAdmin):
    list_display = ("name", "area", "law", "valid_from", "valid_to")
    list_filter = ("area",)
    search_fields = ("name", "legal_bases__act", "legal_bases__paragraphs")
    inlines = (LegalBasisInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceArea]:
        return super().get_queryset(request).prefetch_related("legal_bases")

    @admin.display(description="lov")
    def law(self, service_area: ServiceArea) -> str:
        return " ".join(str(basis) for basis in service_area.legal_bases.all())
