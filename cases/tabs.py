"""The tab *Sager* on the pages of an engagement."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import User
from cases import access
from engagements.models import Engagement
from engagements.page import Tab

SAGER = "sager"


def find(user: User, engagement: Engagement) -> Tab | None:
    """For the team and the municipality, in programmes with a review of cases; for VISO where it has a part in that."""
    if not engagement.programme_version.case_count or access.why_not_list(user, engagement):
        return None
    if engagement.programme_version.viso_count == 0 and access.works_for_viso(user, engagement):
        return None
    return Tab(SAGER, "Sager", reverse("rounds", args=[engagement.pk]))
