"""The stored rows of a plan, column by column: what must be the same after an undo."""

from __future__ import annotations

from typing import Any

from engagements.models import Engagement, Milestone, MilestonePurpose


def stored(engagement: Engagement) -> dict[str, list[dict[str, Any]]]:
    """Every column of every milestone of the engagement and of their purposes, but for the revision, which only grows."""
    rows = Milestone.objects.filter(engagement=engagement).order_by("pk").values()
    return {
        "milestones": [{name: value for name, value in row.items() if name != "revision"} for row in rows],
        "purposes": list(MilestonePurpose.objects.filter(engagement=engagement).order_by("pk").values()),
    }
