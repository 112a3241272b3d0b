"""Input about calendar links."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.base_form import BaseForm
from engagements.feeds import EVERYTHING
from engagements.models import Engagement


class FeedForm(BaseForm):
    """What the calendar shall show; offered is what has no link yet."""

    engagement = forms.ChoiceField(label="Hvad skal kalenderen vise?", choices=[], widget=forms.Select(attrs={"class": "input-width-xl"}))

    def __init__(self, *args: Any, engagements: list[Engagement], everything: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.engagements = {str(engagement.pk): engagement for engagement in engagements}
        first = [("all", EVERYTHING)] if everything else []
        self.offered = [*first, *((key, str(one)) for key, one in self.engagements.items())]
        self.fields["engagement"].choices = self.offered  # type: ignore[attr-defined]
        self.fields["engagement"].error_messages["invalid_choice"] = "Vælg noget, som du ikke har et link til endnu."

    def clean_engagement(self) -> Engagement | None:
        """The engagement; None stands for all."""
        return self.engagements.get(self.cleaned_data["engagement"])
