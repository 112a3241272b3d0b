"""Keeping a pasted timetable until it is imported."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from engagements import access
from engagements.models import Engagement, TimetableDraft


@transaction.atomic
def keep(*, engagement: Engagement, text: str, year: int | None, by: User) -> TimetableDraft:
    """Keep the pasted text as the person's draft for the engagement; a new paste replaces the last one."""
    access.require_engagement(by, access.PLAN, engagement)
    draft, _ = TimetableDraft.objects.update_or_create(engagement=engagement, by=by, defaults={"text": text, "year": year})
    return draft
