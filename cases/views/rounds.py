"""Sagsoversigt: all cases of a round, what each lacks, and the files that wait to be put to one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from accounts.models import User
from accounts.requests import Request
from cases import access, board, choosing, file_rows, review_access, uploads
from cases.actions import calling_in
from cases.board import Board
from cases.models import Round, Snapshot
from cases.states import WITH_US, Readiness, RoundKind, RoundState
from cases.views import selection_page
from engagements import page
from engagements.models import Engagement

FILES_CHECKED = "files-checked"  # the lists of files listen to it: nothing moves any more
FILTERS = (
    ("mangler", "Mangler", {Readiness.MISSING}),
    ("i-gang", "I gang", {Readiness.UPLOADING, Readiness.CHECKING}),
    ("kraever", "Afvist eller kræver stillingtagen", {Readiness.REFUSED, Readiness.DECIDE}),
    ("klar", "Klar", {Readiness.READY}),
)


@require_safe
def rounds(request: Request, pk: int) -> HttpResponse:
    """The rounds of an engagement: as a rule one, and then its page; before the letter is sent what will come here."""
    engagement = access.get_engagement(request.user, pk)
    if access.works_for_viso(request.user, engagement):
        return _of_viso(request, engagement)
    found = list(Round.objects.visible_to(request.user).filter(engagement=engagement).order_by("created_at"))
    if len(found) == 1 and found[0].state != RoundState.PREPARING:
        return redirect(found[0])
    begun = next((round for round in found if round.state == RoundState.PREPARING), None)
    asked = begun or Round(engagement=engagement)
    context = page.frame(request.user, engagement) | {
        "rounds": [round for round in found if round != begun],
        "begun": begun,
        "may_call_in": not access.why_not_round(request.user, access.CALL_IN, asked),
    }
    return render(request, "cases/rounds.html", context)


@require_safe
def show(request: Request, pk: int, kind: str) -> HttpResponse:
    """The slots Sag 01 … Sag N; to htmx only what changes by itself, while something does."""
    round = access.get_round(request.user, pk, kind)
    if round.state == RoundState.PREPARING:
        return redirect("rounds", pk)
    found = board.read(round, hidden=access.hidden_cases(request.user))
    context = _frame(request, round) | {"board": found, **_shown(found, request.GET.get("vis", ""))}
    if request.htmx and request.htmx.target == "loose":
        return render(request, "cases/_loose.html", context)
    if request.htmx:
        response = render(request, "cases/_board.html", context)
        return response if found.is_moving else trigger_client_event(response, FILES_CHECKED)
    return render(request, "cases/round.html", context | {"refresh_seconds": 10 if found.is_moving else None})


def _of_viso(request: Request, engagement: Engagement) -> HttpResponse:
    """VISO's own cases and none besides: where VISO chooses, as a rule the page of the choice."""
    shown = selection_page.own(request.user, engagement)
    if len(shown) == 1 and shown[0].choice:
        return redirect("viso-selection", engagement.pk, shown[0].round.kind)
    return render(request, "cases/viso_cases.html", page.frame(request.user, engagement) | {"rounds": shown})


def _frame(request: Request, round: Round) -> dict[str, Any]:
    """The round with what the person may do there, or why not."""
    user = request.user
    permissions = {
        "fill": access.FILL, "upload": access.UPLOAD_LOOSE, "hand_in": access.HAND_IN, "overview": access.OVERVIEW,
        "receipt": access.RECEIPT, "dispense": access.DISPENSE, "supplement": access.SUPPLEMENT,
        "close": review_access.CLOSE, "assign": review_access.ASSIGN, "matrix": review_access.MATRIX,
    }  # fmt: skip
    refused = {name: access.why_not_round(user, permission, round) for name, permission in permissions.items()}
    chooses = bool(choosing.size_of(round)) and not review_access.why_not_round(user, review_access.VIEW_SELECTION, round)
    ticket = None if refused["upload"] else uploads.ticket_for(round, user, round.get_absolute_url())
    receipts = [] if refused["receipt"] else list(round.hand_ins.order_by("sequence"))
    snapshot = None if refused["overview"] else Snapshot.objects.filter(round=round).select_related("by").first()
    found = {"round": round, "refused": refused, "ticket": ticket, "receipts": receipts, "snapshot": snapshot, "chooses": chooses}
    return page.frame(user, round.engagement) | found | {"measurement": _measurement(user, round), "result": _result(user, round)}


def _result(user: User, round: Round) -> dict[str, bool]:
    """Which pages of what comes of the review the person can open."""
    pages = {"release": review_access.PREVIEW, "results": review_access.VIEW_RESULT, "seminar": review_access.EDIT_SEMINAR}
    is_there = round.state in WITH_US
    return {name: is_there and not review_access.why_not_round(user, permission, round) for name, permission in pages.items()}


def _measurement(user: User, round: Round) -> Round | None:
    """The status measurement that the person can begin now that the main round is closed."""
    if round.state != RoundState.CLOSED or calling_in.why_not_begin(round.engagement, RoundKind.STATUS):
        return None
    if Round.objects.filter(engagement=round.engagement, kind=RoundKind.STATUS).exists():
        return None
    begun = Round(engagement=round.engagement, kind=RoundKind.STATUS)
    return None if access.why_not_round(user, access.CALL_IN, begun) else begun


def _shown(found: Board, chosen: str) -> dict[str, Any]:
    """The rows that the filter leaves, and the filters that have any."""
    counts = {key: sum(1 for row in found.rows if row.is_in_intake and row.standing.status in statuses) for key, _, statuses in FILTERS}
    filters = [{"key": "", "label": "Alle", "count": len(found.rows), "current": True}]
    rows = found.rows
    for key, label, statuses in FILTERS:
        if counts[key]:
            filters.append({"key": key, "label": label, "count": counts[key], "current": key == chosen})
            if key == chosen:
                filters[0]["current"] = False
                rows = [row for row in found.rows if row.is_in_intake and row.standing.status in statuses]
    return {"rows": rows, "filters": filters, "loose": file_rows.rows_of(found.loose)}
