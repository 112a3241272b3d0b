"""What holds for every page: log-in first and for a while, a line in the log, nothing kept of private pages, refusals in sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_structlog.middlewares import RequestMiddleware

from accounts import access, session_limits
from accounts.refusal import Denied, Refused
from taskforce.views import errors

log = structlog.get_logger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]
LOG_IN_AGAIN = "Log ind igen; uploaden fortsætter, hvor den slap."


class SessionLimitMiddleware:
    """Ends a log-in that nobody used for a while, or that has lasted long enough (accounts/session_limits.py)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and session_limits.is_over(request.session):
            request.session.flush()
            request.user = AnonymousUser()
            forget(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func: Any, args: Any, kwargs: Any) -> None:
        asks = request.resolver_match and request.resolver_match.view_name == "session-left"
        if request.user.is_authenticated and not asks and not session_limits.is_polling(request):
            session_limits.note_use(request.session)


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
        if "Tus-Resumable" in request.headers:  # an upload: a script asks, which a page of any kind would not help
            return HttpResponse(LOG_IN_AGAIN, status=401, content_type="text/plain; charset=utf-8")
        return self.to_log_in(request)

    def to_log_in(self, request: Any) -> HttpResponse:
        """To the log-in, and from there back to the page; a form that was sent too late leads back to the page it stood on."""
        page = {"next": self.came_from(request)}
        cut_off = {session_limits.CUT_OFF_QUERY: "1"} if session_limits.was_cut_off(request) else {}
        log_in = f"{resolve_url(settings.LOGIN_URL)}?{urlencode(page | cut_off, safe='/')}"
        # To htmx: the whole page goes, not the part that was asked for
        return HttpResponseClientRedirect(log_in) if request.htmx else HttpResponseRedirect(log_in)

    @staticmethod
    def came_from(request: Any) -> str:
        """The page that the person saw or asked for; of our own pages only."""
        if request.htmx:
            return str(request.htmx.current_url_abs_path or "/")
        if request.method in {"GET", "HEAD"}:
            return str(request.get_full_path())
        referer = request.headers.get("Referer", "")
        if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
            return "/"
        page = urlsplit(referer)
        return f"{page.path}?{page.query}" if page.query else page.path


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


@receiver(user_logged_out, dispatch_uid="forget what was seen")
def forget_at_log_out(sender: Any, request: HttpRequest | None, **more: Any) -> None:
    if request is not None:
        forget(request)


def forget(request: HttpRequest) -> None:
    """Ask the browser to forget the site with the answer to this request."""
    request.forget_site = True  # type: ignore[attr-defined]


class ClearSiteDataMiddleware:
    """After the log-off the browser keeps neither pages nor what scripts stored.

    Not "cookies": that would empty every site under the authority's domain, and our own are gone already.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "forget_site", False):
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


class RefusalMiddleware:
    """A rule that is unmet is 409, a policy that says no is 403; both show the sentence (decision 6). A wrong method is a page too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return errors.not_allowed(request, response["Allow"])
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return errors.refused(request, str(exception))
        if isinstance(exception, Denied):
            return errors.denied(request, str(exception))
        return None
