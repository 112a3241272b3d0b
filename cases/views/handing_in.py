"""*Indsend sager*: what is ready, what stops, and the hand-in itself; dispensation, and what the team does with what came in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.danish import count
from accounts.refusal import Refused
from accounts.requests import Request
from accounts.tasks import ring
from cases import access, final_check, letter
from cases.actions import dispensing, handing_in, supplementing
from cases.paper_forms import DispensationForm
from cases.states import RoundState
from cases.views.frame import papers


@require_http_methods(["GET", "POST"])
def hand_in(request: Request, pk: int, kind: str) -> HttpResponse:
    """Exactly so many ready cases, or the sentence that says what is missing."""
    round = access.get_round(request.user, pk, kind, access.HAND_IN)
    if round.state != RoundState.OPEN:
        raise Refused(handing_in.HANDED_IN_ALREADY)
    if request.method == "POST":
        receipt = handing_in.hand_in(round=round, by=request.user)
        ring()
        messages.success(request, f"Sagerne er indsendt. Jeres kvittering har nummer {receipt.number}.")
        return redirect("receipt", pk, kind, receipt.pk)
    context = papers(request.user, round, "Indsend sager") | {
        "check": final_check.of(round),
        "due": letter.due_text(round),
    }
    return render(request, "cases/hand_in.html", context)


@require_http_methods(["GET", "POST"])
def dispense(request: Request, pk: int, kind: str) -> HttpResponse:
    """Accept fewer cases, with a reason that the municipality can read."""
    round = access.get_round(request.user, pk, kind, access.DISPENSE)
    form = DispensationForm(request.POST or None, round=round)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        dispensing.dispense(round=round, number=values["number"], reason=values["reason"].strip(), by=request.user)
        messages.success(request, f"Kommunen kan nu indsende {count(values['number'], 'sag', 'sager')}.")
        return redirect(round)
    context = papers(request.user, round, "Dispensation") | {"form": form, "is_open": round.state == RoundState.OPEN}
    return render(request, "cases/dispensation.html", context, status=422 if form.is_bound else 200)


@require_POST
def take_dispensation_back(request: Request, pk: int, kind: str) -> HttpResponse:
    round = access.get_round(request.user, pk, kind, access.DISPENSE)
    done = dispensing.take_back(round=round, by=request.user)
    messages.success(request, f"Dispensationen er taget tilbage. Kommunen skal igen indsende {done.needed} sager.")
    return redirect(round)


@require_POST
def complete(request: Request, pk: int, kind: str) -> HttpResponse:
    """*Komplet*: nothing is missing any more."""
    round = access.get_round(request.user, pk, kind, access.SUPPLEMENT)
    supplementing.complete(round=round, by=request.user)
    messages.success(request, "Sagerne er markeret som komplette.")
    return redirect("completeness", pk, kind)
