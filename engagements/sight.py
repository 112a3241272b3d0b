"""Which notices of engagements a person may still see in *Beskeder*: of what they may see, and of what was delegated to them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Scope, User
from engagements.models import Engagement, Milestone


def scopes_seen_by(user: User) -> QuerySet[Any]:
    """The ids of the scopes. A role that ended, a delegation taken back and *inhabil* take them away at once."""
    handed = Milestone.objects.handed_to(user).values("engagement")
    seen = Q(engagement__in=Engagement.objects.visible_to(user)) | Q(engagement__in=handed)
    return Scope.objects.filter(seen).values("pk")
