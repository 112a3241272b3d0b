"""What the matrix is narrowed down to; all in the address, so that a link can be copied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.base_form import BaseForm

VISO = "viso"


class MatrixForm(BaseForm):
    """An unknown service area is all of them."""

    omraade = forms.ChoiceField(label="Ydelsesområde", required=False)
    vis = forms.ChoiceField(label="Vurderinger", required=False, choices=[("", "Juristernes"), (VISO, "Juristernes og VISO's")])

    def __init__(self, *args: Any, areas: Sequence[str], has_viso: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["omraade"].choices = [("", "Alle"), *((area, area) for area in areas)]  # type: ignore[attr-defined]
        if not has_viso:
            del self.fields["vis"]

    def choice(self) -> dict[str, Any]:
        """As `matrix.matrix_of` takes it."""
        self.is_valid()
        return {"area": self.cleaned_data.get("omraade", ""), "with_viso": self.cleaned_data.get("vis") == VISO}
