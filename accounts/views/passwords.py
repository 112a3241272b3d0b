"""A new password: because one wants to, or because the old one is forgotten."""

from __future__ import annotations

from typing import Any

from allauth.account.views import (
    PasswordChangeView,
    PasswordResetDoneView,
    PasswordResetFromKeyDoneView,
    PasswordResetFromKeyView,
    PasswordResetView,
)
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.refusal import Refused
from accounts.requests import Request
from accounts.views.form_page import form_page


class ChangePassword(PasswordChangeView):
    template_name = "accounts/password.html"

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_usable_password():
            raise Refused("Du logger ikke ind med en adgangskode, så der er ingen at skifte.")
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


change = form_page(ChangePassword.as_view())
forgotten = form_page(PasswordResetView.as_view(template_name="accounts/password_forgotten.html"))
link_sent = require_safe(PasswordResetDoneView.as_view(template_name="accounts/password_link_sent.html"))
choose = form_page(PasswordResetFromKeyView.as_view(template_name="accounts/password_choose.html"))
chosen = require_safe(PasswordResetFromKeyDoneView.as_view(template_name="accounts/password_chosen.html"))
