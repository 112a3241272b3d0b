"""Input of a sheet of the learning seminar: words that may not be shown are named, each at its field."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms

from accounts.base_form import BaseForm
from cases import seminar_words
from cases.models import SeminarPage
from cases.seminar import THEME_LENGTH

LONGEST = 2000
TEXTS = ("theme", "pattern", "example", "question")


def _text(label: str, help_text: str, rows: int) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=LONGEST, widget=widget)


class SheetForm(BaseForm):
    """A theme and what is said about it."""

    theme = forms.CharField(label="Tema", max_length=THEME_LENGTH)
    pattern = _text("Mønster", "Det, der går igen.", 5)
    example = _text("Godt eksempel", "Sådan kan det gøres. Ingen skal kunne kende sagen.", 5)
    question = _text("Spørgsmål til drøftelse", "", 3)
    base = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, names: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in TEXTS:
            if sentence := seminar_words.complaint(values.get(name) or "", self.names):
                self.add_error(name, sentence)
        return values

    def values(self) -> dict[str, str]:
        """What was typed, with one kind of line break."""
        return {name: self.cleaned_data[name].replace("\r\n", "\n").strip() for name in TEXTS}


def initial_of(sheet: SeminarPage, base: str) -> dict[str, str]:
    """The sheet's words as the form shows them."""
    return {name: getattr(sheet, name) for name in TEXTS} | {"base": base}
