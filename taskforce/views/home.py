"""Overblik: the home page of each role."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import Request
from accounts.states import TEAM_ROLES, Role
from engagements import overview
from engagements.access import why_not_create
from engagements.models import Engagement
from engagements.states import EngagementState, Party, Standing

AHEAD = timedelta(days=30)
WHOLE_PLAN = timedelta(days=5 * 366)
OWED_BY_MUNICIPALITY = {Party.MUNICIPALITY, Party.BOTH}
OWN_PARTY = {Role.CONSULTANT: Party.TASK_FORCE, Role.LEGAL_REVIEWER: Party.ANKESTYRELSEN, Role.VISO_CONSULTANT: Party.VISO}
MOST_ENGAGEMENTS = 50


@require_safe
def home(request: Request) -> HttpResponse:
    roles = request.user.roles()
    if roles & set(TEAM_ROLES):
        return render(request, "taskforce/home_team.html", _team_context(request.user))
    if roles & {Role.COORDINATOR, Role.LEADER}:
        return render(request, "taskforce/home_municipality.html", _municipality_context(request.user))
    return render(request, "taskforce/home_other.html", {"roles": roles, "Role": Role})


def _team_context(user: User) -> dict[str, Any]:
    """Across my engagements: what is late, what comes in 30 days, and the engagements themselves."""
    engagements = _running(Engagement.objects.visible_to(user).of_team(user))
    rows = _coming_rows(user, engagements)
    own = {OWN_PARTY[role] for role in TEAM_ROLES if role in user.roles()} | {Party.BOTH}
    return _engagement_context(engagements) | {
        "own_rows": [row for row in rows if row.milestone.party in own],
        "other_rows": [row for row in rows if row.milestone.party not in own],
        "own_groups": overview.by_urgency([row for row in rows if row.milestone.party in own], timezone.localdate()),
        "overdue_count": sum(1 for row in rows if row.standing == "overdue"),
        "can_open": not why_not_create(user),
    }


def _municipality_context(user: User) -> dict[str, Any]:
    """What we owe, by when, what is next, and whom to call."""
    engagements = _running(
        Engagement.objects.visible_to(user).filter(municipality__in=user.organisation_ids(Role.COORDINATOR, Role.LEADER))
    )
    today = timezone.localdate()
    whole_plan = _coming_rows(user, engagements, ahead=WHOLE_PLAN)
    rows = [row for row in whole_plan if row.milestone.ends_on and row.milestone.ends_on <= today + AHEAD]
    own = [row for row in rows if row.milestone.party in OWED_BY_MUNICIPALITY]
    return _engagement_context(engagements) | {
        "own_rows": own,
        "own_groups": overview.by_urgency(own, today),
        "other_rows": [row for row in rows if row not in own],
        "next_row": next((row for row in whole_plan if _is_next(row)), None),
        "contacts": _contacts(engagements),
    }


def _is_next(row: overview.MilestoneRow) -> bool:
    """Whether the municipality owes it and it is still to come: however far ahead, there is always a next one."""
    return row.milestone.party in OWED_BY_MUNICIPALITY and row.standing != Standing.OVERDUE and not row.milestone.optional


def _contacts(engagements: list[Engagement]) -> list[tuple[Engagement, User]]:
    """Whom to call about what: the leads, each once for an area."""
    leads = [(engagement, member.user) for engagement in engagements for member in engagement.team() if member.is_lead]
    return list({(engagement.area, lead.pk): (engagement, lead) for engagement, lead in leads}.values())


def _running(found: Any) -> list[Engagement]:
    found = found.running().with_next(timezone.localdate()).select_related("municipality", "programme_version__programme")
    return list(found.prefetch_related("programme_version__phases").with_team().order_by("municipality__name", "pk")[:MOST_ENGAGEMENTS])


def _coming_rows(user: User, engagements: list[Engagement], ahead: timedelta = AHEAD) -> list[overview.MilestoneRow]:
    today = timezone.localdate()
    counting = [engagement for engagement in engagements if engagement.state != EngagementState.PAUSED]
    return overview.rows_of(overview.coming_milestones(user, counting, today, today + ahead), today)


def _engagement_context(engagements: list[Engagement]) -> dict[str, Any]:
    return {
        "today": timezone.localdate(),
        "engagements": [
            {
                "engagement": engagement,
                "phases": overview.phase_marks(engagement),
                "variant": overview.STATE_VARIANTS[EngagementState(engagement.state)],
            }
            for engagement in engagements
        ],
    }
