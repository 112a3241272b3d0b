"""*Sagsmatrix*: cases × criteria for the Task Force, what stands behind a field or a criterion, and the same as Excel."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.requests import Request
from accounts.states import ReadAction
from cases import access, matrix, matrix_texts, review_access
from cases.matrix_forms import MatrixForm
from cases.models import Round
from cases.states import Profession, RoundState
from cases.views.frame import papers
from documents.spreadsheet import XLSX

PROFESSIONS = {face: profession for profession, face in matrix.IN_ADDRESS.items()}


@require_safe
def show(request: Request, pk: int, kind: str) -> HttpResponse:
    """The whole page; to htmx the table, and nothing while it is still the one that the page has."""
    round = review_access.get_round(request.user, pk, kind, review_access.MATRIX)
    form = _filter(request, round)
    found = matrix.matrix_of(round, request.user, **form.choice())
    shown = {"round": round, "matrix": found, "is_all": not form.choice()["area"]}
    if request.htmx:
        is_known = request.GET.get("kendt") == found.version
        return HttpResponse(status=204) if is_known else render(request, "cases/_matrix_table.html", shown)
    more = {"filter_form": form, "legend": matrix.legend(), "goes_on": round.state != RoundState.CLOSED, **_ways(request, round)}
    return render(request, "cases/matrix.html", papers(request.user, round, "Sagsmatrix") | shown | more)


@require_safe
def xlsx(request: Request, pk: int, kind: str) -> HttpResponse:
    round = review_access.get_round(request.user, pk, kind, review_access.MATRIX)
    audit.look(
        by=request.user, action=ReadAction.EXPORT, purpose="Til egen brug: sagsmatrix til Excel", target=round,
        scope=round.engagement.scope,
    )  # fmt: skip
    content, name = matrix.workbook_of(round, request.user, **_filter(request, round).choice())
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": content_disposition_header(True, name) or ""})


@require_safe
def criterion(request: Request, pk: int, kind: str, face: str, criterion: str) -> HttpResponse:
    """All cases under one criterion, with the words of those reviews that may be read."""
    round = review_access.get_round(request.user, pk, kind, review_access.MATRIX)
    area = _filter(request, round).choice()["area"]
    found = matrix_texts.of_criterion(round, request.user, _profession(face), criterion, area=area)
    if found is None:
        raise Http404
    context = _page(request, round, found.column.criterion.label) | {"criterion": found, "area": area}
    return render(request, "cases/matrix_criterion.html", context)


@require_safe
def cell(request: Request, pk: int, kind: str, number: int, face: str, criterion: str) -> HttpResponse:
    """One criterion in one case."""
    round = review_access.get_round(request.user, pk, kind, review_access.MATRIX)
    said = matrix_texts.of_cell(round, request.user, number, _profession(face), criterion)
    if said is None:
        raise Http404
    file = said.answer.document if said.answer else None
    context = _page(request, round, f"{said.cell.case}: {said.cell.column.criterion.label}") | {
        "said": said,
        "law": matrix_texts.law_of(said),
        "indicators": matrix_texts.indicators_of(said),
        "may_read": file is not None and file.document.is_readable and not access.why_not_file(request.user, access.READ_BYTES, file),
    }
    return render(request, "cases/matrix_cell.html", context)


def _filter(request: Request, round: Round) -> MatrixForm:
    cases = matrix.cases_of(round, request.user)
    return MatrixForm(request.GET, areas=matrix.areas_of(cases), has_viso=matrix.has_viso(round))


def _profession(face: str) -> Profession:
    if face not in PROFESSIONS:
        raise Http404
    return PROFESSIONS[face]


def _page(request: Request, round: Round, title: str) -> dict[str, Any]:
    """A page under the matrix, which leads back to it."""
    around = papers(request.user, round, title)
    url = reverse("matrix", args=[round.engagement_id, round.kind])
    return around | {"crumbs": [*around["crumbs"][:-1], ("Sagsmatrix", url), (title, "")], "matrix_url": url}


def _ways(request: Request, round: Round) -> dict[str, Any]:
    """Where else one may go from the matrix."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return {
        "xlsx_url": reverse("matrix-xlsx", args=[round.engagement_id, round.kind]) + query,
        "findings_url": reverse("findings", args=[round.engagement_id, round.kind]),
    }
