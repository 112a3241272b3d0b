"""*Fordeling*: who has which case of a round."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.danish import count
from accounts.requests import Request
from accounts.tasks import ring
from cases import access, assignments, review_access
from cases.actions import assigning
from cases.assignments import Board
from cases.assuring_forms import AssignForm
from cases.models import Round
from cases.states import Profession
from cases.views.frame import papers

EVEN = "ligeligt"  # what `forslag` says when the even distribution is asked for


@require_http_methods(["GET", "POST"])
def assign(request: Request, pk: int, kind: str) -> HttpResponse:
    """The whole page is saved at once; with *Fordel ligeligt* it is only filled in."""
    round = review_access.get_round(request.user, pk, kind, review_access.ASSIGN)
    board = assignments.read(round, request.user)
    form = _form(request, board)
    if request.method == "POST" and form.is_valid():
        changed = assigning.distribute(
            round=round, choices=form.choices(), due_on=form.cleaned_data["due_on"], seen=form.cleaned_data["seen"], by=request.user
        )
        ring()
        messages.success(request, f"Fordelingen er gemt. {count(changed, 'gennemgang', 'gennemgange')} er ændret.")
        return redirect("review-assign", pk, kind)
    context = papers(request.user, round, "Fordeling af sager") | _context(request, round, board, form)
    return render(request, "cases/assign.html", context, status=422 if form.is_bound else 200)


def _form(request: Request, board: Board) -> AssignForm:
    round = board.round
    proposed = board.even() if request.method == "GET" and request.GET.get("forslag") == EVEN else None
    due = round.review_due_on or (assignments.proposed_due(round) if board.may_change else None)
    return AssignForm(request.POST or None, board=board, proposed=proposed, due=due)


def _context(request: Request, round: Round, board: Board, form: AssignForm) -> dict[str, Any]:
    loads, moves = board.loads(), board.differs(form.proposed)
    return {
        "form": form,
        "board": board,
        "is_proposal": moves,
        "is_spread": bool(form.proposed) and not moves,
        "is_proposed_due": form.due is not None and round.review_due_on is None,
        "groups": [
            {"profession": one, "label": one.label, "lines": form.lines(one), "loads": loads[one], "has_people": bool(board.people[one])}
            for one in Profession
            if board.rows[one]
        ],
        "may_lift": not access.why_not_lift(request.user, round),
    }
