"""*Jeg er inhabil i denne sag*, and a consultant who lifts what was declared by mistake."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import Request
from accounts.tasks import ring
from cases import access, review_access
from cases.actions import conflicting
from cases.assuring_forms import ConflictForm
from cases.views.frame import reviewing


@require_http_methods(["GET", "POST"])
def declare(request: Request, pk: int, kind: str, number: int) -> HttpResponse:
    """It takes effect at once: the page that follows is one that does not need the case."""
    case = access.get_case(request.user, pk, kind, number, access.DECLARE_CONFLICT)
    form = ConflictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        conflicting.declare(case=case, reason=form.cleaned_data["reason"], by=request.user)
        ring()
        messages.success(request, f"Du er meldt inhabil i {case} og har ikke længere adgang til den.")
        return redirect("home" if review_access.why_not_my_cases(request.user) else "my-cases")
    context = reviewing(request.user, case, "Jeg er inhabil i denne sag") | {"form": form}
    return render(request, "cases/conflict.html", context, status=422 if form.is_bound else 200)


@require_POST
def lift(request: Request, pk: int, kind: str, number: int, case_conflict: int) -> HttpResponse:
    """By a colleague, who can then give the case back."""
    case = access.get_case(request.user, pk, kind, number, access.LIFT_CONFLICT)
    found = get_object_or_404(case.conflicts.select_related("user"), pk=case_conflict)
    conflicting.lift(conflict=found, by=request.user)
    messages.success(request, f"{found.user.full_name} er ikke længere registreret som inhabil i {case}.")
    return redirect("review-assign", pk, kind)
