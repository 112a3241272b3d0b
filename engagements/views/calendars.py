"""Calendar links: the page on which a person makes and revokes them, and the calendar that a link answers with."""

from __future__ import annotations

import hashlib
import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import Request
from engagements import feeds
from engagements.actions import feeds as actions
from engagements.calendar_forms import FeedForm
from engagements.models import CalendarFeed

ICALENDAR = "text/calendar; charset=utf-8"


@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar of a standing link, without log-in; every other address is a 404, whatever is wrong with it."""
    feed = feeds.find(secret)
    content = feeds.content_of(feed) if feed else None
    if content is None:
        raise Http404
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
    answer = HttpResponse(content, content_type=ICALENDAR, headers=headers)
    return get_conditional_response(request, etag=etag, response=answer) or answer


@require_http_methods(["GET", "HEAD", "POST"])
def feed_list(request: Request) -> HttpResponse:
    """One's links with their addresses, and the form to make one more."""
    found = list(CalendarFeed.objects.visible_to(request.user).standing().select_related("engagement__municipality"))
    form = _form(request, found)
    if form.is_valid():
        actions.make(engagement=form.cleaned_data["engagement"], by=request.user)
        messages.success(request, "Linket er klar. Sæt det ind i din kalender.")
        return redirect("calendar-feeds")
    rows = [{"feed": feed, "name": feeds.name_of(feed), "address": feeds.address_of(feed)} for feed in found]
    context = {"rows": rows, "form": form, "has_choices": bool(form.offered)}
    return render(request, "engagements/calendar_feeds.html", context, status=422 if form.is_bound else 200)


@require_POST
def revoke(request: Request, feed: uuid.UUID) -> HttpResponse:
    actions.revoke(feed=_get_feed(request.user, feed), by=request.user)
    messages.success(request, "Linket er spærret. Kalenderen bliver ikke opdateret mere.")
    return redirect("calendar-feeds")


@require_POST
def renew(request: Request, feed: uuid.UUID) -> HttpResponse:
    actions.renew(feed=_get_feed(request.user, feed), by=request.user)
    messages.success(request, "Her er dit nye link. Det gamle virker ikke længere.")
    return redirect("calendar-feeds")


def _get_feed(user: User, pk: uuid.UUID) -> CalendarFeed:
    return get_object_or_404(CalendarFeed.objects.visible_to(user).standing().select_related("engagement__municipality"), pk=pk)


def _form(request: Request, found: list[CalendarFeed]) -> FeedForm:
    """Offers what has no link yet."""
    taken = {feed.engagement_id for feed in found}
    free = [engagement for engagement in feeds.engagements_of(request.user) if engagement.pk not in taken]
    return FeedForm(request.POST if request.method == "POST" else None, engagements=free, everything=None not in taken)
