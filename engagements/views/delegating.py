"""Uddelegér: name the colleague who answers for a milestone; and the lean page of the task for an employee of the municipality."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from engagements import access, overview
from engagements.actions import delegating
from engagements.forms import DelegateForm
from engagements.responsible import Answerable
from engagements.task_words import verb_of
from engagements.views.engagement import frame_of
from engagements.views.milestones import load


@require_http_methods(["GET", "POST"])
def delegate(request: Request, pk: int, milestone: int) -> HttpResponse:
    found = load(request, pk, milestone, access.DELEGATE)
    assigned = Answerable([found.engagement]).assigned(found)
    people = [user for user in delegating.candidates(milestone=found, by=request.user) if user != assigned]
    form = DelegateForm(request.POST or None, people=people, by=request.user)
    if request.method == "POST" and form.is_valid():
        to = form.person()
        delegating.delegate(milestone=found, to=to, by=request.user)
        told = "Du har" if to == request.user else f"{to.full_name} får besked og har"
        messages.success(request, f"{told} nu opgaven »{verb_of(found)}«.")
        return redirect("home")
    context = frame_of(request, found.engagement) | {
        "form": form, "milestone": found, "verb": verb_of(found), "row": overview.row_of(found, timezone.localdate()),
        "assigned": assigned, "people": people,
    }  # fmt: skip
    return render(request, "engagements/delegate.html", context, status=422 if form.is_bound else 200)


@require_POST
def take_back(request: Request, pk: int, milestone: int) -> HttpResponse:
    found = load(request, pk, milestone, access.DELEGATE)
    delegating.take_back(milestone=found, by=request.user)
    messages.success(request, f"Opgaven »{verb_of(found)}« er ikke længere uddelegeret.")
    return redirect("home")


@require_safe
def task(request: Request, pk: int) -> HttpResponse:
    """What, when and whom to ask: all that an employee of the municipality sees of the engagement."""
    found = access.get_task(request.user, pk)
    context = {"milestone": found, "verb": verb_of(found), "row": overview.row_of(found, timezone.localdate()), "ask": found.assignment.by}
    return render(request, "engagements/task.html", context)
