"""What holds for every page: log-in first, a line in the log, no caching of private pages, and refusals as the sentences they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_structlog.middlewares import RequestMiddleware

from accounts import access
from accounts.refusal import Denied, Refused
from taskforce.views import errors

log = structlog.get_logger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]


class LogInFirstMiddleware:
    """Every address is declared in the policy and needs log-in unless it is declared open; an undeclared one does not exist."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        permission = access.taken_by(name)
        if permission is None:
            log.error("address without a policy row", name=name)
            raise Http404
        if permission is access.ANYBODY or request.user.is_authenticated:
            return None
        return self.to_log_in(request)

    def to_log_in(self, request: HttpRequest) -> HttpResponseRedirect:
        """To the log-in, and from there back to the page; a form that was sent too late leads back to the page it stood on."""
        if request.method in {"GET", "HEAD"}:
            return redirect_to_login(request.get_full_path())
        came_from = request.headers.get("Referer", "")
        if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
            return redirect_to_login("/")
        page = urlsplit(came_from)
        return redirect_to_login(f"{page.path}?{page.query}" if page.query else page.path)


class RequestLogMiddleware(RequestMiddleware):
    """Logs every request with its id, and of its address only the path: what somebody searched for may be a person."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


class NoStoreMiddleware:
    """Nothing that a logged-in person saw stays in a cache or behind the back button after log-out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            add_never_cache_headers(response)
        return response


class RefusalMiddleware:
    """A rule that is unmet is 409, a policy that says no is 403; both show the sentence (decision 6)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return errors.refused(request, str(exception))
        if isinstance(exception, Denied):
            return errors.denied(request, str(exception))
        return None
