"""The form that all our forms build on: a missing answer is named, and no free text takes a CPR number."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from accounts.free_text import complaint, name_complaint

# Fields whose value is not free text: they are cleaned to something else, or are secrets.
NO_TEXT = (forms.EmailField, forms.UUIDField, forms.JSONField)


def takes_free_text(field: forms.Field) -> bool:
    """Whether a person can write what they like into the field."""
    return isinstance(field, forms.CharField) and not isinstance(field, NO_TEXT) and not isinstance(field.widget, forms.PasswordInput)


class FreeTextGuard(forms.BaseForm):
    """Refuses what is surely a CPR number in every free text and file name. What was typed stays in the form."""

    # Fields that are looked at by nobody later: codes, and what is searched for. Listed once more in tests/accounts/test_free_text.py.
    unguarded: ClassVar[frozenset[str]] = frozenset()

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name, field in self.fields.items():
            if field.disabled or name in self.unguarded:
                continue
            if sentence := self._complaint(name, field):
                self.add_error(name, sentence)

    def _complaint(self, name: str, field: forms.Field) -> str | None:
        bound = self[name]
        if isinstance(field, forms.FileField):
            names = [file.name or "" for file in self.files.getlist(bound.html_name)] if hasattr(self.files, "getlist") else []
            return next((sentence for one in names if (sentence := name_complaint(one))), None)
        return complaint(bound.data, str(bound.label)) if takes_free_text(field) and isinstance(bound.data, str) else None


class BaseForm(FreeTextGuard, forms.Form):
    """A form whose required fields ask for themselves by name: Udfyld »Emne«, Vælg »Program«."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            label = field.label or name
            is_choice = isinstance(field, (forms.ChoiceField, forms.ModelChoiceField))
            field.error_messages["required"] = f"Vælg »{label}«." if is_choice else f"Udfyld »{label}«."


class GuardedModelForm(FreeTextGuard, forms.ModelForm):
    """What Django admin edits with: set-up is free text too."""
