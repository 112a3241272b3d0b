"""Recovery codes: shown right after they were made and until the person says that they are kept, never again."""

from __future__ import annotations

import time
from functools import wraps
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts import second_factor
from accounts.middleware import WAS_GOING_TO
from accounts.requests import Request
from accounts.views.form_page import View, form_page

MADE_AT = "recovery_codes_made_at"  # in the session, while they may be looked at
SHOWN_FOR = 15 * 60  # seconds, for somebody who forgets to say that they are kept


def show_after(view: View) -> View:
    """Decorates a view that may make new codes: the next page shows them."""

    @wraps(view)
    def making(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 302 and response["Location"] == reverse("mfa_view_recovery_codes"):
            request.session[MADE_AT] = time.time()
        return response

    return making


@require_safe
def show(request: Request) -> HttpResponse:
    codes = _codes_to_show(request)
    context = {"codes": codes, "left": second_factor.codes_left(request.user), "total": app_settings.RECOVERY_CODE_COUNT}
    return render(request, "accounts/recovery_codes.html", context)


@require_safe
def download(request: Request) -> HttpResponse:
    codes = _codes_to_show(request)
    if not codes:
        return redirect("mfa_view_recovery_codes")
    context = {"codes": codes, "email": request.user.email}
    response = render(request, "accounts/recovery_codes.txt", context, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="gendannelseskoder.txt"'
    return response


@require_POST
def kept(request: Request) -> HttpResponse:
    """The person has them: they are not shown again, and the way goes on to where it was going before."""
    request.session.pop(MADE_AT, None)
    return redirect(request.session.pop(WAS_GOING_TO, None) or "account")


def _codes_to_show(request: Request) -> list[str]:
    kept_codes = second_factor.recovery_codes(request.user)
    is_fresh = time.time() - request.session.get(MADE_AT, 0) < SHOWN_FOR
    return list(kept_codes.wrap().get_unused_codes()) if kept_codes and is_fresh else []


CANCEL = {"cancel_url": reverse_lazy("mfa_index")}
make = form_page(show_after(GenerateRecoveryCodesView.as_view(template_name="accounts/recovery_codes_make.html", extra_context=CANCEL)))
