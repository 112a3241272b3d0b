"""The form of a review: the fields of every criterion, or one of them alone when it saves itself. No text takes a CPR number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from accounts import drafts
from accounts.base_form import BaseForm
from cases import review_reading, review_sheet, scales
from cases.actions.reviewing import Change
from cases.criteria import Asked
from cases.models import Answer, CaseDocument, Criterion
from cases.review_sheet import Sheet, name_of
from cases.scales import Choice
from cases.states import CriterionGroup, Overall, Scale

LONGEST = 10_000  # characters of a text
MOST_PAGES = 100_000
LABELS = {
    "rating": "Vurdering",
    "reason": "Begrundelse",
    "strength": "Styrke",
    "material": "Væsentlig betydning for afgørelsen",
    "document": "Akt",
    "page": "Side",
    "good_example": "Godt eksempel",
    "learning_point": "Læringspunkt",
    "internal_note": "Internt notat",
    "indicators": "Ses i sagen",
    "overall": "Samlet vurdering",
    "overall_reason": "Begrundelse for den samlede vurdering",
}
CANNOT_CHOOSE = "Vælg en af mulighederne."


class LongText(forms.CharField):
    """A text of several lines; however the browser breaks them, they are kept in one way."""

    def __init__(self, *, rows: int = 2, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


@dataclass(frozen=True)
class Group:
    """Criteria of one group with its name, as the form and the reading show them."""

    label: str
    rows: list[Row]


@dataclass(frozen=True)
class Row:
    """A criterion with its law, its answers to choose from, the form's fields by their short names, and the page that is referred to."""

    asked: Asked
    answer: Answer
    choices: Sequence[Choice]
    fields: dict[str, BoundField]
    jump: str

    @property
    def criterion(self) -> Criterion:
        return self.asked.criterion

    @property
    def is_done(self) -> bool:
        return review_sheet.is_done(self.answer)

    @property
    def is_focus(self) -> bool:
        return self.criterion.scale == Scale.FOCUS

    @property
    def has_more(self) -> bool:
        """Whether something is written in the folded fields, or wrong with them."""
        folded = (self.answer.good_example, self.answer.learning_point, self.answer.internal_note)
        names = ("good_example", "learning_point", "internal_note")
        return any(folded) or any(self.fields[name].errors for name in names)


class ReviewForm(BaseForm):
    """Every field of the review as it is stored; `only` one of them by its name, when it is saved alone. KeyError for an unknown one."""

    def __init__(self, data: Any = None, *, sheet: Sheet, only: str | None = None) -> None:
        super().__init__(data)
        self.sheet = sheet
        self.review = sheet.review
        makers = {name: (label, make) for name, label, make in _all_fields(sheet)}
        wanted = list(makers) if only is None else [only]
        self.fields = {name: makers[name][1](label=makers[name][0]) for name in wanted}
        self.stored = {name: _stored(sheet, name) for name in wanted}
        self.initial = {name: _shown(value) for name, value in self.stored.items()}

    def changes(self) -> list[Change]:
        """What was sent, each with the fingerprint of what the page was given; what is stored already is left out."""
        given = {name: str(self.data.get(f"{drafts.BASE}{name}", "")) for name in self.fields}
        sent = [Change(name, self.value_of(name), given[name]) for name in self.fields]
        return [one for one in sent if drafts.fingerprint(one.value) != drafts.fingerprint(self.stored[one.name])]

    def value_of(self, name: str) -> Any:
        """The clean value as the model keeps it."""
        value = self.cleaned_data[name]
        field = review_sheet.parts_of(name)[1]
        if field == "document":
            return int(value) if value else None
        return sorted(value) if field == "indicators" else value

    def groups(self) -> list[Group]:
        """The criteria under the headings of their groups."""
        found: dict[str, list[Row]] = {}
        for one in self.sheet.asked:
            found.setdefault(one.criterion.group, []).append(self._row(one))
        return [Group(CriterionGroup(group).label, rows) for group, rows in found.items()]

    def bases(self) -> list[tuple[str, str]]:
        """The hidden fields with the fingerprints of what this page is given."""
        return [(f"{drafts.BASE}{name}", drafts.fingerprint(value)) for name, value in self.stored.items()]

    def own_fields(self) -> dict[str, BoundField]:
        """Those of the review itself."""
        return {name: self[name] for name in review_sheet.fields_of_review(self.review)}

    def label_of(self, name: str) -> str:
        """»Begrundelse« under Hjemmelsmangel"""
        return str(self.fields[name].label)

    def words_of(self, name: str) -> Callable[[Any], str]:
        """How a value of the field is written for a person."""
        choices = dict(getattr(self.fields[name], "choices", ()))

        def words(value: Any) -> str:
            if isinstance(value, bool):
                return "Ja" if value else "Nej"
            if isinstance(value, list):
                return ", ".join(str(choices.get(one, one)) for one in value)
            return str(choices.get(str(value), value)) if value not in (None, "") else ""

        return words

    def _row(self, one: Asked) -> Row:
        code, answer = one.criterion.code, self.sheet.answer_of(one.criterion)
        fields = {field: self[name_of(code, field)] for field in review_sheet.fields_of(one.criterion)}
        file = next((file for file in self.sheet.documents if file.pk == answer.document_id), None)
        jump = review_reading.page_of(file, self.review, answer.page) if file else ""
        return Row(one, answer, scales.SCALES[Scale(one.criterion.scale)], fields, jump)


