"""The review of a case: its form beside the documents for the one who writes it, the same in print for those who may read it.

Both professions have the same pages under addresses of their own; which one it is comes with the address.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import draft_answers, drafts
from accounts.drafts import Conflict
from accounts.requests import Request
from cases import review_access, review_progress, review_sheet
from cases.actions import reviewing
from cases.actions.reviewing import Unfinished
from cases.models import Review
from cases.review_forms import ReviewForm
from cases.states import Profession
from cases.views import review_page

STAY = "bliv"  # the button that saves and stays on the page


@require_safe
def show(request: Request, pk: int, kind: str, number: int, profession: Profession) -> HttpResponse:
    """The form for its author while they write; the reading for everybody else who may see it."""
    review = review_access.get_review(request.user, pk, kind, number, profession)
    if review_access.why_not_review(request.user, "write", review):
        return render(request, "cases/review_reading.html", review_page.reading(request.user, review))
    form = ReviewForm(sheet=review_sheet.load(review))
    return render(request, "cases/review.html", review_page.form(request, form))


@require_POST
def field(request: Request, pk: int, kind: str, number: int, profession: Profession) -> HttpResponse:
    """Save one field while the person writes on; the body names it and says what the page was given."""
    review = review_access.get_review(request.user, pk, kind, number, profession, to="write")
    name = request.POST.get("field", "")
    try:
        form = ReviewForm(request.POST, sheet=review_sheet.load_for(review, name), only=name)
    except KeyError:
        raise Http404 from None
    if not form.is_valid():
        return draft_answers.invalid(" ".join(str(one) for one in form.errors[name]))
    base = request.POST.get(f"{drafts.BASE}{name}", "")
    change = reviewing.Change(name, form.value_of(name), base)
    outcome = reviewing.save(review=review, changes=[change], by=request.user)[name]
    if isinstance(outcome, Conflict):
        return draft_answers.conflicting(request, review_page.choice_of(form, name, outcome, request.user))
    return draft_answers.saved(outcome)


@require_POST
def save(request: Request, pk: int, kind: str, number: int, profession: Profession) -> HttpResponse:
    """Save everything that differs, and go on to the next case; without JavaScript the way to save at all."""
    review = review_access.get_review(request.user, pk, kind, number, profession, to="write")
    if again := _save_all(request, review):
        return again
    following = None if STAY in request.POST else review_progress.next_after(review, request.user)
    messages.success(request, f"{review.case} er gemt.")
    if following or STAY in request.POST:
        return redirect(review_page.address(following or review))
    return redirect("my-cases")


@require_POST
def submit(request: Request, pk: int, kind: str, number: int, profession: Profession) -> HttpResponse:
    """Save everything, and send it on when nothing is missing."""
    review = review_access.get_review(request.user, pk, kind, number, profession, to="write")
    if again := _save_all(request, review):
        return again
    try:
        reviewing.submit(review=review, by=request.user)
    except Unfinished as unfinished:
        return _again(request, review, 422, lacks=unfinished.lacks)
    done = "sendt til kvalitetssikring" if review.is_legal else "færdig"
    messages.success(request, f"Gennemgangen af {review.case} er {done}.")
    return redirect(review_page.address(review_progress.next_after(review, request.user) or review))


@require_POST
def take_back(request: Request, pk: int, kind: str, number: int, profession: Profession) -> HttpResponse:
    review = review_access.get_review(request.user, pk, kind, number, profession, to="take_back")
    reviewing.take_back(review=review, by=request.user)
    messages.success(request, f"Gennemgangen af {review.case} er igen en kladde.")
    return redirect(review_page.address(review))


def _save_all(request: Request, review: Review) -> HttpResponse | None:
    """None when everything is saved; else the page with what was typed: what is wrong with it, or both texts where somebody saved."""
    form = ReviewForm(request.POST, sheet=review_sheet.load(review))
    if not form.is_valid():
        return render(request, "cases/review.html", review_page.form(request, form), status=422)
    outcome = reviewing.save(review=review, changes=form.changes(), by=request.user)
    conflicts = {name: one for name, one in outcome.items() if isinstance(one, Conflict)}
    return _again(request, review, 409, conflicts=conflicts) if conflicts else None


def _again(request: Request, review: Review, status: int, **found: object) -> HttpResponse:
    """The page with what was typed over what is stored now."""
    fresh = review_access.get_review(request.user, *review_page.arguments(review), Profession(review.profession))
    form = ReviewForm(request.POST, sheet=review_sheet.load(fresh))
    form.full_clean()
    return render(request, "cases/review.html", review_page.form(request, form, **found), status=status)  # type: ignore[arg-type]
