"""The form that all our forms build on: a missing answer is named, so that each line of the error summary says what to do."""

from __future__ import annotations

from typing import Any

from django import forms


class BaseForm(forms.Form):
    """A form whose required fields ask for themselves by name: Udfyld »Emne«, Vælg »Program«."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            label = field.label or name
            is_choice = isinstance(field, (forms.ChoiceField, forms.ModelChoiceField))
            field.error_messages["required"] = f"Vælg »{label}«." if is_choice else f"Udfyld »{label}«."