def values_of(value: Any) -> list[str]:
    """A stored value as the fields of a form send it."""
    shown = _shown(value)
    if isinstance(shown, bool):
        return ["on"] if shown else []
    return list(shown) if isinstance(shown, list) else [shown]


def _all_fields(sheet: Sheet) -> list[tuple[str, str, Callable[..., forms.Field]]]:
    """(name, label, maker) of every field; the label names the criterion, because all of them stand on one page."""
    documents = [(str(one.pk), title_of(one)) for one in sheet.documents]
    found = []
    for one in sheet.asked:
        criterion = one.criterion
        for field in review_sheet.fields_of(criterion):
            label = "Kan udvikles" if field == "reason" and criterion.scale == Scale.FOCUS else LABELS[field]
            found.append((name_of(criterion.code, field), f"{label}: {criterion}", _maker(field, criterion, documents)))
    found += [(field, LABELS[field], _maker(field, None, documents)) for field in review_sheet.fields_of_review(sheet.review)]
    return found


def _maker(field: str, criterion: Criterion | None, documents: list[tuple[str, str]]) -> Callable[..., forms.Field]:
    def make(label: str) -> forms.Field:
        if field == "page":
            wrong = {"invalid": f"Skriv et sidetal i »{label}«.", "min_value": f"Skriv et sidetal i »{label}«."}
            return forms.IntegerField(label=label, required=False, min_value=1, max_value=MOST_PAGES, error_messages=wrong)
        if field in {"material", "good_example"}:
            return forms.BooleanField(label=label, required=False)
        if field in {"rating", "overall", "document", "indicators"}:
            return _choices(field, label, criterion, documents)
        return LongText(label=label, rows=3 if field in {"strength", "overall_reason"} else 2)

    return make


def _choices(field: str, label: str, criterion: Criterion | None, documents: list[tuple[str, str]]) -> forms.ChoiceField:
    options: Sequence[tuple[str, str]]
    if field == "indicators" and criterion is not None:
        options, wrong = [(one.code, one.text) for one in criterion.indicators.all()], {"invalid_choice": CANNOT_CHOOSE}
        return forms.MultipleChoiceField(label=label, required=False, choices=options, error_messages=wrong)
    if field == "rating" and criterion is not None:
        options = [(one.rating.value, one.label) for one in scales.SCALES[Scale(criterion.scale)]]
    else:
        options = list(Overall.choices) if field == "overall" else documents
    return forms.ChoiceField(
        label=label, required=False, choices=[("", "Ingen"), *options], error_messages={"invalid_choice": CANNOT_CHOOSE}
    )


def title_of(file: CaseDocument) -> str:
    """Afgørelse: bilag 3.pdf"""
    return f"{file.document_type}: {file.document.name}" if file.document_type else file.document.name


def _stored(sheet: Sheet, name: str) -> Any:
    code, field = review_sheet.parts_of(name)
    target = next((sheet.answer_of(one.criterion) for one in sheet.asked if one.criterion.code == code), sheet.review)
    return getattr(target, "document_id" if field == "document" else field)


def _shown(value: Any) -> Any:
    """What is stored as a form holds it."""
    return value if isinstance(value, (bool, list)) else "" if value is None else str(value)
