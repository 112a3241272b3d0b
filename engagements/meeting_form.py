"""Input of the meeting page to clean values."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from django import forms
from django.core.validators import URLValidator

from accounts.base_form import BaseForm
from accounts.models import User
from engagements.actions.meeting import Details
from engagements.models import Meeting, Milestone
from engagements.states import PARTY_ROLES, Party

CLOCK = re.compile(r"(?:kl\.?\s*)?(\d{1,2})(?:[.:](\d{2}))?", re.IGNORECASE)


class ClockField(forms.CharField):
    """A time of day as Danes write it: 9, 9.30, 09:30, kl. 9.30. Cleans to a local time."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=12, **kwargs)

    def clean(self, value: Any) -> time | None:  # type: ignore[override]
        text = super().clean(value)
        if not text:
            return None
        found = CLOCK.fullmatch(text.strip())
        hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
        if hour > 23 or minute > 59:
            raise forms.ValidationError(f"»{self.label}« er ikke et klokkeslæt. Skriv det som 9.30.")
        return time(hour, minute)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.hour}.{value:%M}" if isinstance(value, time) else value


class MeetingForm(BaseForm):
    """Time, place and people of a meeting; a group of boxes for each party."""

    starts_at = ClockField(label="Fra kl.")
    ends_at = ClockField(label="Til kl.")
    place = forms.CharField(label="Sted", required=False, max_length=200)
    link = forms.CharField(
        label="Link til onlinemøde",
        required=False,
        max_length=500,
        help_text="Begynder med https://. Vises kun for forløbets team, kommunen og de indkaldte.",
        validators=[URLValidator(schemes=["https"], message="Linket skal være en adresse, der begynder med https://.")],
    )
    others = forms.CharField(
        label="Andre deltagere",
        required=False,
        max_length=300,
        help_text="Folk uden adgang til systemet. De får ingen mail herfra.",
    )

    def __init__(self, data: Any = None, *, milestone: Milestone, meeting: Meeting | None, people: dict[Party, list[User]]) -> None:
        chosen = _chosen(milestone, meeting, people)
        initial: dict[str, Any] = {"place": milestone.place}
        if meeting:
            initial = {name: getattr(meeting, name) for name in ("starts_at", "ends_at", "place", "link", "others")}
        super().__init__(data, initial=initial | {party.value: list(chosen) for party in people})
        self.people = {user.pk: user for users in people.values() for user in users}
        for party, users in people.items():
            if users:
                self.fields[party.value] = forms.TypedMultipleChoiceField(
                    label=party.label,
                    required=False,
                    coerce=int,
                    choices=[(user.pk, user.full_name) for user in users],
                    widget=forms.CheckboxSelectMultiple,
                )
        self.parties = [party.value for party, users in people.items() if users]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("starts_at") and values.get("ends_at") and values["ends_at"] <= values["starts_at"]:
            self.add_error("ends_at", "Mødet slutter, før det begynder.")
        return values

    def details(self) -> Details:
        """What the form says, for the actions."""
        values = self.cleaned_data
        return Details(
            starts_at=values["starts_at"],
            ends_at=values["ends_at"],
            place=values["place"].strip(),
            link=values["link"].strip(),
            others=values["others"].strip(),
            users=[self.people[pk] for party in self.parties for pk in values[party]],
        )


def _chosen(milestone: Milestone, meeting: Meeting | None, people: dict[Party, list[User]]) -> set[int]:
    """Whose boxes are ticked: the participants; of a new meeting those who answer for the milestone's parties, and the team's own."""
    if meeting:
        return set(meeting.participants.filter(removed_at__isnull=True).values_list("user_id", flat=True))
    roles = PARTY_ROLES[Party(milestone.party)] | (PARTY_ROLES[Party(milestone.counterpart)] if milestone.counterpart else set())
    asked = {user.pk for user in people[Party.MUNICIPALITY] if user.roles() & roles}
    return asked | {user.pk for user in people[Party.TASK_FORCE]}
