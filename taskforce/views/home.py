"""The front page of each role: *Opgaver* of a municipality and its employees, *Min uge* of the teams, *Overblik* of everybody else."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import Request
from accounts.states import TEAM_ROLES, Role
from engagements.access import why_not_create
from engagements.mailbox import outgoing_count
from engagements.models import Engagement
from taskforce import task_list
from taskforce.forms import TaskFilter

MOST_ENGAGEMENTS = 50


@require_safe
def home(request: Request) -> HttpResponse:
    roles, today = request.user.roles(), timezone.localdate()
    if roles & set(TEAM_ROLES):
        context = _side(request, Engagement.objects.visible_to(request.user).of_team(request.user))
        week = task_list.week(request.user, today, context["scope"])
        return render(request, "taskforce/week.html", context | {"week": week, "can_open": not why_not_create(request.user)})
    if roles & {Role.COORDINATOR, Role.LEADER}:
        context = _side(request, _of_municipality(request.user))
        tasks = task_list.tasks(request.user, today, context["scope"])
        return render(request, "taskforce/tasks.html", context | {"tasks": tasks, "contacts": _contacts(context["engagements"])})
    if Role.EMPLOYEE in roles:
        return render(request, "taskforce/tasks_employee.html", {"today": today, "groups": task_list.handed(request.user, today)})
    return render(request, "taskforce/home_other.html", {"roles": roles, "Role": Role})


def _of_municipality(user: User) -> Any:
    return Engagement.objects.visible_to(user).filter(municipality__in=user.organisation_ids(Role.COORDINATOR, Role.LEADER))


def _side(request: Request, found: Any) -> dict[str, Any]:
    """What stands beside the tasks: the engagements, and the choice of one of them (in the address) where there are several."""
    today = timezone.localdate()
    found = found.running().with_next(today).select_related("municipality", "programme_version__programme")
    engagements = list(found.with_team().order_by("municipality__name", "pk")[:MOST_ENGAGEMENTS])
    form = TaskFilter(request.GET or None, engagements=engagements)
    return {
        "today": today,
        "engagements": engagements,
        "filter_form": form if len(engagements) > 1 else None,
        "scope": form.scope(),
        "links": _links(request.user),
    }


def _links(user: User) -> list[tuple[str, str, str]]:
    """What else belongs to one's tasks: (label, address, icon); the *Udbakke* only while something waits in it."""
    waiting = outgoing_count(user)
    outgoing = [(f"Udbakke ({waiting})", reverse("outgoing"), "email")] if waiting else []
    return [*outgoing, ("Abonnér på frister i Outlook", reverse("calendar-feeds"), "calendar-month")]


def _contacts(engagements: list[Engagement]) -> list[tuple[Engagement, User]]:
    """Whom to call about what: the leads, each once for an area."""
    leads = [(engagement, member.user) for engagement in engagements for member in engagement.team() if member.is_lead]
    return list({(engagement.area, lead.pk): (engagement, lead) for engagement, lead in leads}.values())
