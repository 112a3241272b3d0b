"""Brugere og roller: who has access to what, and the page of each person."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import history, people, people_access, people_history, person_page
from accounts.actions import barring, inviting
from accounts.models import Invitation
from accounts.people_forms import BarForm, InviteForm, PeopleFilter
from accounts.requests import Request
from accounts.step_up import fresh_factor_required

PER_PAGE = 25
MOST_HISTORY = 50


@require_safe
def people_list(request: Request) -> HttpResponse:
    """Everybody that one may see, or the invitations that wait; the filter is in the address."""
    people_access.require_people(request.user)
    why_not_invited = people_access.why_not_people(request.user, people_access.SEE_INVITATION)
    filter_form = PeopleFilter(request.GET, organisations=people_access.organisations_for(request.user, people_access.VIEW))
    values = filter_form.cleaned_data if filter_form.is_valid() else {}
    context = {
        "filter_form": filter_form,
        "waiting": 0 if why_not_invited else Invitation.objects.visible_to(request.user).open().count(),
        "can_invite": not people_access.why_not_people(request.user, people_access.INVITE),
    }
    number = request.GET.get("page")
    if values.get("state") == "invited":
        people_access.require_people(request.user, people_access.SEE_INVITATION)
        waiting = Paginator(people.invited(request.user, values), PER_PAGE).get_page(number)
        context |= {"page": waiting, "rows": people.invitation_rows(waiting.object_list)}
        return render(request, "accounts/invitations.html", context)
    page = Paginator(people.listed(request.user, values), PER_PAGE).get_page(number)
    context |= {"page": page, "rows": [people.row_of(one) for one in page.object_list]}
    return render(request, "accounts/people.html", context)


@require_safe
def person(request: Request, pk: int) -> HttpResponse:
    """One person: roles, access, conflicts, history, and what one may do (or why not)."""
    found = people_access.get_person(request.user, pk)
    row = people.one(request.user, found)
    past = people_history.of_person(found, request.user)[:MOST_HISTORY]
    context = {
        "person": found,
        "row": row,
        "roles": person_page.roles_of(request.user, row.roles),
        "conflicts": person_page.conflicts_of(request.user, found),
        "actions": person_page.actions_for(request.user, found),
        "lines": history.lines(past),
    }
    return render(request, "accounts/person.html", context)


@require_http_methods(["GET", "POST"])
def invite(request: Request) -> HttpResponse:
    """Asks who shall have which role, and sends the invitation."""
    people_access.require_people(request.user, people_access.INVITE)
    form = InviteForm(request.POST or None, organisations=people_access.organisations_for(request.user, people_access.INVITE))
    if request.method == "POST" and form.is_valid():
        invitation = inviting.invite(**form.cleaned_data, by=request.user)
        messages.success(request, f"{invitation.full_name} er inviteret. Mailen er på vej til {invitation.email}.")
        return redirect("people")
    return render(request, "accounts/invite.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def invite_again(request: Request, invitation: uuid.UUID) -> HttpResponse:
    found = people_access.get_invitation(request.user, invitation)
    inviting.again(invitation=found, by=request.user)
    messages.success(request, f"Invitationen er sendt igen til {found.email}.")
    return redirect(f"{reverse('people')}?state=invited")


@require_POST
def withdraw(request: Request, invitation: uuid.UUID) -> HttpResponse:
    found = people_access.get_invitation(request.user, invitation)
    inviting.withdraw(invitation=found, by=request.user)
    messages.success(request, f"Invitationen til {found.full_name} er trukket tilbage. Linket virker ikke længere.")
    return redirect(f"{reverse('people')}?state=invited")


@require_http_methods(["GET", "POST"])
def bar(request: Request, pk: int) -> HttpResponse:
    """Asks why, and closes the person's access at once."""
    found = people_access.get_person(request.user, pk, people_access.BAR)
    form = BarForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        barring.bar(person=found, reason=form.cleaned_data["reason"].strip(), by=request.user)
        messages.success(request, f"{found.full_name} er spærret og logget af overalt.")
        return redirect(found)
    context = {"person": found, "form": form, "cancel_url": found.get_absolute_url()}
    return render(request, "accounts/bar.html", context, status=422 if form.is_bound else 200)


@require_POST
def unbar(request: Request, pk: int) -> HttpResponse:
    found = people_access.get_person(request.user, pk, people_access.BAR)
    barring.unbar(person=found, by=request.user)
    messages.success(request, f"{found.full_name} kan logge ind igen.")
    return redirect(found)


@require_http_methods(["GET", "POST"])
@fresh_factor_required
def reset_factor(request: Request, pk: int) -> HttpResponse:
    """Asks, and takes the person's second factor away."""
    found = people_access.get_person(request.user, pk, people_access.RESET_FACTOR)
    if request.method == "POST":
        barring.reset_factor(person=found, by=request.user)
        messages.success(request, f"{found.full_name} er logget af og sætter totrinsbekræftelsen op igen ved næste log ind.")
        return redirect(found)
    return render(request, "accounts/factor_reset.html", {"person": found, "cancel_url": found.get_absolute_url()})
