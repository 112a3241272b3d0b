"""What stands around every page of an engagement, also of higher apps': title, contact, tabs, and what one may do (or why not)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from engagements import access, overview
from engagements.actions.changes import last_accepted
from engagements.models import Engagement
from engagements.states import EngagementState


@dataclass(frozen=True)
class Tab:
    """A page of a higher app among the engagement's own; `key` is what its template says it is (`here`)."""

    key: str
    label: str
    url: str


# Gives None to somebody who has no such page. Asks the policy only: a tab costs no query of its own.
TabFinder = Callable[[User, Engagement], Tab | None]
TABS: list[TabFinder] = []


def register_tab(finder: TabFinder) -> None:
    """Add a tab to every page of an engagement; called once in an AppConfig.ready."""
    if finder not in TABS:
        TABS.append(finder)


def frame(user: User, engagement: Engagement) -> dict[str, Any]:
    """The context that engagements/_frame.html and engagements/_tabs.html need."""
    lead = next((member.user for member in engagement.team() if member.is_lead), None)
    why_not = {
        "plan": access.why_not_engagement(user, access.PLAN, engagement),
        "staff": access.why_not_engagement(user, access.STAFF, engagement),
        "steer": access.why_not_engagement(user, access.STEER, engagement),
        "change_phase": access.why_not_engagement(user, access.CHANGE_PHASE, engagement),
        "history": access.why_not_engagement(user, access.HISTORY, engagement),
        "notes": access.why_not_engagement(user, access.NOTES, engagement),
        "reminders": access.why_not_engagement(user, access.REMINDERS, engagement),
        "ask": access.why_not_engagement(user, access.ASK, engagement),
        "documents": access.why_not_engagement(user, access.DOCUMENTS, engagement),
        "mails": access.why_not_engagement(user, access.MAILS, engagement),
    }
    return {
        "engagement": engagement,
        "lead": lead,
        "team": engagement.team(),
        "why_not": why_not,
        "last_change": last_accepted(engagement) if not why_not["plan"] else None,
        "state_variant": overview.STATE_VARIANTS[EngagementState(engagement.state)],
        "more_tabs": [tab for finder in TABS if (tab := finder(user, engagement))],
    }
