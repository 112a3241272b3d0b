"""The words of a finding."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts import drafts
from accounts.base_form import BaseForm
from cases import anonymity
from cases.models import Finding


class FindingForm(BaseForm):
    """`sure` is asked for when something in the words may tell who they are about; to save a draft it is not needed."""

    text = forms.CharField(label="Fundets ord", required=False, widget=forms.Textarea(attrs={"rows": 5}))
    sure = forms.BooleanField(label="Jeg har læst ordene igen, og ingen kan genkendes i dem", required=False)

    def __init__(self, *args: Any, finding: Finding, clearing: bool = False, **kwargs: Any) -> None:
        self.clearing = clearing
        self.base = drafts.fingerprint(finding.text)  # of what the page was given
        super().__init__(*args, initial={"text": finding.text}, **kwargs)
        self.fields["text"].error_messages["required"] = "Skriv, hvad fundet siger."
        self.fields["text"].required = clearing
        self.remarks = anonymity.remarks(str(self["text"].value() or ""))
        if not self.remarks:
            del self.fields["sure"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.clearing and self.remarks and not values.get("sure"):
            self.add_error("sure", "Læs ordene igen, og sæt kryds, når ingen kan genkendes i dem.")
        return values
