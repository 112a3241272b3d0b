from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest
from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from accounts.base_form import BaseForm, FreeTextGuard, takes_free_text
from accounts.free_text import complaint, name_complaint
from accounts.models import Organisation
from accounts.set_up_history import RecordedAdmin
from accounts.states import Role
from tests import factories

OURS = ("accounts", "documents", "engagements", "cases", "taskforce")
# What nobody looks at later: codes, and what is searched for.
UNGUARDED = {
    "accounts.forms.CodeForm": {"code"},
    "accounts.forms.ConfirmCodeForm": {"code"},
    "accounts.forms.AppForm": {"code"},
    "accounts.people_forms.PeopleFilter": {"search"},
    "engagements.forms.PortfolioFilter": {"search"},
    "taskforce.forms.LogFilter": {"person", "forespoergsel"},
    "taskforce.forms.MailFilter": {"modtager"},
}


def all_forms() -> list[type[forms.BaseForm]]:
    for app in OURS:
        for module in pkgutil.walk_packages(import_module(app).__path__, f"{app}."):
            if "migrations" not in module.name and "documents.child" not in module.name:
                import_module(module.name)
    return sorted({form for form in below(forms.BaseForm) if form.__module__.split(".")[0] in OURS}, key=lambda form: form.__qualname__)


def below(form: type) -> Iterator[type]:
    for one in form.__subclasses__():
        yield one
        yield from below(one)


class Note(BaseForm):
    subject = forms.CharField(label="Emne", required=False)
    text = forms.CharField(label="Notat", required=False, widget=forms.Textarea)
    email = forms.EmailField(required=False)
    password = forms.CharField(required=False, widget=forms.PasswordInput)
    file = forms.FileField(label="Fil", required=False)


def errors(**typed: str) -> dict[str, list[str]]:
    form = Note(typed)
    return {name: list(found) for name, found in form.errors.items()}


def test_the_error_says_where_with_masked_digits_and_what_to_do():
    typed = "Mødet med hende handlede om 010190-1234, som bor i byen med sin hund og sin kat."
    [told] = errors(text=typed)["text"]
    assert told == (
        "Ved tegn 29 i »Notat« står noget, der ligner et CPR-nummer: »…handlede om ••••••-••••, som bor i byen…«. "
        "Slet det. Er det et andet nummer, så skriv lige foran, hvad det er, fx »j.nr.«."
    )


def test_in_a_text_of_several_lines_the_line_is_told():
    [told] = errors(text="Først\r\n\r\nså 010190-1234")["text"]
    assert told.startswith("På linje 3 ved tegn 4 i »Notat« står noget, der ligner et CPR-nummer: »Først så ••••••-••••«.")


def test_several_are_counted_and_none_is_shown():
    [told] = errors(subject="010190-1234 og 020290-2345")["subject"]
    assert "»••••••-•••• og ••••••-••••«. Teksten har 2 af dem." in told


def test_what_may_be_another_number_passes():
    assert errors(subject="0101901234 j.nr. 010190-1234", text="Tlf. 12 34 56 78, EAN 5798000123456, 24/12345") == {}


def test_secrets_and_addresses_are_left_alone():
    assert errors(email="010190-1234@kommune.example", password="010190-1234") == {}


def test_nothing_typed_is_lost():
    form = Note({"subject": "Emnet", "text": "Notat om 010190-1234"})
    assert not form.is_valid()
    assert (form["subject"].value(), form["text"].value()) == ("Emnet", "Notat om 010190-1234")


def test_the_name_of_a_file_is_looked_at():
    files = MultiValueDict({"file": [SimpleUploadedFile("afgørelse 010190-1234.pdf", b"%PDF")]})
    assert Note({}, files).errors["file"] == [
        "Filnavnet ser ud til at indeholde et CPR-nummer: afgørelse ••••••-••••.pdf. Omdøb filen, og vælg den igen."
    ]
    assert name_complaint("afgørelse sag 07.pdf") is None


def test_no_complaint_holds_a_digit_of_the_number():
    for before in ("", "x" * 40, "linje\n", "020290-2345 "):
        told = complaint(f"{before}070785-4697", "Notat") or ""
        assert not any(part in told for part in ("070785", "4697", "020290", "2345")), told


def test_every_form_of_ours_guards_its_texts():
    bare = [form.__qualname__ for form in all_forms() if not issubclass(form, FreeTextGuard)]
    assert bare == []


def test_what_is_not_guarded_is_written_here_too():
    unguarded = {
        f"{form.__module__}.{form.__qualname__}": set(form.unguarded)
        & {name for name, field in getattr(form, "base_fields", {}).items() if takes_free_text(field)}
        for form in all_forms()
    }
    assert {name: fields for name, fields in unguarded.items() if fields} == UNGUARDED


def test_a_free_text_is_cleaned_by_the_guard_alone():
    """A form that replaces the step of the guard would lose it without a sound."""
    assert {form.__qualname__ for form in all_forms() if "_clean_fields" in vars(form)} == {"FreeTextGuard"}


def test_every_page_of_the_set_up_guards_its_texts():
    ours = [page for model, page in admin.site._registry.items() if model._meta.app_label in OURS]
    assert len(ours) > 3
    assert [type(page).__name__ for page in admin.site._registry.values() if not isinstance(page, RecordedAdmin)] == []


@pytest.mark.django_db
def test_the_set_up_refuses_a_number_in_a_text(log_in):
    admin_client = log_in(factories.person(Role.ADMIN, of="Social- og Boligstyrelsen"))
    organisation = Organisation.objects.first()
    url = reverse("admin:accounts_organisation_change", args=[organisation.pk])
    page = admin_client.get(url).context["adminform"].form
    typed = {name: page[name].value() or "" for name in page.fields} | {"display_name": "Kontor 010190-1234"}
    typed |= {"regions-TOTAL_FORMS": "0", "regions-INITIAL_FORMS": "0"}
    response = admin_client.post(url, typed)
    assert response.status_code == 200
    assert "står noget, der ligner et CPR-nummer: »Kontor ••••••-••••«" in response.text
    organisation.refresh_from_db()
    assert "010190" not in organisation.display_name
