"""How a page of allauth's answers like ours: only with the methods that it knows, and 422 when its form is refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponse]


def form_page(view: View) -> View:
    """Shows a form and takes it."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        context = getattr(response, "context_data", None) or {}
        forms = [context.get("form"), *context.get("forms", ())]
        if request.method == "POST" and response.status_code == 200 and any(form.errors for form in forms if form is not None):
            response.status_code = 422
        return response

    guarded: View = require_http_methods(["GET", "HEAD", "POST"])(answer)
    return guarded
