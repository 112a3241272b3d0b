"""Input of the papers: the call-in letter, the dispensation, supplementary files, what is withdrawn."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import F, Q
from django.utils import timezone

from accounts.base_form import BaseForm
from accounts.danish import long_date
from cases.letter import with_law
from cases.models import Case, Round
from engagements.calendar import is_working_day, next_working_day
from engagements.fields import DayField
from engagements.models import Engagement, ServiceArea

WHOLE_CASE = "case"
LONGEST = 500


class LetterForm(BaseForm):
    """What the call-in letter asks for. Areas must be law at some time of the period."""

    decided_from = DayField(label="Afgørelser fra", help_text="Den første dag, en afgørelse kan være truffet, fx 01.01.2026.")
    decided_to = DayField(label="Afgørelser til og med", help_text="Den sidste dag, fx 31.12.2026.")
    areas = forms.ModelMultipleChoiceField(
        label="Ydelsesområder", queryset=ServiceArea.objects.none(), widget=forms.CheckboxSelectMultiple,
        help_text="Sagerne skal handle om et af de områder, du vælger.",
    )  # fmt: skip
    mix = forms.CharField(
        label="Fordeling", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Hvor mange bevillinger og afslag, nye sager og opfølgninger.",
    )  # fmt: skip
    note = forms.CharField(
        label="Bemærkning til kommunen", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Står i brevet, som du skriver den her.",
    )  # fmt: skip

    def __init__(self, *args: Any, engagement: Engagement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas: Any = self.fields["areas"]
        areas.queryset = (
            ServiceArea.objects.filter(area=engagement.area)
            .prefetch_related("legal_bases")
            .order_by(F("valid_to").desc(nulls_first=True), "name")
        )
        areas.label_from_instance = _area_label

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("decided_from"), values.get("decided_to")
        if first is None or last is None:
            return values
        if last < first:
            self.add_error("decided_to", "Perioden slutter, før den begynder. Ret en af datoerne.")
        elif last > timezone.localdate():
            self.add_error("decided_to", "Perioden kan ikke slutte efter i dag, for sagerne skal være afgjort.")
        else:
            self._clean_areas(values.get("areas") or [], first, last)
        return values

    def _clean_areas(self, areas: Any, first: date, last: date) -> None:
        valid = ServiceArea.objects.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=last), Q(valid_to__isnull=True) | Q(valid_to__gte=first)
        )
        never = [with_law(area) for area in areas if area.pk not in set(valid.values_list("pk", flat=True))]
        if never:
            self.add_error("areas", f"Gælder ikke i perioden: {', '.join(never)}. Vælg dem fra, eller ret perioden.")


def _area_label(area: ServiceArea) -> str:
    """With the law, and with the years for what is law no more or not yet."""
    if area.valid_to:
        return f"{with_law(area)}, til {area.valid_to:%d.%m.%Y}"
    return with_law(area)


class DispensationForm(BaseForm):
    number = forms.IntegerField(label="Antal sager, der er nok", min_value=1)
    reason = forms.CharField(
        label="Begrundelse", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}), help_text="Kommunen kan læse den."
    )

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].help_text = f"Fra 1 til {round.case_count - 1}. Programmet kræver {round.case_count}."
        self.most = round.case_count - 1

    def clean_number(self) -> int:
        number: int = self.cleaned_data["number"]
        if number > self.most:
            raise forms.ValidationError(f"Skriv et tal fra 1 til {self.most}.")
        return number


class SupplementForm(BaseForm):
    text = forms.CharField(
        label="Hvad mangler?", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Skriv, hvilke akter det er, ikke hvem sagen handler om.",
    )  # fmt: skip
    due_on = DayField(label="Frist", help_text="En arbejdsdag, fx 19.02.2027.")

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day <= timezone.localdate():
            raise forms.ValidationError("Fristen skal ligge efter i dag.")
        if not is_working_day(day):
            raise forms.ValidationError(f"Det er ikke en arbejdsdag. Den næste er {long_date(next_working_day(day))}.")
        return day


class WithdrawForm(BaseForm):
    """Which file of a case, or all of it. `what` is the id of the file's document, or WHOLE_CASE."""

    what = forms.ChoiceField(label="Hvad skal trækkes tilbage?", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Begrundelse", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Fx »Akten hører til en anden sag«. Skriv ikke, hvem den handler om.",
    )  # fmt: skip

    def __init__(self, *args: Any, case: Case, files: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what: Any = self.fields["what"]
        what.choices = [*((str(file.document_id), file.document.name) for file in files), (WHOLE_CASE, f"Hele {case} med alle filer")]
