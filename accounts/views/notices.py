"""Beskeder: what one has been told, newest first."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from accounts import notices
from accounts.actions import reading
from accounts.models import Notice
from accounts.requests import Request

PER_PAGE = 50
UNREAD = "ulaeste"


@require_safe
def notice_list(request: Request) -> HttpResponse:
    """All of them or the unread ones, as the address says."""
    own, only_unread = Notice.objects.visible_to(request.user).select_related("on_behalf_of"), request.GET.get("vis") == UNREAD
    page = Paginator(own.unread() if only_unread else own, PER_PAGE).get_page(request.GET.get("page"))
    unread = notices.unread_count(request)
    tabs = [
        {"label": "Alle", "url": request.path, "current": not only_unread},
        {"label": f"Ulæste ({unread})" if unread else "Ulæste", "url": f"?vis={UNREAD}", "current": only_unread},
    ]
    context = {"page": page, "tabs": tabs, "unread": unread, "only_unread": only_unread, "seen_at": timezone.now().isoformat()}
    return render(request, "accounts/notices.html", context)


@require_POST
def read(request: Request, notice: uuid.UUID) -> HttpResponse:
    reading.read(notice=get_object_or_404(Notice.objects.visible_to(request.user), pk=notice), by=request.user)
    return redirect(_back(request))


@require_POST
def read_all(request: Request) -> HttpResponse:
    """All that stood on the page when it was shown, and on the pages after it."""
    number = reading.read_all(until=_moment(request.POST.get("until", "")), by=request.user)
    if number:
        messages.success(request, "1 besked er læst." if number == 1 else f"{number} beskeder er læst.")
    return redirect("notices")


def _moment(text: str) -> datetime:
    """When the page was shown; now when it does not say."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    return found if found is not None and timezone.is_aware(found) else timezone.now()


def _back(request: Request) -> str:
    """The same page of the same list."""
    query = request.GET.urlencode()
    return f"{reverse('notices')}?{query}" if query else reverse("notices")
