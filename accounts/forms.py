"""Log-in, password and second factor: allauth's forms with our fields, our words, and what they leave open."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm, ResetPasswordKeyForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateCodeForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts import second_factor
from accounts.actions import passwords
from accounts.adapters import WRONG_CODE
from accounts.admission import why_not_admitted
from accounts.base_form import BaseForm
from accounts.passwords import LONGEST, SHORTEST

NEW_PASSWORD_HELP = (
    f"Mindst {SHORTEST} tegn. Brug gerne flere tilfældige ord efter hinanden. Mellemrum er tilladt, og du må gerne sætte den ind."
)
NO_CREDENTIAL = "Browseren gav ingen adgangsnøgle. Prøv igen."
# What the libraries raise for what no browser would send. A ValidationError is none of them.
NONSENSE = (TypeError, ValueError, KeyError, AttributeError, InvalidSignature)
NAME_LIMIT = 60


def password_field(label: str, **more: Any) -> forms.CharField:
    """The password one has."""
    widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
    return forms.CharField(label=label, strip=False, max_length=LONGEST, widget=widget, **more)


def new_password_field(label: str, **more: Any) -> forms.CharField:
    """A password that is chosen now; how long it may be says its validator."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "input-width-xl"})
    return forms.CharField(label=label, strip=False, widget=widget, **more)


def code_field(label: str, **more: Any) -> forms.CharField:
    """A code that may be pasted, with or without spaces."""
    widget = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code-input", "spellcheck": "false"})
    return forms.CharField(label=label, max_length=20, widget=widget, **more)


class LogInForm(BaseForm, LoginForm):
    """E-mail and password; the same answer for a known and an unknown address."""

    password = password_field("Adgangskode")

    def _setup_password_field(self) -> None:
        widget = forms.EmailInput(attrs={"autocomplete": "username"})
        self.fields["login"] = forms.EmailField(label="E-mail", max_length=254, widget=widget)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.user and (sentence := why_not_admitted(self.user)):
            raise ValidationError(sentence)
        return cleaned


class ForgottenPasswordForm(BaseForm):
    """Asks for a link to choose a new password; says nothing of whether the address is known."""

    email = forms.EmailField(label="E-mail", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"}))

    def save(self, request: HttpRequest) -> None:
        passwords.ask_for_link(email=self.cleaned_data["email"])


class _TwiceTheSame(BaseForm):
    """A new password is checked for its person, and typed twice."""

    def clean_password1(self) -> str:
        return passwords.check(self.cleaned_data["password1"], self.user)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", "De to adgangskoder er ikke ens. Skriv den samme begge gange.")
        return cleaned


class NewPasswordForm(_TwiceTheSame, ResetPasswordKeyForm):
    password1 = new_password_field("Ny adgangskode", help_text=NEW_PASSWORD_HELP)
    password2 = new_password_field("Gentag den nye adgangskode")


class PasswordForm(_TwiceTheSame, ChangePasswordForm):
    oldpassword = password_field("Nuværende adgangskode")
    password1 = new_password_field("Ny adgangskode", help_text=NEW_PASSWORD_HELP)
    password2 = new_password_field("Gentag den nye adgangskode")


class ConfirmPasswordForm(BaseForm, ReauthenticateForm):
    password = password_field("Adgangskode")


class _CodeOnce(BaseForm):
    """A code of the app counts once, however long it is valid."""

    unguarded = frozenset({"code"})

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP and not second_factor.use_once(self.user, code):  # type: ignore[attr-defined]
            raise ValidationError(WRONG_CODE)
        return code


class CodeForm(_CodeOnce, AuthenticateForm):
    code = code_field("Kode")


class ConfirmCodeForm(_CodeOnce, ReauthenticateCodeForm):
    code = code_field("Kode")


class AppForm(BaseForm, ActivateTOTPForm):
    """The first code of a new app: it proves that the secret arrived, and does not count a second time."""

    unguarded = frozenset({"code"})

    code = code_field("Koden i appen")

    def clean_code(self) -> str:
        code: str = super().clean_code()
        second_factor.use_once(self.user, code)
        return code


class PasskeyForm(BaseForm, AddWebAuthnForm):
    """A new passkey. It always asks for finger, face or PIN, so that it can also log in without a password."""

    name = forms.CharField(label="Navn", max_length=NAME_LIMIT, help_text="Så du kan kende den igen, for eksempel »Arbejdstelefon«.")
    passwordless = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages = {"required": NO_CREDENTIAL, "invalid": NO_CREDENTIAL}

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        try:
            return super().clean() or {}
        except NONSENSE as error:
            raise ValidationError(NO_CREDENTIAL) from error


class _Credential(BaseForm):
    """What a browser answered for a passkey; anything else that somebody sends is refused, whatever it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages = {"required": NO_CREDENTIAL, "invalid": NO_CREDENTIAL}

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except NONSENSE as error:
            raise ValidationError(NO_CREDENTIAL) from error


class LogInPasskeyForm(_Credential, LoginWebAuthnForm):
    pass


class UsePasskeyForm(_Credential, AuthenticateWebAuthnForm):
    pass


class ConfirmPasskeyForm(_Credential, ReauthenticateWebAuthnForm):
    pass


class PasskeyNameForm(BaseForm, EditWebAuthnForm):
    name = forms.CharField(label="Navn", max_length=NAME_LIMIT)
