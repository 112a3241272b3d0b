"""One's own second factor: the app, the passkeys, and to show one of them again."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import IndexView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateCodeView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    ListWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe
from django.views.generic.edit import FormView

from accounts import qr, second_factor
from accounts.refusal import Refused
from accounts.requests import Request
from accounts.views.form_page import View, form_page
from accounts.views.recovery_codes import show_after


class Overview(IndexView):
    """All that one has; to somebody who has nothing yet it is the way to get it."""

    template_name = "accounts/second_factor.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user = self.request.user
        own = list(second_factor.factors(user))
        return context | {
            "app": next((factor for factor in own if factor.type == Authenticator.Type.TOTP), None),
            "passkeys": [factor for factor in own if factor.type == Authenticator.Type.WEBAUTHN],
            "has_factor": bool(own),
            "has_several": len(own) > 1,
            "codes_left": second_factor.codes_left(user),
            "last_one": second_factor.LAST_ONE,
        }


class App(ActivateTOTPView):
    """Take an app into use, the first or the one on a new phone: the old one goes when the new one has given its first code."""

    template_name = "accounts/app.html"

    @method_decorator(reauthentication_required(app="allauth.mfa"))
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = FormView.dispatch(self, request, *args, **kwargs)  # type: ignore[assignment]
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        return context | {
            "qr": qr.draw(context["totp_url"]),
            "secret_groups": [secret[at : at + 4] for at in range(0, len(secret), 4)],
            "is_new_phone": self._old().exists(),
        }

    def _old(self) -> Any:
        return Authenticator.objects.filter(user=self.request.user, type=Authenticator.Type.TOTP)

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        self._old().delete()
        response: HttpResponse = super().form_valid(form)
        return response


class Passkeys(ListWebAuthnView):
    template_name = "accounts/passkeys.html"
    context_object_name = "passkeys"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"has_several": second_factor.factors(self.request.user).count() > 1, "last_one": second_factor.LAST_ONE}


class RemoveApp(DeactivateTOTPView):
    template_name = "accounts/app_remove.html"
    extra_context = {"cancel_url": reverse_lazy("mfa_index")}

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        _refuse_to_remove_the_last(second_factor.factors(request.user).filter(type=Authenticator.Type.TOTP).first())
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


class RemovePasskey(RemoveWebAuthnView):
    template_name = "accounts/passkey_remove.html"
    extra_context = {"cancel_url": reverse_lazy("mfa_index")}
    context_object_name = "passkey"

    def get_object(self, queryset: Any = None) -> Authenticator:
        passkey = super().get_object(queryset)
        _refuse_to_remove_the_last(passkey)
        return passkey


def _refuse_to_remove_the_last(factor: Authenticator | None) -> None:
    if factor is not None and (sentence := second_factor.why_not_remove(factor)):
        raise Refused(sentence)


overview: View = require_safe(Overview.as_view())
app = form_page(show_after(App.as_view()))
app_remove = form_page(RemoveApp.as_view())
passkeys: View = require_safe(Passkeys.as_view())
passkey_add = form_page(show_after(AddWebAuthnView.as_view(template_name="accounts/passkey_add.html")))
passkey_name = form_page(EditWebAuthnView.as_view(template_name="accounts/passkey_name.html", context_object_name="passkey"))
passkey_remove = form_page(RemovePasskey.as_view())
confirm = form_page(ReauthenticateView.as_view(template_name="accounts/confirm_password.html"))
confirm_with_code = form_page(ReauthenticateCodeView.as_view(template_name="accounts/confirm_code.html"))
confirm_with_passkey = form_page(ReauthenticateWebAuthnView.as_view(template_name="accounts/confirm_passkey.html"))
