"""The pages that say no, in Danish: 400, 403, 404, 405, 409, 500."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import requires_csrf_token


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(render_to_string("400.html"), status=400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Drawn without request or context: the database itself may be what failed."""
    return HttpResponse(render_to_string("500.html"), status=500)


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return render(request, "409.html", {"sentence": sentence, "back_url": back if safe else ""}, status=409)


def not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """`allowed` are the methods that the address knows."""
    response = render(request, "405.html", status=405)
    response["Allow"] = allowed
    return response


def denied(request: HttpRequest, sentence: str) -> HttpResponse:
    return render(request, "403.html", {"sentence": sentence}, status=403)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    sentence = "Siden har været åben for længe, eller du er logget af i et andet vindue. Gå tilbage, genindlæs siden, og prøv igen."
    return render(request, "403.html", {"sentence": sentence}, status=403)
