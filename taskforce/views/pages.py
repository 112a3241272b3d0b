"""Pages for everybody: the footer pages, whose texts an administrator writes, and the page after the log-off."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from taskforce.models import InformationPage


@require_safe
def information(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "taskforce/information.html", {"page": get_object_or_404(InformationPage, slug=slug)})


@require_safe
def logged_off(request: HttpRequest) -> HttpResponse:
    return render(request, "taskforce/logged_off.html")
