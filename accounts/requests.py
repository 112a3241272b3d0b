"""The request as a view sees it behind the log-in: with one of our own people."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class Request(HttpRequest):
    """Type only: LoginRequiredMiddleware has let a known person through, and htmx tells whether it asked."""

    user: User
    htmx: HtmxDetails
