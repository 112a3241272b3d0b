"""Input about mails: how long they wait, another text, another time, which of them a list shows."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.actions.mails import LONGEST_TEXT
from accounts.base_form import BaseForm
from accounts.danish import long_date
from accounts.letters import LONGEST_SUBJECT
from accounts.states import MailState
from engagements.fields import DayField, expect_year
from engagements.states import MailHold

AT_EIGHT = time(8)  # local time, as reminders
LATEST = timedelta(days=60)


class HoldForm(BaseForm):
    hours = forms.TypedChoiceField(
        label="Hvornår skal nye mails til kommunen sendes?", choices=MailHold, coerce=int, widget=forms.RadioSelect
    )


class MailFilter(BaseForm):
    state = forms.ChoiceField(label="Status", required=False, choices=[("", "Alle"), *MailState.choices])


class MailForm(BaseForm):
    subject = forms.CharField(label="Emne", max_length=LONGEST_SUBJECT)
    text = forms.CharField(label="Tekst", max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 12}))


class PostponeForm(BaseForm):
    """Counted from when the mail would go by itself."""

    how = forms.ChoiceField(label="Hvor længe skal mailen vente?", choices=[], widget=forms.RadioSelect)
    day = DayField(label="Dag", required=False, help_text="Kun hvis du vælger en bestemt dag, fx 19.02.2027. Mailen sendes kl. 8.00.")

    def __init__(self, *args: Any, due_at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.due_at = max(due_at, timezone.now())
        days = (("1", "1 dag", 1), ("3", "3 dage", 3))
        choices = [(key, f"{words} mere: {_words(self._later(number))}") for key, words, number in days]
        self.fields["how"].choices = [*choices, ("day", "Til en bestemt dag")]  # type: ignore[attr-defined]
        expect_year(self, "day", timezone.localdate().year)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("how") == "day" and "day" in values:
            today, day = timezone.localdate(), values["day"]
            if day is None:
                self.add_error("day", "Skriv dagen, fx 19.02.2027, eller vælg 1 eller 3 dage.")
            elif not today < day <= today + LATEST:
                self.add_error("day", f"Vælg en dag efter i dag og senest {long_date(today + LATEST)}.")
        return values

    def until(self) -> datetime:
        """The moment at which the mail goes by itself."""
        if self.cleaned_data["how"] == "day":
            return timezone.make_aware(datetime.combine(self.cleaned_data["day"], AT_EIGHT))
        return self._later(int(self.cleaned_data["how"]))

    def _later(self, days: int) -> datetime:
        """The same time of the day, also across a change of the clock."""
        local = timezone.localtime(self.due_at)
        return timezone.make_aware(datetime.combine(local.date() + timedelta(days=days), local.time()))


def _words(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{long_date(local.date())} kl. {local:%H.%M}"
