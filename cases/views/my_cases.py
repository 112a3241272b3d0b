"""*Mine sager*: what a jurist or a VISO consultant has to review and to assure."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.danish import count
from accounts.requests import Request
from accounts.tasks import ring
from cases import my_cases, review_access
from cases.actions import sending


@require_safe
def show(request: Request) -> HttpResponse:
    """Where one left off, how far one is, and everything that one has."""
    review_access.require_my_cases(request.user)
    found = my_cases.read(request.user)
    return render(request, "cases/my_cases.html", {"found": found, "today": timezone.localdate()})


@require_POST
def send(request: Request, pk: int, kind: str) -> HttpResponse:
    """Send all finished ones of a round to assurance."""
    round = review_access.get_round(request.user, pk, kind, review_access.SEND)
    sent = sending.send_finished(round=round, by=request.user)
    ring()
    messages.success(request, f"{count(len(sent), 'gennemgang er', 'gennemgange er')} sendt til kvalitetssikring.")
    return redirect("my-cases")
