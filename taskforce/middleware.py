"""What holds for every page: log-in first, a line in the log, no caching of private pages, and refusals as the sentences they are."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_structlog.middlewares import RequestMiddleware

from accounts.refusal import Denied, Refused
from taskforce.views import errors

GetResponse = Callable[[HttpRequest], HttpResponse]


class LogInFirstMiddleware(LoginRequiredMiddleware):
    """Every page needs log-in unless its view says otherwise."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]) -> HttpResponseRedirect:
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
