"""Inhabilitet: declared by an administrator for anybody, and by everybody for themselves."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import people_access
from accounts.actions import conflicts
from accounts.people_forms import ConflictForm, OwnConflictForm
from accounts.person_page import conflicts_of
from accounts.requests import Request


@require_http_methods(["GET", "POST"])
def declare(request: Request, pk: int) -> HttpResponse:
    """Asks towards which municipality, and declares it."""
    person = people_access.get_person(request.user, pk, people_access.DECLARE)
    form = ConflictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        conflict = conflicts.declare(person=person, **form.cleaned_data, by=request.user)
        messages.success(request, f"{person.full_name} er meldt inhabil i forhold til {conflict.organisation.display_name}.")
        return redirect(person)
    context = {"person": person, "form": form}
    return render(request, "accounts/conflict_declare.html", context, status=422 if form.is_bound else 200)


@require_POST
def lift(request: Request, pk: int, conflict: int) -> HttpResponse:
    person = people_access.get_person(request.user, pk, people_access.LIFT)
    found = people_access.get_conflict(request.user, person, conflict)
    conflicts.lift(conflict=found, by=request.user)
    messages.success(request, f"{person.full_name} er ikke længere inhabil i forhold til {found.organisation.display_name}.")
    return redirect(person)


@require_http_methods(["GET", "POST"])
def own(request: Request) -> HttpResponse:
    """One's own conflicts, and the form to declare one more."""
    form = OwnConflictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        conflict = conflicts.declare(person=request.user, **form.cleaned_data, by=request.user)
        messages.success(request, f"Du er meldt inhabil i forhold til {conflict.organisation.display_name} og har ikke længere adgang dér.")
        return redirect("conflict-own")
    standing = [line for line in conflicts_of(request.user, request.user) if line["conflict"].lifted_at is None]
    return render(request, "accounts/conflict_own.html", {"form": form, "conflicts": standing}, status=422 if form.is_bound else 200)
