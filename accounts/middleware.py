"""Who may stay logged in: people with a role that counts today, and with a second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import access, second_factor, step_up
from accounts.admission import why_not_admitted
from accounts.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]
# In the session: where the person was going when the second factor was asked for.
WAS_GOING_TO = "after_second_factor"
# All that somebody without a second factor reaches, beside the open pages.
ENROLMENT = {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "session-left", "session-extend"}


class AdmissionMiddleware:
    """A role that ends during a session ends the session at its next request, with the sentence that says why and whom to ask."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        user = request.user
        sentence = why_not_admitted(user) if isinstance(user, User) else ""
        if not sentence:
            return None
        logout(request)
        messages.error(request, sentence)
        return redirect("account_login")


class SecondFactorMiddleware:
    """Nobody works here on a password alone: without an app or a passkey only the pages to add one are there."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        user = request.user
        if not isinstance(user, User) or step_up.is_demo(request) or second_factor.has_one(user):
            return None
        request.enrolling = True  # type: ignore[attr-defined]  # the menu would lead nowhere
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in ENROLMENT or access.taken_by(name) is access.ANYBODY:
            return None
        if request.method == "GET":
            request.session[WAS_GOING_TO] = request.get_full_path()
        return redirect("mfa_index")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """allauth's own pages ask for a fresh factor in the same way as ours."""
        return step_up.ask(request) if isinstance(exception, ReauthenticationRequired) else None
