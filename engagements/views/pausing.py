"""*Sæt påmindelser på pause*, and take the pause back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.danish import long_date
from accounts.requests import Request
from engagements import overview
from engagements.actions import pausing
from engagements.forms import PauseForm
from engagements.views.engagement import frame_of
from engagements.views.milestones import load

LEAD = "Ingen får påmindelser om milepælen til og med den dag, du vælger. Fristen selv flytter sig ikke."


@require_http_methods(["GET", "POST"])
def pause(request: Request, pk: int, milestone: int) -> HttpResponse:
    found = load(request, pk, milestone)
    form = PauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = pausing.pause(milestone=found, until=form.cleaned_data["until"], note=form.cleaned_data["note"].strip(), by=request.user)
        messages.success(request, f"Påmindelser om »{found.subject}« er sat på pause til og med {long_date(made.until)}.")
        return redirect(found)
    row = overview.row_of(found, timezone.localdate())
    context = {
        "milestone": found,
        "row": row,
        "form": form,
        "label": "Sæt påmindelser på pause",
        "button_css": "button-primary",
        "lead": LEAD,
    }
    status = 422 if form.is_bound else 200
    return render(
        request, "engagements/milestone_verb.html", frame_of(request, found.engagement) | context | {"followers": []}, status=status
    )


@require_POST
def resume(request: Request, pk: int, milestone: int) -> HttpResponse:
    found = load(request, pk, milestone)
    pausing.resume(milestone=found, by=request.user)
    messages.success(request, f"Der sendes igen påmindelser om »{found.subject}«.")
    return redirect(found)
