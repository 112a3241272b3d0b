"""VISO-udvalg: VISO proposes, a jurist locks, and later puts one case in the place of another."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.danish import count
from accounts.requests import Request
from cases import choosing, review_access, selecting
from cases.actions import selecting as verbs
from cases.models import Round
from cases.views import selection_page
from cases.viso_forms import ChangeForm, PicksForm

SUGGEST = "forslag"


@require_safe
def show(request: Request, pk: int, kind: str) -> HttpResponse:
    """The choice as it stands; `?forslag=ja` with the boxes set as they would spread, and why. Nothing is saved by looking."""
    round = review_access.get_selection_round(request.user, pk, kind, review_access.VIEW_SELECTION)
    shown = selection_page.context(request.user, round, suggested=SUGGEST in request.GET)
    return render(request, "cases/viso_selection.html", shown)


@require_POST
def propose(request: Request, pk: int, kind: str) -> HttpResponse:
    """Save VISO's choice, whole or not."""
    round = review_access.get_selection_round(request.user, pk, kind, review_access.PROPOSE)
    form = PicksForm(request.POST, choice=choosing.standing(round, request.user), why_not=selecting.why_not_propose)
    if not form.is_valid():
        return _again(request, round, form)
    made = verbs.propose(round=round, picks=form.picks(), by=request.user, seen=form.cleaned_data["seen"])
    told = "Juristerne har fået besked og kan låse udvalget." if made.proposed_at else f"Der skal være {made.size}, før det kan låses."
    messages.success(request, f"Forslaget er gemt. {told}")
    return redirect("viso-selection", pk, kind)


@require_POST
def lock(request: Request, pk: int, kind: str) -> HttpResponse:
    """Lock exactly the cases that are marked."""
    round = review_access.get_selection_round(request.user, pk, kind, review_access.LOCK)
    form = PicksForm(request.POST, choice=choosing.standing(round, request.user), why_not=selecting.why_not_lock)
    if not form.is_valid():
        return _again(request, round, form)
    made = verbs.lock(round=round, picks=form.picks(), by=request.user, seen=form.cleaned_data["seen"])
    messages.success(request, f"Udvalget er låst. VISO ser nu {count(made.size, 'sag', 'sager')} og ingen andre.")
    return redirect("viso-selection", pk, kind)


@require_http_methods(["GET", "POST"])
def change(request: Request, pk: int, kind: str) -> HttpResponse:
    """One case out, one in, and why."""
    round = review_access.get_selection_round(request.user, pk, kind, review_access.CHANGE_SELECTION)
    choice = choosing.standing(round, request.user)
    form = ChangeForm(request.POST or None, choice=choice, others=selection_page.others(choice))
    if request.method == "POST" and form.is_valid():
        made = verbs.change(round=round, by=request.user, **form.exchange())
        messages.success(request, f"{made.case} er nu i udvalget. VISO har fået besked.")
        return redirect("viso-selection", pk, kind)
    shown = selection_page.frame(request.user, round, "Udskift en sag") | {"form": form, "choice": choice}
    return render(request, "cases/viso_change.html", shown, status=422 if form.is_bound else 200)


def _again(request: Request, round: Round, form: PicksForm) -> HttpResponse:
    """The page with the boxes as they were sent."""
    return render(request, "cases/viso_selection.html", selection_page.context(request.user, round, form=form), status=422)
