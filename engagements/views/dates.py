"""Echoes what a date field understood while it is being filled in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.danish import week_range
from accounts.requests import Request
from engagements.expressions import parse
from engagements.fields import YEAR
from engagements.overview import dates_text
from engagements.plan import lists
from engagements.states import DAY_PRECISIONS


@require_safe
def understood(request: Request) -> HttpResponse:
    """The date in words with weekday and week, or why it is not understood; the value comes under the field's own name."""
    year = request.GET.get(YEAR, "")
    text = next((str(value) for name, value in request.GET.items() if name != YEAR), "").strip()[:300]
    found = parse(text, int(year) if year.isdecimal() else timezone.localdate().year, today=timezone.localdate()) if text else None
    words = ""
    if found and found.understood and found.occurrences:
        weeks = week_range(found.occurrences[0][0], found.occurrences[-1][1])
        words = f"Forstået som {dates_text(lists(found.occurrences), found.precision)}"
        words += f" ({weeks})" if found.precision in DAY_PRECISIONS else ""
    elif found and not found.understood:
        words = " ".join(found.notes) or "Datoen er ikke forstået endnu."
    return render(request, "engagements/_understood.html", {"words": words})
