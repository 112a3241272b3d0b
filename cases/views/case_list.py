"""Indsæt sagslisten: paste it from Excel, see each row, save all or nothing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.danish import count
from accounts.refusal import Refused
from accounts.requests import Request
from cases import access, case_list, law
from cases.actions import filling
from cases.case_list import CaseList
from cases.forms import AcceptListForm, ListForm
from cases.models import Round
from engagements import page
from engagements.pasted import Unreadable

CHANGED = "Listen er ikke længere i orden. Indsæt den igen."


@require_safe
def paste(request: Request, pk: int, kind: str) -> HttpResponse:
    """A box for the rows as copied from Excel."""
    round = access.get_round(request.user, pk, kind, access.FILL)
    return _page(request, round, ListForm())


@require_POST
def check(request: Request, pk: int, kind: str) -> HttpResponse:
    """Each row as understood; nothing is saved. A POST, because what cases are about must not stand in an address."""
    round = access.get_round(request.user, pk, kind, access.FILL)
    form = ListForm(request.POST)
    if not form.is_valid():
        return _page(request, round, form, status=422)
    text = form.cleaned_data["text"]
    try:
        found = _read(round, text)
    except Unreadable as error:
        found = CaseList(error=str(error))
    if found.error:
        form.add_error("text", found.error)
        return _page(request, round, form, status=422)
    accept = AcceptListForm(initial={"text": text, "seen": filling.seen_of(round)})
    begun = _begun(round)
    lines = [{"line": line, "before": line.number in begun} for line in found.lines]
    context = {"list": found, "lines": lines, "accept": accept, "wrong": sum(1 for line in found.lines if line.errors)}
    return _page(request, round, form, status=200 if found.is_good else 422, **context)


@require_POST
def take_in(request: Request, pk: int, kind: str) -> HttpResponse:
    """Save the rows that were looked through, all or none."""
    round = access.get_round(request.user, pk, kind, access.FILL)
    form = AcceptListForm(request.POST)
    if not form.is_valid():
        raise Refused(CHANGED)
    found = _read(round, form.cleaned_data["text"])
    if not found.is_good:
        raise Refused(CHANGED)
    rows = [(line.number, line.values) for line in found.lines if line.number is not None]
    changed = filling.fill_list(round=round, rows=rows, seen=form.cleaned_data["seen"], by=request.user)
    messages.success(request, f"{count(changed, 'sag', 'sager')} er udfyldt fra listen.")
    return redirect(round)


def _read(round: Round, text: str) -> CaseList:
    area = round.engagement.area
    return case_list.read(
        text,
        areas=law.by_words(law.areas_of(area)),
        groups=case_list.AGE_GROUPS[area],
        numbers=list(round.cases.values_list("number", flat=True)),
        today=timezone.localdate(),
    )


def _begun(round: Round) -> set[int]:
    """The numbers of the cases in which something stands already: it is replaced."""
    return {case.number for case in round.cases.all() if case.version}


def _page(request: Request, round: Round, form: ListForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = page.frame(request.user, round.engagement) | {"round": round, "form": form, "list": None, "lines": [], **more}
    return render(request, "cases/case_list.html", context, status=status)
