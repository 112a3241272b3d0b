"""Log-in and log-out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView, redirect_to_login
from django.http import HttpRequest, HttpResponse

from accounts.forms import LogInForm
from accounts.refusal import Denied


class LogIn(LoginView):
    template_name = "accounts/log_in.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "demo": settings.DEMO,
            "has_errors": bool(kwargs.get("form") and kwargs["form"].errors),
        }


def admin_log_in(request: HttpRequest) -> HttpResponse:
    """Django admin has no log-in of its own: strangers go to ours, people without the right are told so."""
    if request.user.is_authenticated:
        raise Denied("Opsætningen er kun for administratorer. Skriv til support, hvis du mangler adgang.")
    return redirect_to_login(request.GET.get("next", ""))


log_in = LogIn.as_view()
log_out = LogoutView.as_view()
