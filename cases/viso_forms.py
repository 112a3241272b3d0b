"""Input of VISO's choice: which cases and why; later, which one in the place of which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms

from accounts.base_form import BaseForm
from cases.choosing import Standing
from cases.models import Case
from cases.selecting import Candidate
from cases.states import AgeGroup, Outcome

LONGEST = 300
EMPTY_PLACE = "free"


class PicksForm(BaseForm):
    """A box for each case that can be chosen, and a short reason beside it; `seen` stands for what was chosen when the page was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, choice: Standing, why_not: Callable[[int, int], str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice, self.why_not = choice, why_not
        self.fields["cases"] = forms.MultipleChoiceField(
            label="Sager til VISO", required=False, widget=forms.CheckboxSelectMultiple,
            choices=[(str(case.number), str(case)) for case in choice.cases],
        )  # fmt: skip
        for case in choice.cases:
            self.fields[reason_name(case.number)] = forms.CharField(
                label=f"Begrundelse for {case}", required=False, max_length=LONGEST, widget=forms.TextInput
            )

    def clean_cases(self) -> list[int]:
        numbers = sorted({int(number) for number in self.cleaned_data["cases"]})
        if problem := self.why_not(len(numbers) + self.choice.hidden, self.choice.size):
            raise forms.ValidationError(problem)
        return numbers

    def picks(self) -> dict[int, str]:
        """The chosen numbers with their reasons."""
        return {number: self.cleaned_data[reason_name(number)].strip() for number in self.cleaned_data["cases"]}

    def marked(self) -> dict[int, str]:
        """The numbers as they were sent, right or wrong, with what was written beside every case."""
        sent = set(self.data.getlist("cases")) if hasattr(self.data, "getlist") else set()
        return {case.number: self.data.get(reason_name(case.number), "") for case in self.choice.cases if str(case.number) in sent}


class ChangeForm(BaseForm):
    """Which case goes, which one comes, and why."""

    out = forms.ChoiceField(label="Sag, der tages ud")
    into = forms.ChoiceField(label="Sag, der kommer ind")
    reason = forms.CharField(
        label="Begrundelse", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}), help_text="Skriv ikke, hvem sagen handler om."
    )

    def __init__(self, *args: Any, choice: Standing, others: Sequence[Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [(str(pick.case.number), fact_line(pick.case)) for pick in choice.picks]
        empty = [(EMPTY_PLACE, "Ingen: der er en ledig plads")] if choice.free else []
        self.fields["out"].choices = [("", "Vælg"), *empty, *chosen]  # type: ignore[attr-defined]
        self.fields["into"].choices = [("", "Vælg"), *((str(case.number), fact_line(case)) for case in others)]  # type: ignore[attr-defined]

    def exchange(self) -> dict[str, Any]:
        """As the verb takes it."""
        out, into = self.cleaned_data["out"], self.cleaned_data["into"]
        return {"out": None if out == EMPTY_PLACE else int(out), "into": int(into), "reason": self.cleaned_data["reason"].strip()}


def reason_name(number: int) -> str:
    return f"reason_{number}"


def fact_line(case: Case) -> str:
    """Sag 07 · Merudgifter · 7–12 år · Afslag"""
    facts = (str(case), str(case.service_area or ""), case.get_age_group_display(), case.get_outcome_display())
    return " · ".join(fact for fact in facts if fact)


def words_of(one: Candidate) -> dict[str, Any]:
    """The four facts of a case, as a page prints them."""
    age, outcome = dict(AgeGroup.choices).get(one.age, ""), dict(Outcome.choices).get(one.outcome, "")
    return {
        "number": one.number, "name": f"Sag {one.number:02}", "area": one.area, "age": age, "outcome": outcome,
        "age_key": one.age, "outcome_key": one.outcome,
    }  # fmt: skip
