"""What the frame of every page needs: who is logged in, the menu, the footer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.states import Role
from engagements.access import why_not_create


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html: `frame`."""
    user = getattr(request, "user", None)
    return {
        "frame": {
            "user_name": user.full_name if user and user.is_authenticated else "",
            "role_line": _role_line(user) if user and user.is_authenticated else "",
            "navigation": _menu(request) if user and user.is_authenticated else [],
            "demo": settings.DEMO,
            "version": settings.VERSION,
            "support_email": settings.SUPPORT_EMAIL,
            "support_phone": settings.SUPPORT_PHONE,
            "authority": "Social- og Boligstyrelsen",
        }
    }


def _role_line(user: Any) -> str:
    return "; ".join(str(membership) for membership in user.valid_memberships())


def _menu(request: HttpRequest) -> list[dict[str, Any]]:
    items = [("Overblik", reverse("home"))]
    if request.user.roles() - {Role.ADMIN, Role.AUDITOR}:
        items.append(("Forløb", reverse("engagements")))
    if not why_not_create(request.user):
        items.append(("Opret forløb", reverse("engagement-open")))
    if request.user.is_staff:
        items.append(("Opsætning", reverse("admin:index")))
    return [{"label": label, "url": url, "current": _is_current(request.path, url)} for label, url in items]


def _is_current(path: str, url: str) -> bool:
    if path == url:
        return True
    return url == reverse("engagements") and path.startswith(url) and path != reverse("engagement-open")
