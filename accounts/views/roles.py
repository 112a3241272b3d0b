"""A person's roles: give one, end one, hand one over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import handover, people, people_access
from accounts.actions import handing_over, roles
from accounts.danish import plain_date
from accounts.models import Membership, User
from accounts.people_forms import EndRoleForm, HandOverForm, RoleForm
from accounts.requests import Request
from accounts.step_up import fresh_factor_required


@require_http_methods(["GET", "POST"])
def add(request: Request, pk: int) -> HttpResponse:
    """Asks which role from when to when, and gives it."""
    person = people_access.get_person(request.user, pk, people_access.ADD_ROLE)
    form = RoleForm(request.POST or None, organisations=people_access.organisations_for(request.user, people_access.ADD_ROLE))
    if request.method == "POST" and form.is_valid():
        membership = roles.add_role(person=person, **form.cleaned_data, by=request.user)
        messages.success(request, f"{person.full_name} har fået rollen {membership.get_role_display()} ({people.when(membership)}).")
        return redirect(person)
    context = {"person": person, "form": form, "refusal": roles.why_not_give(person, request.user)}
    return render(request, "accounts/role_add.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def end(request: Request, pk: int, membership: int) -> HttpResponse:
    """Asks when, and ends the role."""
    person = people_access.get_person(request.user, pk)
    role = people_access.get_membership(request.user, person, membership, people_access.END_ROLE)
    form = EndRoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        roles.end_role(membership=role, last_day=form.last(), by=request.user)
        day = form.last()
        ending = f"ophører efter {plain_date(day)}" if day else "er ophørt"
        messages.success(request, f"Rollen som {role.get_role_display()} {ending} for {person.full_name}.")
        return _onward(request, person)
    context = {"person": person, "role": role, "when": people.when(role), "form": form, "cancel_url": person.get_absolute_url()}
    return render(request, "accounts/role_end.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@fresh_factor_required
def hand_over(request: Request, pk: int, membership: int) -> HttpResponse:
    """Asks who and from when, shows what would be handed over (the answers are in the address), and does it."""
    person = people_access.get_person(request.user, pk)
    role = people_access.get_membership(request.user, person, membership, people_access.HAND_OVER)
    answers = request.POST if request.method == "POST" else request.GET if "to" in request.GET else None
    form = HandOverForm(answers, colleagues=handing_over.colleagues(role))
    if request.method == "POST" and form.is_valid():
        handing_over.hand_over(membership=role, **form.cleaned_data, by=request.user)
        messages.success(request, f"Rollen er overdraget til {form.cleaned_data['to'].full_name}.")
        return _onward(request, person)
    return _hand_over_page(request, role, form)


def _hand_over_page(request: Request, role: Membership, form: HandOverForm) -> HttpResponse:
    context: dict[str, Any] = {"person": role.user, "role": role, "form": form, "cancel_url": role.user.get_absolute_url()}
    if not form.is_bound or not form.is_valid():
        has_colleagues = handing_over.colleagues(role).exists()
        return render(
            request, "accounts/hand_over.html", context | {"has_colleagues": has_colleagues}, status=422 if form.is_bound else 200
        )
    to, from_day = form.cleaned_data["to"], form.cleaned_data["from_day"]
    context |= {
        "to": to,
        "from_day": from_day,
        "belongings": handover.belongings(role, to),
        "refusal": handing_over.why_not_hand_over(role, to, from_day, request.user),
    }
    return render(request, "accounts/hand_over_preview.html", context)


def _onward(request: Request, person: User) -> HttpResponse:
    """Back to the person; home for somebody who changed their own rights; to the list when the person is out of sight now."""
    if person == request.user:
        return redirect("home")
    return redirect(person if User.objects.visible_to(request.user).filter(pk=person.pk).exists() else "people")
