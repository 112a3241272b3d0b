"""Input about *udsættelse*: the wish, the other date that is offered, the no."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from accounts.base_form import BaseForm
from engagements.fields import PeriodField, expect_year
from engagements.models import Milestone

LONGEST = 2000


class WishForm(BaseForm):
    dates = PeriodField(label="Ønsket dato")
    reason = forms.CharField(
        label="Begrundelse",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Hvorfor har I brug for mere tid? Skriv ikke om enkelte borgere.",
    )

    def __init__(self, *args: Any, milestone: Milestone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        expect_year(self, "dates", _year(milestone))


class OfferForm(BaseForm):
    dates = PeriodField(label="Dato, I kan tilbyde")
    answer = forms.CharField(label="Besked til kommunen", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, milestone: Milestone, **kwargs: Any) -> None:
        super().__init__(*args, prefix="tilbud", **kwargs)
        expect_year(self, "dates", _year(milestone))


class DeclineForm(BaseForm):
    answer = forms.CharField(
        label="Begrundelse for afslaget", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}), help_text="Kommunen får den at se."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="afslag", **kwargs)


def _year(milestone: Milestone) -> int:
    """The year of a date written without one: the milestone's own, or this year when that is over."""
    today = timezone.localdate()
    return max(milestone.ends_on.year, today.year) if milestone.ends_on else today.year
