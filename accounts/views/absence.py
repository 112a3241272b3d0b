"""Fravær: when one is away, and who stands in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import deputies
from accounts.actions import absence as actions
from accounts.models import Absence
from accounts.requests import Request
from accounts.settings_forms import AbsenceForm


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: Request) -> HttpResponse:
    """One's own absences that are not over, those in which one stands in, and the form for one more."""
    colleagues = deputies.possible_for(request.user)
    form = AbsenceForm(request.POST if request.method == "POST" else None, user=request.user, colleagues=colleagues)
    if form.is_valid():
        made = actions.add(**form.cleaned_data, by=request.user)
        messages.success(request, f"Dit fravær er meldt, og {made.deputy.full_name} har fået besked.")
        return redirect("absences")
    coming = Absence.objects.not_over().select_related("user", "deputy")
    context = {
        "form": form,
        "absences": coming.visible_to(request.user),
        "stands_in": coming.standing_in(request.user),
        "has_colleagues": form.fields["deputy"].queryset.exists(),  # type: ignore[attr-defined]
    }
    return render(request, "accounts/absences.html", context, status=422 if form.is_bound else 200)


@require_POST
def remove(request: Request, absence: int) -> HttpResponse:
    actions.remove(absence=get_object_or_404(Absence.objects.visible_to(request.user), pk=absence), by=request.user)
    messages.success(request, "Fraværet er fjernet.")
    return redirect("absences")
