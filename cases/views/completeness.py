"""*Fuldstændighed*: cases × kinds of documents, for the Task Force; as page and as Excel."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.requests import Request
from accounts.states import ReadAction
from cases import access, completeness
from cases.actions.settling import waits_for
from cases.views.frame import papers
from documents.spreadsheet import XLSX


@require_safe
def show(request: Request, pk: int, kind: str) -> HttpResponse:
    round = access.get_round(request.user, pk, kind, access.OVERVIEW)
    why_not = access.why_not_round(request.user, access.SUPPLEMENT, round)
    context = papers(request.user, round, "Fuldstændighed") | {
        "matrix": completeness.matrix_of(round, hidden=access.hidden_cases(request.user)),
        "why_not_ask": why_not,
        "may_complete": not why_not and round.state != "complete" and not waits_for(round),
        "hand_ins": round.hand_ins.order_by("sequence"),
    }
    return render(request, "cases/completeness.html", context)


@require_safe
def xlsx(request: Request, pk: int, kind: str) -> HttpResponse:
    round = access.get_round(request.user, pk, kind, access.OVERVIEW)
    audit.look(
        by=request.user, action=ReadAction.EXPORT, purpose="Til egen brug: fuldstændighed til Excel", target=round,
        scope=round.engagement.scope,
    )  # fmt: skip
    content, name = completeness.workbook_of(round, hidden=access.hidden_cases(request.user))
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": content_disposition_header(True, name) or ""})
