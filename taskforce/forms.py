"""Input of people to clean values, for the pages of this app."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from accounts.base_form import BaseForm
from accounts.danish import short_date
from accounts.models import Organisation
from accounts.states import MailState
from engagements.fields import DayField
from engagements.models import Engagement
from taskforce import ledger, mail_log
from taskforce.ledger import Ledger


class TaskFilter(BaseForm):
    """Which engagement's tasks are shown; in the URL, so that a link can be kept."""

    forloeb = forms.ChoiceField(label="Vælg forløb", required=False, choices=[])

    def __init__(self, data: Any, *, engagements: list[Engagement]) -> None:
        super().__init__(data)
        self.engagements = {str(one.pk): one for one in engagements}
        names = [(key, str(one)) for key, one in self.engagements.items()]
        self.fields["forloeb"].choices = [("", "Alle"), *names]  # type: ignore[attr-defined]

    def scope(self) -> UUID | None:
        """The scope of the chosen engagement; None shows all, also for one that the person does not have."""
        chosen = self.cleaned_data["forloeb"] if self.is_bound and self.is_valid() else ""
        return self.engagements[chosen].scope_id if chosen else None


class FilterDay(DayField):
    """A day in a filter, in this year unless another is written. It says nothing while it is typed: the answer is a click away."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        self.default_year = timezone.localdate().year
        try:
            return super().clean(value)
        except forms.ValidationError:
            raise forms.ValidationError(f"»{self.label}« er ikke en dato. Skriv den som dd.mm.åååå, fx 19.02.2027.") from None


class LogFilter(BaseForm):
    """All in the URL, so that a link can be copied."""

    unguarded = frozenset({"person", "forespoergsel"})

    slags = forms.CharField(required=False, widget=forms.HiddenInput)
    person = forms.CharField(label="Person", required=False, max_length=60)
    kommune = forms.ModelChoiceField(label="Kommune", required=False, queryset=Organisation.objects.municipalities(), empty_label="Alle")
    handling = forms.ChoiceField(label="Handling", required=False, choices=[])
    fra = FilterDay(label="Fra", required=False, help_text="")
    til = FilterDay(label="Til og med", required=False, help_text="")
    forespoergsel = forms.CharField(label="Forespørgsel", required=False, max_length=40)

    def __init__(self, data: Any, *, chosen: Ledger) -> None:
        super().__init__(data)
        self.ledger = chosen
        self.fields["handling"].choices = [("", "Alle"), *ledger.actions(chosen)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("fra") and values.get("til") and values["til"] < values["fra"]:
            self.add_error("til", "Slutdatoen ligger før startdatoen.")
        return values

    def given(self) -> dict[str, str]:
        """What stands in the address, filter by filter: for links and forms that keep it."""
        values = {field.html_name: str(field.value() or "") for field in self}
        return {name: value for name, value in values.items() if value}

    def described(self) -> str:
        """The valid filter in words, for the access log: who reads the log is logged with what they looked for."""
        words = dict(ledger.actions(self.ledger))
        told: dict[str, Callable[[Any], str]] = {"handling": lambda verb: words[verb], "fra": short_date, "til": short_date}
        chosen = [(field, self.cleaned_data[field.name]) for field in self.visible_fields()]
        parts = [f"{field.label}: {told.get(field.name, str)(value)}" for field, value in chosen if value]
        return f"Loggen, {'; '.join([self.ledger.label.lower(), *parts])}"


class LogExportForm(BaseForm):
    formaal = forms.CharField(label="Formål", max_length=200, help_text="Fx stikprøve for første kvartal. Det skrives i loggen.")


class MailFilter(BaseForm):
    """The administrators' log of mails; all in the URL."""

    unguarded = frozenset({"modtager"})

    status = forms.ChoiceField(label="Status", required=False, choices=[("", "Alle"), *MailState.choices])
    type = forms.ChoiceField(label="Type", required=False, choices=[("", "Alle"), *mail_log.KINDS.items()])
    modtager = forms.CharField(label="Modtager", required=False, max_length=60)
    fra = FilterDay(label="Fra", required=False, help_text="")
    til = FilterDay(label="Til og med", required=False, help_text="")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("fra") and values.get("til") and values["til"] < values["fra"]:
            self.add_error("til", "Slutdatoen ligger før startdatoen.")
        return values

    def described(self) -> str:
        """The valid filter in words, for the access log."""
        words = {"status": dict(MailState.choices), "type": mail_log.KINDS}
        told = [(field, self.cleaned_data[field.name]) for field in self.visible_fields()]
        parts = [f"{field.label}: {words.get(field.name, {}).get(value, _day_or_text(value))}" for field, value in told if value]
        return "; ".join(["Mailloggen", *parts])


def _day_or_text(value: Any) -> str:
    return short_date(value) if isinstance(value, date) else str(value)
