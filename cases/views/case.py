"""One case: its fields, its files by kind, what is missing and why, the colleagues who help."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts import grants
from accounts.requests import Request
from cases import access, law
from cases.actions import filling, inviting
from cases.actions.filling import Outdated
from cases.forms import CaseForm, ColleagueForm, CprForm, MissingForm
from cases.letter import types_for
from cases.views import case_page
from cases.views.rounds import FILES_CHECKED


@require_safe
def show(request: Request, pk: int, kind: str, number: int) -> HttpResponse:
    """The whole page; to htmx what changes by itself: how the case stands, or its files when new ones are there."""
    case = access.get_case(request.user, pk, kind, number)
    shown = case_page.context(request.user, case)
    if not request.htmx:
        return render(request, "cases/case.html", shown)
    if request.htmx.target == "files":
        return render(request, "cases/_case_files.html", shown)
    response = render(request, "cases/_case_status.html", shown)
    return response if shown["row"].is_moving else trigger_client_event(response, FILES_CHECKED)


@require_POST
def fill(request: Request, pk: int, kind: str, number: int) -> HttpResponse:
    """Save the fields. When a colleague saved meanwhile, both versions are shown and nothing is lost."""
    case = access.get_case(request.user, pk, kind, number, access.EDIT)
    form = CaseForm(request.POST, case=case, areas=law.areas_of(case.round.engagement.area))
    if not form.is_valid():
        return _again(request, case, 422, form=form)
    try:
        filling.fill(case=case, values=form.values(), version=form.cleaned_data["version"], by=request.user)
    except Outdated as outdated:
        return _again(request, outdated.case, 409, form=form, theirs=case_page.both(outdated.case, form))
    messages.success(request, f"{case} er gemt.")
    return redirect(case)


@require_POST
def explain(request: Request, pk: int, kind: str, number: int, slug: str) -> HttpResponse:
    """Say why a document is not there, or take that back."""
    case = access.get_case(request.user, pk, kind, number, access.EDIT)
    wanted = next((one for one in types_for(case.round.engagement) if one.slug == slug), None)
    if wanted is None:
        raise Http404
    form = MissingForm(request.POST, kind=wanted)
    if not form.is_valid():
        return _again(request, case, 422, missing_form=form)
    reason = form.cleaned_data["reason"].strip()
    filling.explain_missing(case=case, kind=wanted, reason=reason, by=request.user)
    messages.success(request, f"Begrundelsen for, at {wanted.name.lower()} mangler, er {'gemt' if reason else 'fjernet'}.")
    return redirect(case)


@require_POST
def confirm_cpr(request: Request, pk: int, kind: str, number: int) -> HttpResponse:
    case = access.get_case(request.user, pk, kind, number, access.CONFIRM_CPR)
    form = CprForm(request.POST)
    if not form.is_valid():
        return _again(request, case, 422, cpr_form=form)
    filling.confirm_cpr(case=case, reason=form.cleaned_data["reason"].strip(), by=request.user)
    messages.success(request, f"CPR-numrene i {case} er bekræftet. Konsulenten kan se, at I har taget stilling.")
    return redirect(case)


@require_POST
def invite(request: Request, pk: int, kind: str, number: int) -> HttpResponse:
    case = access.get_case(request.user, pk, kind, number, access.INVITE)
    form = ColleagueForm(request.POST, people=inviting.candidates(case))
    if not form.is_valid():
        return _again(request, case, 422, colleague_form=form)
    inviting.invite(case=case, user=form.person(), by=request.user)
    messages.success(request, f"{form.person().full_name} er inviteret til {case} og får besked.")
    return redirect(case)


@require_POST
def uninvite(request: Request, pk: int, kind: str, number: int, grant: int) -> HttpResponse:
    case = access.get_case(request.user, pk, kind, number, access.INVITE)
    found = get_object_or_404(grants.of(case), pk=grant)
    inviting.uninvite(case=case, grant=found, by=request.user)
    messages.success(request, f"{found.user.full_name} har ikke længere adgang til {case}.")
    return redirect(case)


@require_http_methods(["GET", "POST"])
def empty(request: Request, pk: int, kind: str, number: int) -> HttpResponse:
    """Empty a slot that shall not go with the others: its files are erased."""
    case = access.get_case(request.user, pk, kind, number, access.EMPTY)
    if request.method == "POST":
        filling.empty(case=case, by=request.user)
        messages.success(request, f"{case} er tømt.")
        return redirect(case)
    context = {"case": case, "files": case.documents.kept().count(), "cancel_url": case.get_absolute_url()}
    return render(request, "cases/case_empty.html", context)


def _again(request: Request, case: Any, status: int, **forms: Any) -> HttpResponse:
    """The page with a form as it was sent: nothing typed is lost."""
    return render(request, "cases/case.html", case_page.context(request.user, case, **forms), status=status)
