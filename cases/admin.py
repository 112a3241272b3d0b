"""Set-up of the kinds of documents and of the criteria. Cases themselves are run in the product, not here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.refusal import Refused
from accounts.set_up_history import RecordedAdmin
from cases.actions import versioning
from cases.models import CriteriaSet, CriteriaVersion, Criterion, CriterionBasis, CriterionIndicator, DocumentType

PUBLISHED = "Versionen er taget i brug og rettes ikke. Vælg »Lav en ny version som kladde« på listen over versioner for at ændre noget."
CHOOSE_ONE = "Vælg netop én version."


@admin.register(DocumentType)
class DocumentTypeAdmin(RecordedAdmin):
    list_display = ("name", "area", "mandatory", "retired", "position")
    list_filter = ("area", "mandatory", "retired")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}


class DraftAdmin(RecordedAdmin):
    """What belongs to a version of criteria: changed and deleted while it is a draft, read only once it is published."""

    def version_of(self, obj: Any) -> CriteriaVersion:
        return obj if isinstance(obj, CriteriaVersion) else obj.version

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> models.Model | None:
        """As it is now; for a change its version is locked, so that nobody publishes it meanwhile."""
        found: models.Model | None = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST":
            return found
        version = CriteriaVersion.objects.select_for_update(of=("self",)).get(pk=self.version_of(found).pk)
        if isinstance(found, Criterion):
            found.version = version
            return found
        return version

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_open(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._is_open(obj)

    def _is_open(self, obj: Any) -> bool:
        return obj is None or self.version_of(obj).published_at is None


class DraftInline(admin.TabularInline):
    """Rows of a page above: as open as the page."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and _is_draft(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _is_draft(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _is_draft(obj)


def _is_draft(obj: Any) -> bool:
    """Whether the version, or the criterion's, is still a draft; a page of something new is."""
    if obj is None or obj.pk is None:
        return True
    version = obj.version if isinstance(obj, Criterion) else obj
    return version.published_at is None


@admin.register(CriteriaSet)
class CriteriaSetAdmin(RecordedAdmin):
    list_display = ("name", "profession", "of_programmes", "newest")
    list_filter = ("profession", "programmes")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    filter_horizontal = ("programmes",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CriteriaSet]:
        return super().get_queryset(request).prefetch_related("programmes", "versions")

    def get_readonly_fields(self, request: HttpRequest, obj: CriteriaSet | None = None) -> tuple[str, ...]:
        """Whose criteria they are stays, once there is a version of them."""
        return ("slug", "profession") if obj and obj.versions.exists() else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: CriteriaSet | None = None) -> dict[str, Sequence[str]]:
        return {} if self.get_readonly_fields(request, obj) else {"slug": ("name",)}

    @admin.display(description="programmer")
    def of_programmes(self, criteria_set: CriteriaSet) -> str:
        return ", ".join(programme.short_name for programme in criteria_set.programmes.all())

    @admin.display(description="i brug")
    def newest(self, criteria_set: CriteriaSet) -> str:
        published = [version.number for version in criteria_set.versions.all() if version.published_at]
        return f"version {max(published)}" if published else "-"


class CriterionInline(DraftInline):
    model = Criterion
    fields = ("position", "code", "label", "group", "scale", "rule_class", "uses_case_paragraph")
    show_change_link = True


@admin.register(CriteriaVersion)
class CriteriaVersionAdmin(DraftAdmin):
    list_display = ("criteria_set", "number", "published_at", "criteria_count")
    list_filter = ("criteria_set",)
    list_select_related = ("criteria_set",)
    search_fields = ("criteria_set__name", "criteria__label")
    inlines = (CriterionInline,)
    actions = ("copy_as_draft", "publish")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CriteriaVersion]:
        versions: QuerySet[CriteriaVersion] = super().get_queryset(request)
        return versions.annotate(number_of_criteria=Count("criteria"))

    def get_fieldsets(self, request: HttpRequest, obj: CriteriaVersion | None = None) -> Any:
        fields = ["criteria_set", "number", "published_at"] if obj else ["criteria_set"]
        return [(None, {"fields": fields, "description": PUBLISHED if obj and obj.published_at else ""})]

    def get_readonly_fields(self, request: HttpRequest, obj: CriteriaVersion | None = None) -> tuple[str, ...]:
        return ("criteria_set", "number", "published_at") if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A set has one draft at a time."""
        if db_field.name == "criteria_set":
            kwargs["queryset"] = CriteriaSet.objects.exclude(versions__in=CriteriaVersion.objects.filter(published_at__isnull=True))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        if not change and isinstance(obj, CriteriaVersion):
            obj.number = versioning.next_number(obj.criteria_set)
        super().save_model(request, obj, form, change)

    @admin.display(description="kriterier", ordering="number_of_criteria")
    def criteria_count(self, version: CriteriaVersion) -> int:
        return int(version.number_of_criteria)  # type: ignore[attr-defined]

    @admin.action(description="Lav en ny version som kladde", permissions=["add"])
    def copy_as_draft(self, request: HttpRequest, queryset: QuerySet[CriteriaVersion]) -> HttpResponse | None:
        made = self._do(request, queryset, "copy")
        if made is None:
            return None
        self.message_user(request, f"{made} er lavet som kladde. Ret den, og tag den i brug fra listen.")
        return redirect(reverse("admin:cases_criteriaversion_change", args=[made.pk]))

    @admin.action(description="Tag i brug", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[CriteriaVersion]) -> None:
        if made := self._do(request, queryset, "publish"):
            self.message_user(request, f"{made} er taget i brug. Den gælder for runder, hvor sagerne ikke er begyndt at blive fordelt.")

    def _do(self, request: HttpRequest, queryset: QuerySet[CriteriaVersion], verb: str) -> CriteriaVersion | None:
        """Do it with the one version that is chosen; what is refused is said on the page."""
        chosen = list(queryset.select_related("criteria_set")[:2])
        try:
            if len(chosen) != 1:
                raise Refused(CHOOSE_ONE)
            made: CriteriaVersion = getattr(versioning, verb)(version=chosen[0], by=request.user)
            return made
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return None


class BasisInline(DraftInline):
    model = CriterionBasis
    fk_name = "criterion"
    fields = ("position", "area", "act", "paragraphs", "valid_from", "valid_to", "supersedes")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """What it takes the place of stands under the same criterion."""
        if db_field.name == "supersedes":
            kwargs["queryset"] = CriterionBasis.objects.filter(criterion=request.resolver_match.kwargs.get("object_id"))  # type: ignore[union-attr]
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class IndicatorInline(DraftInline):
    model = CriterionIndicator
    fields = ("position", "code", "text")


@admin.register(Criterion)
class CriterionAdmin(DraftAdmin):
    list_display = ("label", "version", "group", "rule_class", "position")
    list_filter = ("version__criteria_set", "group", "rule_class")
    list_select_related = ("version__criteria_set",)
    search_fields = ("label", "code", "bases__act", "bases__paragraphs")
    inlines = (BasisInline, IndicatorInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Criterion | None = None) -> tuple[str, ...]:
        return ("version",) if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "version":
            kwargs["queryset"] = CriteriaVersion.objects.filter(published_at__isnull=True).select_related("criteria_set")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
