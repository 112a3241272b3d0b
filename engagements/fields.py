"""The one date field of the product: takes every way that Danes write a date or a period, and says what it understood."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.http import urlencode

from engagements.expressions import Expression, parse
from engagements.states import Precision

HOW_TO_WRITE = "Skriv datoen som dd.mm.åååå, fx 19.02.2027, eller som periode, fx uge 8-10 2027."
YEAR = "aar"  # the parameter that carries the year of a date written without one
HOW_TO_WRITE_DAY = "Skriv datoen som dd.mm.åååå, fx 19.02.2027."


class PeriodField(forms.CharField):
    """Cleans to an Expression: dates, weeks, months … A date without a year takes `default_year`."""

    default_year: int | None = None

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "En dato, fx 19.02.2027, flere, fx 6. og 8. april, eller en periode, fx uge 8-10 2027.")
        super().__init__(max_length=300, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """With JavaScript the field says what it understood before it is sent (views/dates.py)."""
        return super().widget_attrs(widget) | {
            "data-date-text": "true",
            "autocomplete": "off",
            "hx-get": reverse_lazy("understood-date"),
            "hx-trigger": "change, keyup changed delay:400ms",
            "hx-target": "next .date-text-understood",
        }

    def clean(self, value: Any) -> Expression | None:  # type: ignore[override]
        text = super().clean(value)
        if not text:
            return None
        found = parse(text, self.default_year, today=timezone.localdate())
        if found.understood and found.needs_year:
            raise forms.ValidationError("Skriv også årstallet, fx 19.02.2027.")
        if not found.understood:
            raise forms.ValidationError(" ".join([*found.notes, HOW_TO_WRITE]))
        return found


class DayField(PeriodField):
    """A single day, cleaned to a date."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Fx 19.02.2027.")
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if found is None:
            return None
        if found.precision != Precision.DAY:
            raise forms.ValidationError(HOW_TO_WRITE_DAY)
        return found.occurrences[0][0]


def expect_year(form: forms.BaseForm, name: str, year: int) -> None:
    """Let the form's date field `name` read dates without a year as dates of `year`."""
    field = form.fields[name]
    assert isinstance(field, PeriodField)
    field.default_year = year
    field.widget.attrs["hx-get"] = f"{reverse('understood-date')}?{urlencode({YEAR: year})}"
