"""System checks: what must never be true in production (an https SITE_URL)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

WEAK_KEY_LENGTH = 50


@register(Tags.security)
def production_is_safe(**kwargs: Any) -> list[CheckMessage]:
    """Refuse to start with demo mode, DEBUG or a weak SECRET_KEY when SITE_URL is https (decision 28)."""
    if not settings.SECURE_SITE:
        return []
    found: list[CheckMessage] = []
    if settings.DEMO:
        found.append(Error("DEMO is on.", hint="Unset DEMO: anybody could log in as anybody.", id="taskforce.E001"))
    if settings.DEBUG:
        found.append(Error("DEBUG is on.", hint="Unset DEBUG: errors would show code and settings.", id="taskforce.E002"))
    if len(settings.SECRET_KEY) < WEAK_KEY_LENGTH or len(set(settings.SECRET_KEY)) < 5:
        found.append(Error("SECRET_KEY is weak.", hint=f"Use at least {WEAK_KEY_LENGTH} random characters.", id="taskforce.E003"))
    return found
