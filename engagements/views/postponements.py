"""Bed om udsættelse: the wish, its answer, and the yes to another date."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Permission
from accounts.danish import count
from accounts.refusal import Refused
from accounts.requests import Request
from engagements import access, overview, postponements
from engagements.actions import moving, postponing
from engagements.calendar import working_days_between
from engagements.expressions import write
from engagements.models import Milestone, Postponement
from engagements.plan import pairs
from engagements.postponement_forms import DeclineForm, OfferForm, WishForm
from engagements.states import PostponementState, Precision
from engagements.views.engagement import frame_of
from engagements.views.milestones import load

ASKED = "I har bedt om udsættelse. Konsulenterne får besked, og I hører fra dem."


def load_wish(request: Request, pk: int, milestone: int, postponement: int, permission: Permission) -> Postponement:
    """A wish about a milestone of an engagement with which the user may do `permission`."""
    found = load(request, pk, milestone, permission)
    wish = get_object_or_404(found.postponements.select_related("asked_by", "answered_by"), pk=postponement)
    wish.milestone = found
    return wish


@require_http_methods(["GET", "POST"])
def ask(request: Request, pk: int, milestone: int) -> HttpResponse:
    found = load(request, pk, milestone, access.ASK)
    if why_not := postponements.why_not_ask(found):
        raise Refused(why_not)
    if found.postponements.open().exists():
        raise Refused(postponing.ASKED_ALREADY)
    form = WishForm(request.POST or None, milestone=found)
    if request.method == "POST" and form.is_valid():
        dates = form.cleaned_data["dates"]
        reason = form.cleaned_data["reason"].strip()
        postponing.ask(milestone=found, occurrences=dates.occurrences, precision=dates.precision, reason=reason, by=request.user)
        messages.success(request, ASKED)
        return redirect(found)
    context = _context(request, found) | {"form": form}
    return render(request, "engagements/postponement_ask.html", context, status=422 if form.is_bound else 200)


@require_safe
def show(request: Request, pk: int, milestone: int, postponement: int) -> HttpResponse:
    """The wish as the consultant answers it: both dates, what speaks against the new one, and three ways to answer."""
    return _answer_page(request, load_wish(request, pk, milestone, postponement, access.PLAN))


@require_POST
def offer(request: Request, pk: int, milestone: int, postponement: int) -> HttpResponse:
    wish = load_wish(request, pk, milestone, postponement, access.PLAN)
    form = OfferForm(request.POST, milestone=wish.milestone)
    if not form.is_valid():
        return _answer_page(request, wish, offer_form=form)
    dates = form.cleaned_data["dates"]
    answer = form.cleaned_data["answer"].strip()
    postponing.offer(postponement=wish, occurrences=dates.occurrences, precision=dates.precision, answer=answer, by=request.user)
    messages.success(request, "Tilbuddet er sendt. Datoen flyttes, når kommunen siger ja.")
    return redirect(wish.milestone)


@require_POST
def decline(request: Request, pk: int, milestone: int, postponement: int) -> HttpResponse:
    wish = load_wish(request, pk, milestone, postponement, access.PLAN)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _answer_page(request, wish, decline_form=form)
    postponing.decline(postponement=wish, answer=form.cleaned_data["answer"].strip(), by=request.user)
    messages.success(request, "Ønsket er afslået. Kommunen får besked.")
    return redirect(wish.milestone)


@require_POST
def withdraw(request: Request, pk: int, milestone: int, postponement: int) -> HttpResponse:
    wish = load_wish(request, pk, milestone, postponement, access.ASK)
    postponing.withdraw(postponement=wish, by=request.user)
    messages.success(request, "Ønsket om udsættelse er trukket tilbage. Datoen er, som den var.")
    return redirect(wish.milestone)


@require_POST
def take(request: Request, pk: int, milestone: int, postponement: int) -> HttpResponse:
    wish = load_wish(request, pk, milestone, postponement, access.ASK)
    change_set = postponing.take_offer(postponement=wish, by=request.user)
    others = change_set.changes.exclude(milestone_id=milestone).count()
    along = f" {count(others, 'anden dato', 'andre datoer')} fulgte med." if others else ""
    messages.success(request, f"I har taget imod den nye dato.{along}")
    return redirect(wish.milestone)


def _answer_page(
    request: Request, wish: Postponement, *, offer_form: OfferForm | None = None, decline_form: DeclineForm | None = None
) -> HttpResponse:
    is_asked = wish.state == PostponementState.ASKED
    refused = [form for form in (offer_form, decline_form) if form is not None]
    context = _context(request, wish.milestone) | {
        "wish": postponements.wish_of(wish),
        "is_asked": is_asked,
        "consequence": _consequence(wish) if wish.state in {PostponementState.ASKED, PostponementState.OFFERED} else None,
        "forms": refused,
        "offer_form": offer_form or OfferForm(milestone=wish.milestone),
        "decline_form": decline_form or DeclineForm(),
    }
    return render(request, "engagements/postponement.html", context, status=422 if refused else 200)


def _context(request: Request, milestone: Milestone) -> dict[str, Any]:
    row = overview.row_of(milestone, timezone.localdate())
    return frame_of(request, milestone.engagement) | {"milestone": milestone, "row": row}


def _consequence(wish: Postponement) -> dict[str, Any]:
    """How much later the wish is, what speaks against it, and the preview of the move with the wish filled in."""
    milestone = wish.milestone
    own, *others = moving.preview(milestone=milestone, occurrences=pairs(wish.wished))
    days = working_days_between(milestone.ends_on, wish.wished[-1][1]) if milestone.ends_on else 0
    query = urlencode({"dates": write(pairs(wish.wished), Precision(wish.wished_precision)), "udsaettelse": str(wish.pk)})
    return {
        "later": f"{count(days, 'arbejdsdag', 'arbejdsdage')} senere" if days > 0 else "",
        "clashes": own.clashes,
        "followers": len(others),
        "preview_url": f"{reverse('milestone-move', args=[milestone.engagement_id, milestone.pk])}?{query}",
    }
