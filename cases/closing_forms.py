"""Input of *Luk runden*."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.base_form import BaseForm
from engagements.states import Phase


class CloseForm(BaseForm):
    """Whether the engagement goes on to the next phase at the same time; asked only where the round ends the present one."""

    change_phase = forms.BooleanField(label="", required=False)

    def __init__(self, *args: Any, to: Phase | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if to is None:
            del self.fields["change_phase"]
        else:
            self.fields["change_phase"].label = f"Skift samtidig til fasen {to.label}"
