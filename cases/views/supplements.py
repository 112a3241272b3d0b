"""*Bed om supplerende akter* for the team, *Indsend supplement* for the municipality: one page of one case."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.danish import long_date, relative_days
from accounts.refusal import Refused
from accounts.requests import Request
from accounts.tasks import ring
from cases import access
from cases.actions import settling, supplementing
from cases.models import Case
from cases.paper_forms import SupplementForm
from cases.states import CaseState, RoundState
from cases.views.frame import papers
from engagements.calendar import soft_holiday, working_days_between

NOBODY_ASKS = "Kommunen har allerede svaret, eller der er ikke bedt om noget."


@require_safe
def show(request: Request, pk: int, kind: str, number: int) -> HttpResponse:
    """What is asked for in the case, what has come since, and the way to hand it in."""
    case = access.get_case(request.user, pk, kind, number)
    asked = case.supplements.select_related("asked_by", "answered_in").order_by("asked_at")
    waiting = next((one for one in asked if one.answered_in_id is None), None)
    owed = waiting is not None or (case.round.state == RoundState.SUPPLEMENT and case.state == CaseState.DRAFT)
    context = papers(request.user, case.round, "Supplerende akter", case=case) | {
        "waiting": waiting,
        "due_in": relative_days(working_days_between(timezone.localdate(), waiting.due_on)) if waiting else "",
        "answered": [one for one in asked if one.answered_in_id],
        "files": settling.own_files([case]),
        "may_hand_in": owed and not access.why_not_round(request.user, access.HAND_IN, case.round),
        "why_not_ask": access.why_not_round(request.user, access.SUPPLEMENT, case.round),
    }
    return render(request, "cases/supplement.html", context)


@require_http_methods(["GET", "POST"])
def ask(request: Request, pk: int, kind: str, number: int) -> HttpResponse:
    case = _load(request, pk, kind, number)
    form = SupplementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = supplementing.ask(case=case, text=form.cleaned_data["text"].strip(), due_on=form.cleaned_data["due_on"], by=request.user)
        messages.success(request, f"Kommunen har fået besked. Fristen er {long_date(made.due_on)}.")
        if soft := soft_holiday(made.due_on):
            messages.warning(request, f"Mange holder fri den dag ({soft}).")
        return redirect("supplement", pk, kind, number)
    context = papers(request.user, case.round, "Bed om supplerende akter", case=case) | {"form": form}
    return render(request, "cases/supplement_ask.html", context, status=422 if form.is_bound else 200)


@require_POST
def take_back(request: Request, pk: int, kind: str, number: int) -> HttpResponse:
    case = _load(request, pk, kind, number)
    found = case.supplements.filter(answered_in=None).first()
    if found is None:
        raise Refused(NOBODY_ASKS)
    supplementing.take_back(supplement=found, by=request.user)
    messages.success(request, f"Der bedes ikke længere om akter i {case}.")
    return redirect("supplement", pk, kind, number)


@require_POST
def hand_in(request: Request, pk: int, kind: str, number: int) -> HttpResponse:
    case = access.get_case(request.user, pk, kind, number)
    access.require_round(request.user, access.HAND_IN, case.round)
    receipt = supplementing.hand_in(case=case, by=request.user)
    ring()
    messages.success(request, f"Supplementet er indsendt. Jeres kvittering har nummer {receipt.number}.")
    return redirect("receipt", pk, kind, receipt.pk)


def _load(request: Request, pk: int, kind: str, number: int) -> Case:
    """The case, for somebody who may ask for more."""
    case = access.get_case(request.user, pk, kind, number)
    access.require_round(request.user, access.SUPPLEMENT, case.round)
    return case
