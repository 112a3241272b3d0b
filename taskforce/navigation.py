"""What the frame of every page needs: who is logged in, the menu, the footer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts import notices, session_limits
from accounts.access import why_not
from accounts.models import User
from accounts.people_access import why_not_people
from accounts.states import MUNICIPAL_ROLES, TEAM_ROLES, Relation, Role
from cases.review_access import why_not_my_cases
from engagements.access import why_not_create
from engagements.mailbox import has_outgoing, outgoing_count
from taskforce.access import SETUP, why_not_log, why_not_operations


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html: `frame`."""
    user = getattr(request, "user", None)
    person = user if isinstance(user, User) else None
    return {
        "frame": {
            "user_name": person.full_name if person else "",
            "role_line": _role_line(person) if person else "",
            "home": home_name(person) if person else "Overblik",
            "navigation": _menu(person, request) if person and not getattr(request, "enrolling", False) else [],
            "demo": settings.DEMO,
            "version": settings.VERSION,
            "support_email": settings.SUPPORT_EMAIL,
            "support_phone": settings.SUPPORT_PHONE,
            "authority": "Social- og Boligstyrelsen",
            "session": _session(request) if person else None,
            "was_cut_off": person is None and session_limits.CUT_OFF_QUERY in request.GET,
            "idle_minutes": settings.SESSION_IDLE_AGE // 60,
            "longest_hours": settings.SESSION_ABSOLUTE_AGE // 3600,
        }
    }


def _session(request: HttpRequest) -> dict[str, int]:
    """What the dialog that warns before the log-in ends needs to know, in seconds."""
    return {"left": session_limits.seconds_left(request.session), "warn": session_limits.WARN_SECONDS}


def _role_line(user: User) -> str:
    return "; ".join(str(membership) for membership in user.valid_memberships())


def _menu(user: User, request: HttpRequest) -> list[dict[str, Any]]:
    items = [(home_name(user), reverse("home"))]
    if user.roles() - {Role.ADMIN, Role.AUDITOR, Role.EMPLOYEE}:
        items.append(("Forløb", reverse("engagements")))
    if not why_not_my_cases(user):
        items.append(("Mine sager", reverse("my-cases")))
    if not why_not_create(user):
        items.append(("Opret forløb", reverse("engagement-open")))
    if has_outgoing(user):
        waiting = outgoing_count(user)
        items.append((f"Udbakke ({waiting})" if waiting else "Udbakke", reverse("outgoing")))
    items.append((_notices_label(request), reverse("notices")))
    if not why_not_people(user):
        items.append(("Brugere og roller", reverse("people")))
    if not why_not_log(user):
        items.append(("Log", reverse("log")))
    if not why_not_operations(user):
        items.append(("Drift", reverse("operations")))
    if not why_not(user, SETUP, relations={Relation.NONE}):
        items.append(("Opsætning", reverse("admin:index")))
    return [{"label": label, "url": url, "current": _is_current(request.path, url)} for label, url in items]


def _notices_label(request: HttpRequest) -> str:
    """Beskeder (3): with how many have not been read."""
    unread = notices.unread_count(request)
    return f"Beskeder ({unread})" if unread else "Beskeder"


def home_name(user: User) -> str:
    """What the person's front page is called: *Min uge* on a team, *Opgaver* in a municipality."""
    roles = user.roles()
    if roles & set(TEAM_ROLES):
        return "Min uge"
    return "Opgaver" if roles & set(MUNICIPAL_ROLES) else "Overblik"


def _is_current(path: str, url: str) -> bool:
    if path == url:
        return True
    with_pages = {reverse("engagements"), reverse("people"), reverse("operations")}
    return url in with_pages and path.startswith(url) and path != reverse("engagement-open")
