"""What the matrix is narrowed down to; all in the address, so that a link can be copied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.base_form import BaseForm


class MatrixForm(BaseForm):
    """An unknown service area is all of them."""

    omraade = forms.ChoiceField(label="Ydelsesområde", required=False)
    viso = forms.BooleanField(label="Vis VISO's vurderinger", required=False)

    def __init__(self, *args: Any, areas: Sequence[str], has_viso: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["omraade"].choices = [("", "Alle"), *((area, area) for area in areas)]  # type: ignore[attr-defined]
        if not has_viso:
            del self.fields["viso"]

    def choice(self) -> dict[str, Any]:
        """As `matrix.matrix_of` takes it."""
        self.is_valid()
        return {"area": self.cleaned_data.get("omraade", ""), "with_viso": bool(self.cleaned_data.get("viso"))}
