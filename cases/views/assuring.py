"""*Kvalitetssikring*: a jurist reads what a colleague wrote, comments, sends back, approves; or opens an approved one again."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from accounts.tasks import ring
from cases import review_access
from cases.actions import assuring
from cases.assuring_forms import CommentForm, ReopenForm
from cases.models import Review
from cases.states import Profession
from cases.views import assuring_page


def _load(request: Request, pk: int, kind: str, number: int, to: str) -> Review:
    return review_access.get_review(request.user, pk, kind, number, Profession.LEGAL, to=to)


def _page(request: Request, review: Review, sent: Form | None = None) -> HttpResponse:
    context = assuring_page.context(request.user, review, sent)
    return render(request, "cases/assure.html", context, status=422 if sent else 200)


@require_safe
def show(request: Request, pk: int, kind: str, number: int) -> HttpResponse:
    """The review to read, what was changed since it was last sent, and what was written about it."""
    return _page(request, _load(request, pk, kind, number, "discuss"))


@require_POST
def comment(request: Request, pk: int, kind: str, number: int) -> HttpResponse:
    review = _load(request, pk, kind, number, "discuss")
    form = CommentForm(request.POST, review=review)
    if not form.is_valid():
        return _page(request, review, form)
    assuring.comment(review=review, by=request.user, **form.values())
    messages.success(request, "Kommentaren er gemt.")
    return redirect("review-assure", pk, kind, number)


@require_POST
def send_back(request: Request, pk: int, kind: str, number: int) -> HttpResponse:
    """Give it back to its author with the comment in the form."""
    review = _load(request, pk, kind, number, "assure")
    review_access.require_assurance(request.user, review)
    form = CommentForm(request.POST, review=review)
    if not form.is_valid():
        return _page(request, review, form)
    assuring.send_back(review=review, by=request.user, **form.values())
    ring()
    messages.success(request, f"{review.case} er sendt tilbage til forfatteren.")
    return redirect("my-cases")


@require_POST
def approve(request: Request, pk: int, kind: str, number: int) -> HttpResponse:
    review = _load(request, pk, kind, number, "assure")
    assuring.approve(review=review, by=request.user)
    ring()
    messages.success(request, f"{review.case} er kvalitetssikret.")
    return redirect("my-cases")


@require_POST
def reopen(request: Request, pk: int, kind: str, number: int) -> HttpResponse:
    review = _load(request, pk, kind, number, "reopen")
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return _page(request, review, form)
    assuring.reopen(review=review, text=form.cleaned_data["text"], by=request.user)
    ring()
    messages.success(request, f"Gennemgangen af {review.case} er åbnet igen og sendt til forfatteren.")
    return redirect("review-assure", pk, kind, number)
