"""What the demo people have looked at, so that the log has something to show. Outside a transaction, as every look."""

from __future__ import annotations

from collections.abc import Mapping

from accounts import audit
from accounts.models import User
from accounts.states import ReadAction
from engagements.models import Engagement
from engagements.states import EngagementState


def seed(people: Mapping[str, User]) -> None:
    """A coordinator and a consultant take the plan of Hedensted, and the auditor reads the log."""
    engagement = Engagement.objects.select_related("scope").get(municipality__name="Hedensted", state=EngagementState.ACTIVE)
    for key in ("hanne", "katrine"):
        purpose = "Til egen brug: tidsplan til Excel"
        audit.look(by=people[key], action=ReadAction.EXPORT, purpose=purpose, target=engagement, scope=engagement.scope)
    audit.look(by=people["rikke"], action=ReadAction.VIEW, purpose="Tilsyn med loggen", name="Loggen, ændringer")
