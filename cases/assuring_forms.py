"""Input of assurance, of who has which case, and of being *inhabil*."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from accounts.base_form import BaseForm
from accounts.danish import long_date, short_date
from cases.actions.assigning import TWICE, Choice
from cases.assignments import Board, Row
from cases.models import Criterion, Review
from cases.states import Profession
from engagements.calendar import is_working_day, next_working_day
from engagements.fields import DayField

LONGEST = 2000
NOBODY = ("", "Ingen")


class CommentForm(BaseForm):
    """A comment on the review as a whole, or on one criterion."""

    criterion = forms.ChoiceField(label="Handler om", required=False)
    text = forms.CharField(
        label="Kommentar", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Forfatteren og teamets andre jurister kan læse den.",
    )  # fmt: skip

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = {one.code: one for one in review.criteria.criteria.all()}
        field: Any = self.fields["criterion"]
        field.choices = [("", "Gennemgangen som helhed"), *((code, one.label) for code, one in self.criteria.items())]

    def values(self) -> dict[str, Any]:
        """What the verbs take."""
        chosen: Criterion | None = self.criteria.get(self.cleaned_data["criterion"])
        return {"text": self.cleaned_data["text"], "criterion": chosen}


class ReopenForm(BaseForm):
    text = forms.CharField(
        label="Hvorfor skal den åbnes igen?", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Forfatteren får teksten som kommentar.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="genaabn", **kwargs)


class ConflictForm(BaseForm):
    reason = forms.CharField(
        label="Begrundelse", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Nævn ikke, hvem sagen handler om. Begrundelsen vises ikke for andre på teamet.",
    )  # fmt: skip


class AssignForm(BaseForm):
    """Who has each case, who reads it as the second, and by when all are done. The fields of a row are called by its key."""

    due_on = DayField(label="Gennemgået senest", required=False)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, board: Board, proposed: dict[str, Any] | None = None, due: date | None = None, **kwargs: Any) -> None:
        self.board, self.proposed, self.due = board, proposed or {}, due
        self.open_rows = [row for rows in board.rows.values() for row in rows if row.may_give or row.may_change_second]
        kwargs["initial"] = {"seen": board.seen, "due_on": short_date(due) if due else "", **self._initial()}
        super().__init__(*args, **kwargs)
        for row in self.open_rows:
            self._add(row)

    def _initial(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for row in self.open_rows:
            slot = self.proposed.get(row.key) or row.slot()
            found |= {row.key: str(slot.reviewer or ""), f"{row.key}-anden": str(slot.second_reader or "")}
        return found

    def _add(self, row: Row) -> None:
        """The two lists of names: those of the team who are not *inhabil* in the case, and whoever has it today."""
        now = row.slot()
        people = {person.pk: person.full_name for person in self.board.people[row.profession] if person.pk not in row.barred}
        for name, key, held, may_change in (
            (row.key, now.reviewer, row.review and row.review.reviewer, row.may_give),
            (f"{row.key}-anden", now.second_reader, row.review and row.review.second_reader, row.may_change_second),
        ):
            gone = [(str(key), f"{held.full_name} (ikke på teamet)")] if held and key not in people else []
            choices = [NOBODY, *((str(pk), full_name) for pk, full_name in people.items()), *gone]
            what = "Anden læser" if name.endswith("-anden") else "Gennemgås af"
            self.fields[name] = forms.ChoiceField(label=f"{what}: {row.case}", choices=choices, required=False, disabled=not may_change)

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        if day and day != self.board.round.review_due_on and not is_working_day(day):
            raise forms.ValidationError(f"Det er ikke en arbejdsdag. Den næste er {long_date(next_working_day(day))}.")
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for row in self.open_rows:
            if values.get(row.key) and values.get(row.key) == values.get(f"{row.key}-anden"):
                self.add_error(f"{row.key}-anden", f"{row.case}: {TWICE}")
        return values

    def choices(self) -> list[Choice]:
        """What the verb takes, of every row that can be changed."""
        values = self.cleaned_data
        return [
            Choice(row.case.pk, Profession(row.profession), _id(values[row.key]), _id(values[f"{row.key}-anden"])) for row in self.open_rows
        ]

    def lines(self, profession: Profession) -> list[dict[str, Any]]:
        """The rows of a profession with their fields, for the template; None where nothing can be changed."""
        names = set(self.fields)
        return [
            {
                "row": row,
                "reviewer": self[row.key] if row.key in names else None,
                "second": self[f"{row.key}-anden"] if row.key in names else None,
            }
            for row in self.board.rows[profession]
        ]


def _id(text: str) -> int | None:
    return int(text) if text else None
