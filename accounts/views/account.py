"""Min konto: who I am here, what I may, how I log in, and on which devices."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.views import ListUserSessionsView
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import devices, second_factor
from accounts.requests import Request
from accounts.views.form_page import form_page


@require_safe
def account(request: Request) -> HttpResponse:
    user = request.user
    own = list(second_factor.factors(user))
    context = {
        "memberships": user.valid_memberships(),
        "has_password": user.has_usable_password(),
        "has_app": any(factor.type == "totp" for factor in own),
        "passkey_count": sum(1 for factor in own if factor.type == "webauthn"),
        "codes_left": second_factor.codes_left(user),
    }
    return render(request, "accounts/account.html", context)


class Devices(ListUserSessionsView):
    """Where one is logged in, this device first."""

    template_name = "accounts/devices.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        newest = sorted(context["sessions"], key=lambda one: (not one.is_current(), -one.created_at.timestamp()))
        rows = [
            {
                "name": devices.describe(one.user_agent),
                "is_phone": devices.is_phone(one.user_agent),
                "is_this": one.is_current(),
                "session": one,
            }
            for one in newest
        ]
        return context | {"rows": rows}


sessions = form_page(Devices.as_view())
