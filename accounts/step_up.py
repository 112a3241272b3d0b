"""A fresh second factor before what is worth more than a session: `@fresh_factor_required` on the view."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import second_factor
from accounts.models import User

DEMO_LOG_IN = "demo_log_in"  # in the session of somebody who was chosen on the page of demo people
PRESS_AGAIN = "Tryk på knappen igen, når du har bekræftet, at det er dig."


def mark_as_demo(request: HttpRequest) -> None:
    """The session was begun on the page of demo people: it needs no second factor while DEMO is on."""
    request.session[DEMO_LOG_IN] = True


def is_demo(request: HttpRequest) -> bool:
    """Whether this is a demo log-in. In any other mode than the demo the mark means nothing."""
    user = request.user
    return bool(settings.DEMO and isinstance(user, User) and user.is_demo and request.session.get(DEMO_LOG_IN))


def has_fresh_factor(request: HttpRequest) -> bool:
    """Whether the person showed a second factor, at log-in or since, less than settings.STEP_UP_AGE seconds ago."""
    return is_demo(request) or _showed(request, {"mfa"})


def may_change_factors(request: HttpRequest) -> bool:
    """The same for one's own factors; somebody who has none yet comes with the password alone."""
    if has_fresh_factor(request):
        return True
    user = request.user
    return isinstance(user, User) and _showed(request, {"password"}) and not second_factor.has_one(user)


def _showed(request: HttpRequest, methods: set[str]) -> bool:
    records = get_authentication_records(request, request.user)
    return any(record["method"] in methods and 0 <= time.time() - record["at"] < settings.STEP_UP_AGE for record in records)


def fresh_factor_required(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorates a view: without a fresh second factor the person confirms who they are and comes back to the page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs) if has_fresh_factor(request) else ask(request)

    return guarded


def ask(request: HttpRequest) -> HttpResponseRedirect:
    """To "Bekræft, at det er dig", and from there back: to this page, or to the one that a form was sent from.

    What was typed into the form is not kept meanwhile: ask before the form is shown as well.
    """
    back = request.get_full_path()
    if request.method not in {"GET", "HEAD"}:
        back = _sent_from(request)
        messages.info(request, PRESS_AGAIN)
    return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")


def _sent_from(request: HttpRequest) -> str:
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return reverse("home")
    page = urlsplit(came_from)
    return f"{page.path}?{page.query}" if page.query else page.path
