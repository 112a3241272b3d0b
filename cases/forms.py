"""Input about cases to clean values. Labels and help in Danish; all markup lies in templates/dkfds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from accounts.base_form import BaseForm
from accounts.danish import plain_date
from accounts.models import User
from cases import law
from cases.case_list import AGE_GROUPS
from cases.models import Case, DocumentType
from cases.states import Outcome
from engagements.fields import DayField
from engagements.models import ServiceArea

FUTURE = "Datoen ligger i fremtiden. Skriv den dag, afgørelsen blev truffet."


class CaseForm(BaseForm):
    """The fields of a case. All may wait: what is missing stands on the list. Law follows the day of the decision."""

    service_area = forms.ChoiceField(
        label="Ydelsesområde", required=False, error_messages={"invalid_choice": "Vælg et ydelsesområde på listen."}
    )
    decided_on = DayField(label="Afgørelsens dato", required=False, help_text="")
    outcome = forms.ChoiceField(label="Udfald", required=False, choices=[("", "Vælg"), *Outcome.choices])
    age_group = forms.ChoiceField(
        label="Aldersgruppe", required=False, error_messages={"invalid_choice": "Vælg en aldersgruppe på listen."}
    )
    description = forms.CharField(
        label="Beskrivelse",
        required=False,
        max_length=200,
        help_text="Kort og neutral, fx »Støtte i hjemmet efter udskrivning«. Ingen navne, adresser eller CPR-numre.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, case: Case, areas: Sequence[ServiceArea], **kwargs: Any) -> None:
        self.areas = {str(area.pk): area for area in areas}
        kwargs.setdefault("initial", initial_of(case))
        super().__init__(*args, **kwargs)
        self.fields["service_area"].choices = [("", "Vælg"), *_grouped(areas)]  # type: ignore[attr-defined]
        groups = AGE_GROUPS[case.round.engagement.area]
        self.fields["age_group"].choices = [("", "Vælg"), *((group.value, group.label) for group in groups)]  # type: ignore[attr-defined]

    def clean_service_area(self) -> ServiceArea | None:
        return self.areas.get(self.cleaned_data["service_area"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        area, day = values.get("service_area"), values.get("decided_on")
        if day and day > timezone.localdate():
            self.add_error("decided_on", FUTURE)
        elif area and day and not law.is_valid(area, day):
            right = law.on_day(self.areas.values(), area.name, day)
            instead = f"Vælg »{law.label_of(right)}«." if right else "Vælg et andet ydelsesområde."
            self.add_error("service_area", f"{law.label_of(area)} var ikke gældende ret den {plain_date(day)}. {instead}")
        return values

    def values(self) -> dict[str, Any]:
        """What was typed, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def initial_of(case: Case) -> dict[str, Any]:
    """The case's fields as the form shows them."""
    return {
        "service_area": str(case.service_area_id or ""),
        "decided_on": f"{case.decided_on:%d.%m.%Y}" if case.decided_on else "",
        "outcome": case.outcome,
        "age_group": case.age_group,
        "description": case.description,
        "version": case.version,
    }


def _grouped(areas: Sequence[ServiceArea]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The law of today, and under it what was law before."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for area in areas:
        if area.valid_to:
            heading = f"Afgørelser til og med {plain_date(area.valid_to)}"
        else:
            heading = f"Afgørelser fra {plain_date(area.valid_from)}" if area.valid_from else "Alle afgørelser"
        groups.setdefault(heading, []).append((str(area.pk), law.label_of(area)))
    return list(groups.items())


class MissingForm(BaseForm):
    """Why a document is not there; an empty reason takes it back."""

    reason = forms.CharField(label="Hvorfor mangler den?", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, kind: DocumentType, **kwargs: Any) -> None:
        super().__init__(*args, prefix=kind.slug, **kwargs)
        self.fields["reason"].label = f"Hvorfor mangler {kind.name.lower()}?"


class CprForm(BaseForm):
    reason = forms.CharField(
        label="Hvorfor skal CPR-numrene være der?", max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Fx »Sagsakter fra fagsystemet; numrene kan ikke fjernes uden at ændre akterne«.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="cpr", **kwargs)


class ColleagueForm(BaseForm):
    """Offers those who can be invited to the case."""

    to = forms.ChoiceField(label="Medarbejder")

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, prefix="kollega", **kwargs)
        self.people = {str(user.pk): user for user in people}
        self.fields["to"].choices = [("", "Vælg medarbejder"), *((key, user.full_name) for key, user in self.people.items())]  # type: ignore[attr-defined]

    def person(self) -> User:
        """Who was chosen."""
        return self.people[self.cleaned_data["to"]]


class SortForm(BaseForm):
    """To which case a file belongs, and what it is. Whoever may not let files lie loose is offered cases only."""

    case = forms.ChoiceField(label="Læg i sag", required=False)
    kind = forms.ChoiceField(label="Akttype", required=False)

    def __init__(self, *args: Any, cases: Sequence[Case], kinds: Sequence[DocumentType], may_lie_loose: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        loose = [("", "Ingen sag endnu")] if may_lie_loose else []
        self.fields["case"].required = not may_lie_loose
        self.cases = {str(case.number): case for case in cases}
        self.kinds = {kind.slug: kind for kind in kinds}
        self.fields["case"].choices = [*loose, *((number, str(case)) for number, case in self.cases.items())]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", "Vælg akttype"), *((slug, kind.name) for slug, kind in self.kinds.items())]  # type: ignore[attr-defined]

    def chosen(self) -> tuple[Case | None, DocumentType | None]:
        """The case and the kind; None where nothing was chosen."""
        return self.cases.get(self.cleaned_data["case"]), self.kinds.get(self.cleaned_data["kind"])


class ListForm(BaseForm):
    """The list of cases as copied from Excel."""

    text = forms.CharField(
        label="Sagslisten",
        max_length=100_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "data-paste-table": "true"}),
        help_text="Markér rækkerne i Excel, kopiér dem, og indsæt dem her. I ser hver række, før noget gemmes.",
    )


class AcceptListForm(BaseForm):
    """The list that was looked through, and what the cases were like then."""

    text = forms.CharField(max_length=100_000, strip=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)
