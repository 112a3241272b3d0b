"""Input about people, roles and conflicts to clean values. Labels and help in Danish; all markup lies in templates/dkfds."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.base_form import BaseForm
from accounts.forms import NEW_PASSWORD_HELP, new_password_field
from accounts.models import Invitation, Organisation, User
from accounts.people_access import roles_in
from accounts.states import ROLE_KINDS, OrganisationKind, Role

ANY = [("", "Alle")]
STATES = [("", "Aktive"), ("invited", "Inviterede"), ("barred", "Spærrede"), ("ended", "Ophørte"), ("all", "Alle")]
WRITE_DAY = "Skriv datoen som dd.mm.åååå, fx 19.02.2027."
AT_ONCE, ON_DAY = "at_once", "on_day"


class CalendarDayField(forms.DateField):
    """One day, written as Danes do."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Fx 19.02.2027.")
        widget = forms.DateInput(format="%d.%m.%Y", attrs={"autocomplete": "off", "inputmode": "numeric"})
        formats = ["%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d"]
        super().__init__(input_formats=formats, widget=widget, error_messages={"invalid": WRITE_DAY}, **kwargs)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and not 2000 <= day.year <= 2100:
            raise ValidationError("Vælg en dag mellem 2000 og 2100.")
        return day


class NameField(forms.CharField):
    """Somebody's name on one line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label="Navn", max_length=150, **kwargs)
        self.widget.attrs["autocomplete"] = "name"

    def clean(self, value: Any) -> str:
        return " ".join(str(super().clean(value)).split())


class PeopleFilter(BaseForm):
    """All in the URL, so that a link can be copied."""

    unguarded = frozenset({"search"})

    search = forms.CharField(label="Navn eller e-mail", required=False, max_length=100)
    organisation = forms.ModelChoiceField(label="Organisation", required=False, queryset=Organisation.objects.none(), empty_label="Alle")
    role = forms.ChoiceField(label="Rolle", required=False, choices=[])
    state = forms.ChoiceField(label="Status", required=False, choices=STATES)

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = ANY + [(role.value, role.label) for role in roles_in(organisations)]  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = _rows(organisations)  # type: ignore[attr-defined]
        if len(organisations) < 2:
            del self.fields["organisation"]


class RoleForm(BaseForm):
    """Which role, where, and from when to when; only what the person who gives it may give."""

    organisation = forms.ModelChoiceField(label="Organisation", queryset=Organisation.objects.none(), empty_label="Vælg organisation")
    role = forms.ChoiceField(label="Rolle", choices=[])
    valid_from = CalendarDayField(label="Rollen gælder fra")
    valid_to = CalendarDayField(
        label="Rollen gælder til og med", required=False, help_text="Lad feltet stå tomt, hvis rollen ikke har en slutdato."
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = _rows(organisations)  # type: ignore[attr-defined]
        self.fields["role"].choices = [("", "Vælg rolle"), *((role.value, role.label) for role in roles_in(organisations))]  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = timezone.localdate()
        if len(organisations) == 1:
            self.fields["organisation"].initial = organisations[0]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        organisation, role = values.get("organisation"), values.get("role")
        if organisation and role:
            values["role"] = Role(role)
            if OrganisationKind(organisation.kind) not in ROLE_KINDS[values["role"]]:
                self.add_error(
                    "role", f"{organisation.display_name} har ikke rollen {values['role'].label}. Vælg en anden rolle eller organisation."
                )
        first, last = values.get("valid_from"), values.get("valid_to")
        if first and first < timezone.localdate():
            self.add_error("valid_from", "En rolle kan tidligst begynde i dag.")
        if first and last and last < first:
            self.add_error("valid_to", "Slutdatoen ligger før startdatoen.")
        return values


class InviteForm(RoleForm):
    full_name = NameField()
    email = forms.EmailField(label="E-mail", max_length=254, help_text="Arbejdsmailen. Den bliver personens brugernavn.")
    field_order = ("full_name", "email", "organisation", "role", "valid_from", "valid_to")


class EndRoleForm(BaseForm):
    when = forms.ChoiceField(
        label="Hvornår ophører rollen?", choices=[(AT_ONCE, "Straks"), (ON_DAY, "På en bestemt dag")], widget=forms.RadioSelect
    )
    last_day = CalendarDayField(
        label="Sidste dag", required=False, help_text="Udfyldes kun, når rollen ophører på en bestemt dag. Fx 19.02.2027."
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("when") == ON_DAY and not values.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", "Udfyld »Sidste dag«.")
        elif values.get("when") == ON_DAY and values.get("last_day") and values["last_day"] < timezone.localdate():
            self.add_error("last_day", "Vælg i dag eller en senere dag.")
        return values

    def last(self) -> date | None:
        """The last day of the role; None means at once."""
        day: date | None = self.cleaned_data["last_day"] if self.cleaned_data["when"] == ON_DAY else None
        return day


class HandOverForm(BaseForm):
    to = forms.ModelChoiceField(label="Kollega", queryset=User.objects.none(), empty_label="Vælg kollega")
    from_day = CalendarDayField(label="Fra og med")

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues  # type: ignore[attr-defined]
        self.fields["from_day"].initial = timezone.localdate()

    def clean_from_day(self) -> date:
        day: date = self.cleaned_data["from_day"]
        if day < timezone.localdate():
            raise ValidationError("Vælg i dag eller en senere dag.")
        return day


class BarForm(BaseForm):
    reason = forms.CharField(
        label="Begrundelse", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="Vises i personens historik."
    )


class ConflictForm(BaseForm):
    municipality = forms.ModelChoiceField(label="Kommune", queryset=Organisation.objects.municipalities(), empty_label="Vælg kommune")
    reason = forms.CharField(
        label="Begrundelse",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kan kun læses af personen selv og af administratorer.",
    )


class OwnConflictForm(ConflictForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = "Kan kun læses af dig selv og af administratorer."


class JoinForm(BaseForm):
    """What somebody who is new here tells: the name as it shall be written, and a password."""

    full_name = NameField()
    password = new_password_field("Adgangskode", help_text=NEW_PASSWORD_HELP)
    again = new_password_field("Gentag adgangskoden")

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, initial={"full_name": invitation.full_name}, **kwargs)
        self.invitation = invitation

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        password = values.get("password")
        if not password:
            return values
        try:
            validate_password(password, User(email=self.invitation.email, full_name=values.get("full_name", "")))
        except ValidationError as error:
            self.add_error("password", error)
        if values.get("again") and values["again"] != password:
            self.add_error("again", "De to adgangskoder er ikke ens. Skriv den samme to gange.")
        return values


def _rows(organisations: list[Organisation]) -> Any:
    return Organisation.objects.filter(pk__in=[organisation.pk for organisation in organisations])
