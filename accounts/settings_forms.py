"""Input about one's own mails and absence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.actions.absence import problems_with
from accounts.base_form import BaseForm
from accounts.models import User
from accounts.notices import NoticeKind
from accounts.people_forms import CalendarDayField
from accounts.states import Delivery


class MailChoiceForm(BaseForm):
    """A group of choices for each of these kinds of events; only what the kind itself offers."""

    def __init__(self, *args: Any, kinds: Mapping[str, NoticeKind], chosen: Mapping[str, Delivery], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = {key.replace(".", "-"): kind for key, kind in kinds.items()}
        for name, kind in self.kinds.items():
            unknown = f"Vælg en af mulighederne for »{kind.label}«."
            self.fields[name] = forms.ChoiceField(
                label=kind.label,
                help_text=kind.help,
                choices=[(one.value, one.label) for one in kind.choices],
                initial=chosen[kind.key].value,
                widget=forms.RadioSelect,
                error_messages={"required": unknown, "invalid_choice": unknown},
            )

    def choices(self) -> dict[str, str]:
        """{kind: delivery}, as the action takes them."""
        return {kind.key: self.cleaned_data[name] for name, kind in self.kinds.items()}


class AbsenceForm(BaseForm):
    first_day = CalendarDayField(label="Første dag")
    last_day = CalendarDayField(label="Sidste dag")
    deputy = forms.ModelChoiceField(label="Stedfortræder", queryset=User.objects.none(), empty_label="Vælg kollega")

    def __init__(self, *args: Any, user: User, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["deputy"].queryset = colleagues  # type: ignore[attr-defined]
        self.fields["deputy"].error_messages["invalid_choice"] = "Vælg en kollega fra listen."

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if len(values) == len(self.fields):
            for name, sentence in problems_with(user=self.user, **values).items():
                self.add_error(name, sentence)
        return values
