"""*Indkaldelsesbrev*: written and sent by the team, read by both."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.refusal import Refused
from accounts.requests import Request
from accounts.tasks import ring
from cases import access, letter, told
from cases.actions import calling_in
from cases.models import Round
from cases.paper_forms import LetterForm
from cases.states import RoundKind, RoundState
from cases.views.frame import papers
from documents.delivery import deliver
from engagements import holders
from engagements.calendar import add_months
from engagements.models import Engagement

NOT_MADE = "Brevet er ved at blive lavet som PDF. Vent et øjeblik, og prøv igen."


@require_safe
def show(request: Request, pk: int) -> HttpResponse:
    """The letter as it stands; before anything is written the team is led to the form."""
    engagement = access.get_engagement(request.user, pk)
    begun = _begun(engagement, _kind(request))
    if begun.pk is None and not access.why_not_round(request.user, access.CALL_IN, begun):
        return redirect(reverse("call-in-edit", args=[pk]) + begun.letter_query)
    round = access.get_round(request.user, pk, _kind(request))
    context = papers(request.user, round, "Indkaldelsesbrev") | {
        "letter": letter.letter_of(round, timezone.localdate()),
        "may_send": not access.why_not_round(request.user, access.CALL_IN, round),
    }
    return render(request, "cases/letter.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    """Write what the letter asks for, or change it until it is sent."""
    engagement = access.get_engagement(request.user, pk)
    round = _begun(engagement, _kind(request))
    access.require_round(request.user, access.CALL_IN, round)
    if problem := calling_in.why_not_begin(engagement, RoundKind(round.kind)):
        raise Refused(problem)
    form = LetterForm(request.POST or None, engagement=engagement, initial=_initial(round))
    if request.method == "POST" and form.is_valid():
        _save(round, form.cleaned_data, request.user)
        messages.success(request, "Brevet er gemt. Kommunen ser det, når du sender det.")
        return redirect(told.call_in_url(round))
    context = papers(request.user, round, "Skriv indkaldelsesbrev") | {"form": form, "number": engagement.programme_version.case_count}
    return render(request, "cases/letter_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def send(request: Request, pk: int) -> HttpResponse:
    """What sending does, and then do it."""
    round = access.get_round(request.user, pk, _kind(request), access.CALL_IN)
    if request.method == "POST":
        calling_in.send(round=round, by=request.user)
        ring()
        messages.success(request, f"Brevet er sendt, og {round.case_count} sager er åbnet for kommunen.")
        return redirect(told.call_in_url(round))
    people = holders.people_of([round.engagement])[round.engagement_id]
    context = papers(request.user, round, "Send brevet") | {
        "due": letter.due_text(round),
        "people": User.objects.active().filter(pk__in=told.municipal(people)).order_by("full_name"),
        "nobody": calling_in.NOBODY,
        "cancel_url": told.call_in_url(round),
    }
    return render(request, "cases/letter_send.html", context)


@require_safe
def pdf(request: Request, pk: int) -> StreamingHttpResponse:
    """The letter that was sent, as PDF."""
    round = access.get_round(request.user, pk, _kind(request))
    if round.letter is None:
        raise Refused(NOT_MADE)
    return deliver(round.letter, by=request.user, purpose="Til egen brug: indkaldelsesbrev")


@require_POST
def make_pdf(request: Request, pk: int) -> HttpResponse:
    """Order the PDF: of the draft for the team, or of the letter when it is not there yet."""
    round = access.get_round(request.user, pk, _kind(request))
    job = calling_in.order_pdf(round, request.user)
    ring()
    return redirect(job)


def _kind(request: Request) -> RoundKind:
    """Which round's letter the address means (`Round.letter_query`)."""
    return RoundKind.STATUS if request.GET.get("runde") == RoundKind.STATUS else RoundKind.MAIN


def _begun(engagement: Engagement, kind: RoundKind) -> Round:
    """The engagement's round of that kind; before there is one, what the policy is asked about instead."""
    version = engagement.programme_version
    found = Round.objects.filter(engagement=engagement, kind=kind).first()
    round = found or Round(kind=kind, state=RoundState.PREPARING, case_count=version.case_count)
    round.engagement = engagement
    return round


def _initial(round: Round) -> dict[str, Any]:
    """What stands there already; for a new letter the year up to today."""
    if round.pk is None:
        today = timezone.localdate()
        return {"decided_from": f"{add_months(today, -12):%d.%m.%Y}", "decided_to": f"{today:%d.%m.%Y}"}
    days = {name: f"{getattr(round, name):%d.%m.%Y}" for name in ("decided_from", "decided_to")}
    return {"mix": round.mix, "note": round.note, "areas": list(round.areas.all()), **days}


def _save(round: Round, values: dict[str, Any], by: User) -> None:
    if round.pk is None:
        calling_in.prepare(engagement=round.engagement, kind=RoundKind(round.kind), by=by, **values)
    else:
        calling_in.revise(round=round, by=by, **values)
