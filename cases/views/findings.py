"""*Fund*: what the reviews gave rise to, put into words that name nobody, and cleared for publication one by one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from cases import finding_list, review_access
from cases.actions import finding as actions
from cases.actions.finding import Outdated
from cases.finding_forms import FindingForm
from cases.models import Finding
from cases.views.frame import papers


@require_safe
def show_all(request: Request, pk: int, kind: str) -> HttpResponse:
    round = review_access.get_round(request.user, pk, kind, review_access.VIEW_FINDING)
    listed = finding_list.listed(round, request.user, request.GET.get("status", ""))
    return render(request, "cases/findings.html", papers(request.user, round, "Fund") | {"listed": listed})


@require_safe
def show(request: Request, pk: int, kind: str, finding: int) -> HttpResponse:
    found = review_access.get_finding(request.user, pk, kind, finding)
    return _page(request, found, FindingForm(finding=found))


@require_POST
def save(request: Request, pk: int, kind: str, finding: int) -> HttpResponse:
    """Keep the words as a draft."""
    found = review_access.get_finding(request.user, pk, kind, finding, review_access.CLEAR)
    form = FindingForm(request.POST, finding=found)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        actions.save_words(finding=found, text=form.cleaned_data["text"], base=request.POST.get("base", ""), by=request.user)
    except Outdated as outdated:
        return _again(request, found, form, outdated)
    messages.success(request, "Ordene er gemt. Fundet er stadig en kladde.")
    return redirect(found)


@require_POST
def clear(request: Request, pk: int, kind: str, finding: int) -> HttpResponse:
    """Clear it, and go on to the next draft."""
    found = review_access.get_finding(request.user, pk, kind, finding, review_access.CLEAR)
    form = FindingForm(request.POST, finding=found, clearing=True)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        actions.clear(finding=found, text=form.cleaned_data["text"], base=request.POST.get("base", ""), by=request.user)
    except Outdated as outdated:
        return _again(request, found, form, outdated)
    messages.success(request, f"»{found}« er godkendt til offentliggørelse.")
    return redirect(finding_list.next_draft(found, request.user) or _list_of(found))


@require_POST
def withdraw(request: Request, pk: int, kind: str, finding: int) -> HttpResponse:
    found = review_access.get_finding(request.user, pk, kind, finding, review_access.WITHDRAW_FINDING)
    actions.withdraw(finding=found, by=request.user)
    messages.success(request, f"»{found}« er trukket tilbage.")
    return redirect(found)


@require_POST
def take_up(request: Request, pk: int, kind: str, finding: int) -> HttpResponse:
    found = review_access.get_finding(request.user, pk, kind, finding, review_access.TAKE_UP)
    actions.take_up(finding=found, by=request.user)
    messages.success(request, f"»{found}« er en kladde igen.")
    return redirect(found)


def _page(request: Request, finding: Finding, form: FindingForm, *, status: int = 200, theirs: str | None = None) -> HttpResponse:
    """The finding as the person may meet it: with the form, or to read."""
    permissions = {"clear": review_access.CLEAR, "withdraw": review_access.WITHDRAW_FINDING, "take_up": review_access.TAKE_UP}
    refused = {name: review_access.why_not_finding(request.user, one, finding) for name, one in permissions.items()}
    around = papers(request.user, finding.round, f"Fund: {finding.criterion}")
    more: dict[str, Any] = {
        "crumbs": [*around["crumbs"][:-1], ("Fund", _list_of(finding)), (str(finding.criterion), "")],
        "row": finding_list.Row(finding), "finding": finding, "form": form, "refused": refused, "theirs": theirs,
        "said": finding_list.said_in(finding),
    }  # fmt: skip
    return render(request, "cases/finding.html", around | more, status=status)


def _again(request: Request, finding: Finding, form: FindingForm, outdated: Outdated) -> HttpResponse:
    """What a colleague saved beside what was typed, which stands in the field still."""
    form.base = outdated.conflict.fingerprint
    return _page(request, finding, form, status=409, theirs=str(outdated.conflict.theirs))


def _list_of(finding: Finding) -> str:
    return reverse("findings", args=[finding.round.engagement_id, finding.round.kind])
