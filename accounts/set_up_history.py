"""What administrators change in Django admin stands in our own history too."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.db import models, transaction
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest

from accounts import audit
from accounts.base_form import GuardedModelForm

CHANGED = [None, "ændret"]  # of a text only that it changed (decision 29)


class RecordedAdmin(admin.ModelAdmin):
    """A ModelAdmin whose additions, changes and deletions, also of the rows inside a page, are recorded in the same transaction."""

    form = GuardedModelForm

    def get_inline_instances(self, request: HttpRequest, obj: models.Model | None = None) -> list[InlineModelAdmin]:
        """The rows inside a page guard their texts as the page does."""
        inlines: list[InlineModelAdmin] = super().get_inline_instances(request, obj)
        for inline in inlines:
            inline.form = GuardedModelForm
        return inlines

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            _record(request, "setup.add", obj)
        elif form.changed_data:
            _record(request, "setup.change", obj, changes_of(form))

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseModelFormSet, change: bool) -> None:
        for gone in formset.deleted_forms:
            if gone.instance.pk:
                _record(request, "setup.delete", gone.instance)
        super().save_formset(request, form, formset, change)
        for new in formset.new_objects:
            _record(request, "setup.add", new)
        for changed, _ in formset.changed_objects:
            its_form = next(one for one in formset.initial_forms if one.instance == changed)
            _record(request, "setup.change", changed, changes_of(its_form))

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        _record(request, "setup.delete", obj)
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        for obj in queryset:
            _record(request, "setup.delete", obj)
        super().delete_queryset(request, queryset)


def changes_of(form: ModelForm) -> dict[str, Any]:
    """{name of the field: [old, new]} of what somebody changed in a form, in words."""
    found = {}
    for name in form.changed_data:
        column = form.instance._meta.get_field(name)
        old, new = form.initial.get(name), form.cleaned_data.get(name)
        change = CHANGED if isinstance(column, models.TextField) else [_words(column, old), _words(column, new)]
        found[str(column.verbose_name)] = change
    return found


def _words(column: Any, value: Any) -> Any:
    """A value of a model's field as the history keeps it: texts, days and lists of them."""
    if value in (None, ""):
        return None
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple, set)):
        return [_words(column, one) for one in value]
    if column.is_relation and not isinstance(value, models.Model):
        value = column.related_model._default_manager.filter(pk=value).first()
    labels = dict(getattr(column, "base_field", column).flatchoices)
    return str(labels.get(value, value))


def _record(request: HttpRequest, verb: str, target: models.Model, changes: dict[str, Any] | None = None) -> None:
    audit.record(by=request.user, verb=verb, target=target, scope=None, changes=changes)  # type: ignore[arg-type]
