"""Where allauth asks us: no sign-up, no mail inside a request, secrets sealed, and our own words."""

from __future__ import annotations

from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import sealing, second_factor, step_up
from accounts.actions import notices
from accounts.admission import why_not_admitted
from accounts.models import User

log = structlog.get_logger(__name__)
WRONG_CODE = "Koden passer ikke, eller den er brugt. Vent på den næste kode, og prøv igen."
TOO_MANY = "Der er prøvet for mange gange. Vent fem minutter, og prøv igen."
# Ways to show a second factor again, as the link to each is called
OTHER_WAYS = {
    "mfa_reauthenticate": "Brug en kode i stedet",
    "mfa_reauthenticate:webauthn": "Brug en adgangsnøgle i stedet",
}
# allauth's name of a notice → our verb in the history
NOTICES = {
    "account/email/password_changed": "password.change",
    "account/email/password_reset": "password.reset",
    "mfa/email/totp_activated": "factor.app_on",
    "mfa/email/totp_deactivated": "factor.app_off",
    "mfa/email/webauthn_added": "factor.passkey_on",
    "mfa/email/webauthn_removed": "factor.passkey_off",
    "mfa/email/recovery_codes_generated": "factor.codes_new",
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "E-mail og adgangskode passer ikke sammen. Kontrollér begge dele, og prøv igen.",
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "enter_current_password": "Den nuværende adgangskode er ikke rigtig.",
        "incorrect_password": "Adgangskoden er ikke rigtig.",
        "incorrect_code": WRONG_CODE,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # people are invited

    def is_ajax(self, request: HttpRequest) -> bool:
        """Only the button for passkeys asks for JSON; no other page has a second way to be answered."""
        asks = request.resolver_match is not None and request.resolver_match.url_name == "mfa_login_webauthn"
        return asks and request.headers.get("Accept") == "application/json"

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """However somebody comes in, with a passkey too: nobody without a role that counts today."""
        sentence = why_not_admitted(user)
        if not sentence:
            return None
        clear_login(request)
        messages.error(request, sentence)
        return redirect("account_login")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return not step_up.may_change_factors(context.request)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """The second factor; the password alone only for somebody who has none yet."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        factors = [method | {"description": OTHER_WAYS[method["id"]]} for method in methods if method["id"] in OTHER_WAYS]
        return factors or methods

    def reauthenticate(self, user: User, password: str) -> bool:
        return bool(self.authenticate(context.request, email=user.email, password=password) == user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        notices.notify(user=user, verb=NOTICES[template_prefix], by=user)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        raise NotImplementedError(f"{template_prefix}: mail goes through accounts/outbox.py")


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": second_factor.LAST_ONE,
        "cannot_generate_recovery_codes": "Du skal have en app eller en adgangsnøgle, før du kan få gendannelseskoder.",
    }

    def encrypt(self, text: str) -> str:
        return sealing.seal(text, owner=_owner().pk)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; one that does not open is answered by a fresh one, which no code fits: nobody comes in, nothing breaks."""
        owner = _owner()
        try:
            return sealing.unseal(encrypted_text, owner=owner.pk)
        except sealing.Unreadable:
            log.error("second factor cannot be unsealed", user=owner.pk)
            return str(generate_totp_secret())

    def build_totp_svg(self, url: str) -> str:
        return ""  # our page draws the code itself (accounts/qr.py)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not second_factor.why_not_remove(authenticator)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        return f"Adgangsnøgle {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": context.request.get_host().partition(":")[0], "name": settings.MFA_TOTP_ISSUER}


def _owner() -> User:
    """Whose secrets this request is about: the person who is logged in, or on the way in."""
    request = context.request
    stage = getattr(request, "_login_stage", None)
    owner: User = stage.login.user if stage else request.user
    return owner
