"""Log-in, the second step of it, and log-off."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView, LogoutView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts import second_factor
from accounts.refusal import Denied
from accounts.views.form_page import form_page


class LogIn(LoginView):
    template_name = "accounts/log_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"demo": settings.DEMO, "next": self.get_next_url() or ""}


class SecondStep(AuthenticateView):
    """A code or a passkey, after the password."""

    template_name = "accounts/second_step.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        types = {factor.type for factor in second_factor.factors(self.stage.login.user)}
        has_app = Authenticator.Type.TOTP in types
        if not has_app:
            context["form"].fields["code"].label = "Gendannelseskode"
        return context | {"forms": [self.webauthn_form], "has_app": has_app, "has_passkey": Authenticator.Type.WEBAUTHN in types}


def admin_log_in(request: HttpRequest) -> HttpResponse:
    """Django admin has no log-in of its own: strangers go to ours, people without the right are told so."""
    if request.user.is_authenticated:
        raise Denied("Opsætningen er kun for administratorer. Skriv til support, hvis du mangler adgang.")
    return redirect_to_login(request.GET.get("next", ""))


log_in = form_page(LogIn.as_view())
second_step = form_page(SecondStep.as_view())
log_in_with_passkey = form_page(LoginWebAuthnView.as_view())
log_out = require_POST(LogoutView.as_view())
