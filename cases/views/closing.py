"""*Luk runden*: what is frozen, what is in the way, and the end itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from cases import end_check, review_access
from cases.actions import closing
from cases.closing_forms import CloseForm
from cases.models import reach
from cases.views.frame import papers


@require_http_methods(["GET", "POST"])
def close(request: Request, pk: int, kind: str) -> HttpResponse:
    """Freeze the results of the round, with the change of phase where that is wished."""
    round = review_access.get_round(request.user, pk, kind, review_access.CLOSE)
    to = closing.next_phase(round)
    form = CloseForm(request.POST if request.method == "POST" else None, to=to)
    if request.method == "POST" and form.is_valid():
        closing.close_round(round=round, by=request.user, to=to if form.cleaned_data.get("change_phase") else None)
        messages.success(request, f"{round.get_kind_display()} er lukket, og resultatet er frosset.")
        return redirect(round)
    check, conflicted = end_check.of(round), reach.conflicted_cases(request.user)
    context = papers(request.user, round, "Luk runden") | {
        "check": check,
        "left": [case for case in check.left if case.pk not in conflicted],
        "frozen": end_check.frozen_by(round),
        "form": form,
    }
    return render(request, "cases/round_close.html", context, status=422 if form.is_bound else 200)
