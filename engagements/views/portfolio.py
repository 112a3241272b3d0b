"""Forløb: all engagements that one may see, filtered, sorted and paged; and the opening of a new one."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, OrderBy, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.danish import count
from accounts.requests import Request
from engagements import access
from engagements.actions import opening
from engagements.forms import OpenEngagementForm, PortfolioFilter
from engagements.models import Engagement
from engagements.models.engagement import EngagementQuerySet
from engagements.overview import STATE_VARIANTS, dates_text, phase_marks, weeks_text
from engagements.plan import lists
from engagements.states import EngagementState, Party

PER_PAGE = 25
SORTS: dict[str, list[str | OrderBy]] = {
    "municipality": ["municipality__name", "pk"],
    "next": [F("next_on").asc(nulls_last=True), "municipality__name", "pk"],
    "-next": [F("next_on").desc(nulls_last=True), "municipality__name", "pk"],
    "-municipality": ["-municipality__name", "pk"],
    "overdue": ["overdue_count", "municipality__name", "pk"],
    "-overdue": ["-overdue_count", "municipality__name", "pk"],
    "start": ["starts_on", "municipality__name", "pk"],
    "-start": ["-starts_on", "municipality__name", "pk"],
}


@require_safe
def portfolio(request: Request) -> HttpResponse:
    filter_form = PortfolioFilter(request.GET, user=request.user)
    found = Engagement.objects.visible_to(request.user).with_next(timezone.localdate())
    found = _filtered(found, filter_form.cleaned_data if filter_form.is_valid() else {})
    found = found.select_related("municipality", "programme_version__programme").prefetch_related("programme_version__phases")
    found = found.order_by(*SORTS.get(request.GET.get("sort", ""), SORTS["municipality"]))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [_row(engagement) for engagement in page.object_list]
    context = {"filter_form": filter_form, "page": page, "rows": rows, "can_open": not access.why_not_create(request.user)}
    return render(request, "engagements/portfolio.html", context)


def _filtered(found: EngagementQuerySet, values: dict) -> EngagementQuerySet:
    state = values.get("state") or ""
    if state == "":
        found = found.running()
    elif state != "all":
        found = found.filter(state=state)
    if values.get("search"):
        found = found.filter(Q(municipality__name__icontains=values["search"]) | Q(municipality__display_name__icontains=values["search"]))
    if values.get("phase"):
        found = found.filter(phase=values["phase"])
    if values.get("programme"):
        found = found.filter(programme_version__programme=values["programme"])
    if values.get("consultant"):
        found = found.of_team(values["consultant"])
    if values.get("waiting_for"):
        found = found.waiting_for_party(values["waiting_for"])
    return found


def _row(engagement: Engagement) -> dict:
    waiting_for = engagement.waiting_for  # type: ignore[attr-defined]
    return {
        "engagement": engagement,
        "phases": phase_marks(engagement),
        "waiting_for": Party(waiting_for).label if waiting_for else "",
        "state_variant": STATE_VARIANTS[EngagementState(engagement.state)],
    }


@require_safe
def open_form(request: Request) -> HttpResponse:
    """Asks what is needed; the answers come back in the address when somebody returns from the preview."""
    access.require_create(request.user)
    form = OpenEngagementForm(initial={"consultant": request.user.pk} | request.GET.dict())
    return render(request, "engagements/open.html", {"form": form})


@require_safe
def open_preview(request: Request) -> HttpResponse:
    """The plan as it would be, before anything is written: the form comes in the address, so that the back button works."""
    access.require_create(request.user)
    form = OpenEngagementForm(request.GET)
    if not form.is_valid():
        return render(request, "engagements/open.html", {"form": form}, status=422)
    values = form.cleaned_data
    planned = opening.planned(values["template"], values["starts_on"]) if values["template"] else []
    planned.sort(key=lambda row: (row.occurrences[0], row.position))
    dated = [(row, lists(row.occurrences)) for row in planned]
    rows = [{"planned": row, "dates": dates_text(dates, row.precision), "weeks": weeks_text(dates, row.precision)} for row, dates in dated]
    others = Engagement.objects.running().filter(municipality=values["municipality"], area=values["area"]).count()
    context = {
        "form": form,
        "values": values,
        "rows": rows,
        "moved": sum(row.moved for row in planned),
        "others": others,
        "key": uuid.uuid4(),
    }
    return render(request, "engagements/open_preview.html", context)


@require_POST
def open_engagement(request: Request) -> HttpResponse:
    access.require_create(request.user)
    form = OpenEngagementForm(request.POST)
    if not form.is_valid():
        return render(request, "engagements/open.html", {"form": form}, status=422)
    values = form.cleaned_data
    engagement = opening.open_engagement(
        municipality=values["municipality"],
        version=values["version"],
        area=values["area"],
        starts_on=values["starts_on"],
        template=values["template"],
        team=form.team(),
        by=request.user,
        key=values["key"],
    )
    messages.success(request, f"Forløbet er oprettet med {count(engagement.milestones.count(), 'milepæl', 'milepæle')}.")
    return redirect(engagement)
