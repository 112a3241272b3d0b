"""*Læringsseminar*: its sheets are written by the team, shown in full screen, and taken along as PDF."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.danish import count
from accounts.refusal import Refused
from accounts.requests import Request
from accounts.tasks import ring
from cases import review_access, seminar, seminar_paper
from cases.actions import seminar_sheets
from cases.actions.seminar_sheets import Outdated, base_of
from cases.models import Round, SeminarPage
from cases.seminar_forms import SheetForm, initial_of
from cases.views.frame import papers

UP = "op"


@require_safe
def edit(request: Request, pk: int, kind: str) -> HttpResponse:
    """The sheets in their order, and what can be done with them."""
    round = _round(request, pk, kind)
    drafts, left_out = seminar.drafts_of(round)
    sheets = list(round.seminar_pages.order_by("position", "pk"))
    context = papers(request.user, round, "Læringsseminar") | {"sheets": sheets, "drafts": len(drafts), "left_out": left_out}
    return render(request, "cases/seminar.html", context)


@require_POST
def draft(request: Request, pk: int, kind: str) -> HttpResponse:
    """A first draft from what is cleared."""
    made, left_out = seminar_sheets.draft(round=_round(request, pk, kind), by=request.user)
    more = f" {count(left_out, 'fund er', 'fund er')} ikke med, fordi teksten har tal, andele eller navne." if left_out else ""
    messages.success(request, f"{count(made, 'side', 'sider')} er lavet af de godkendte fund.{more}")
    return redirect("seminar-edit", pk, kind)


@require_http_methods(["GET", "POST"])
def add(request: Request, pk: int, kind: str) -> HttpResponse:
    """A new sheet."""
    round = _round(request, pk, kind)
    form = SheetForm(request.POST or None, names=seminar.names_around(round))
    if request.method == "POST" and form.is_valid():
        made = seminar_sheets.add(round=round, values=form.values(), by=request.user)
        messages.success(request, f"Siden »{made}« er tilføjet.")
        return redirect("seminar-edit", pk, kind)
    return _form(request, round, "Ny side", form, 422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def write(request: Request, pk: int, kind: str, theme: int) -> HttpResponse:
    """The words of a sheet. When a colleague saved others meanwhile, both are shown and nothing is lost."""
    sheet = _sheet(request, pk, kind, theme)
    names = seminar.names_around(sheet.round)
    form = SheetForm(request.POST or None, names=names, initial=initial_of(sheet, base_of(sheet)))
    if request.method != "POST" or not form.is_valid():
        return _form(request, sheet.round, "Redigér side", form, 422 if form.is_bound else 200)
    try:
        seminar_sheets.write(sheet=sheet, values=form.values(), base=form.cleaned_data["base"], by=request.user)
    except Outdated as outdated:
        sent = request.POST.copy()
        sent["base"] = base_of(outdated.sheet)
        again = SheetForm(sent, names=names)
        return _form(request, sheet.round, "Redigér side", again, 409, theirs=_both(outdated.sheet, form))
    messages.success(request, "Siden er gemt.")
    return redirect("seminar-edit", pk, kind)


@require_POST
def move(request: Request, pk: int, kind: str, theme: int) -> HttpResponse:
    """One place up or down."""
    seminar_sheets.move(sheet=_sheet(request, pk, kind, theme), up=request.POST.get("til") == UP, by=request.user)
    return redirect(f"{reverse('seminar-edit', args=[pk, kind])}#side-{theme}")


@require_http_methods(["GET", "POST"])
def remove(request: Request, pk: int, kind: str, theme: int) -> HttpResponse:
    """Ask, and take the sheet out."""
    sheet = _sheet(request, pk, kind, theme)
    if request.method == "POST":
        seminar_sheets.remove(sheet=sheet, by=request.user)
        messages.success(request, f"Siden »{sheet}« er fjernet.")
        return redirect("seminar-edit", pk, kind)
    context = papers(request.user, sheet.round, "Fjern side") | {"sheet": sheet, "cancel_url": reverse("seminar-edit", args=[pk, kind])}
    return render(request, "cases/seminar_remove.html", context)


@require_safe
def show(request: Request, pk: int, kind: str) -> HttpResponse:
    """One sheet on the whole screen, all of them on paper; `side` is which one, the first is the title."""
    round = review_access.get_round(request.user, pk, kind, review_access.VIEW_SEMINAR)
    deck = seminar.deck_of(round)
    last = len(deck.sheets) + 1
    here = _number(request.GET.get("side", ""), last)
    may_edit = not review_access.why_not_round(request.user, review_access.EDIT_SEMINAR, round)
    back = "seminar-edit" if may_edit else "results"
    context = {
        "deck": deck, "here": here, "last": last, "previous": here - 1, "next": here + 1 if here < last else 0,
        "round": round, "back_url": reverse(back, args=[pk, kind]) if may_edit or round.released_at else round.get_absolute_url(),
    }  # fmt: skip
    return render(request, "cases/seminar_show.html", context)


@require_POST
def make_pdf(request: Request, pk: int, kind: str) -> HttpResponse:
    """Order the PDF of the sheets as they are now."""
    round = review_access.get_round(request.user, pk, kind, review_access.VIEW_SEMINAR)
    if not round.seminar_pages.exists():
        raise Refused(seminar_paper.NOTHING)
    job = seminar_paper.order_pdf(round, request.user)
    ring()
    return redirect(job)


def _round(request: Request, pk: int, kind: str) -> Round:
    return review_access.get_round(request.user, pk, kind, review_access.EDIT_SEMINAR)


def _sheet(request: Request, pk: int, kind: str, theme: int) -> SeminarPage:
    round = _round(request, pk, kind)
    found = get_object_or_404(SeminarPage, round=round, pk=theme)
    found.round = round
    return found


def _number(text: str, last: int) -> int:
    """The sheet that is asked for, within those that there are."""
    return min(max(int(text), 1), last) if text.isdecimal() and len(text) < 5 else 1


def _form(request: Request, round: Round, title: str, form: SheetForm, status: int, **more: Any) -> HttpResponse:
    context = papers(request.user, round, title) | {"form": form, "theirs": None, **more}
    context["back_url"] = reverse("seminar-edit", args=[round.engagement_id, round.kind])
    return render(request, "cases/seminar_form.html", context, status=status)


def _both(sheet: SeminarPage, form: SheetForm) -> list[dict[str, str]]:
    """The fields in which the colleague's words and one's own differ."""
    mine = form.values()
    pairs = [{"label": str(form.fields[name].label), "theirs": getattr(sheet, name), "mine": mine[name]} for name in mine]
    return [pair for pair in pairs if pair["theirs"] != pair["mine"]]
