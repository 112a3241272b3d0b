"""Who is let in: a person with a role that counts today, and nobody else."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone

from accounts.danish import plain_date
from accounts.models import User


def why_not_admitted(user: User) -> str:
    """The sentence for somebody whose access has ended or not begun; "" for everybody who may work here today."""
    if user.is_active and (user.is_superuser or user.valid_memberships()):
        return ""
    if user.is_active and (begins := _first_day(user)):
        return f"Din adgang begynder {plain_date(begins)}. Log ind igen den dag."
    return f"Din adgang er ophørt. Skal du stadig bruge løsningen, så spørg din leder, eller skriv til {settings.SUPPORT_EMAIL}."


def _first_day(user: User) -> date | None:
    coming = user.memberships.filter(valid_from__gt=timezone.localdate()).order_by("valid_from").first()
    return coming.valid_from if coming else None
