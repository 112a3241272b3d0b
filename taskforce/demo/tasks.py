"""What a visitor sees of delegating: Hanne has given Emil the next thing that Hedensted owes."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.models import User
from engagements.actions import delegating
from engagements.models import Milestone
from engagements.states import EngagementState, Party


def seed(people: Mapping[str, User]) -> None:
    """Nothing happens when the plan holds no such task any more."""
    owed = Milestone.objects.open().filter(party=Party.MUNICIPALITY, engagement__state=EngagementState.ACTIVE, assignment=None)
    task = owed.filter(engagement__municipality__name="Hedensted").select_related("engagement").order_by("ends_on", "position").first()
    if task:
        delegating.delegate(milestone=task, to=people["emil"], by=people["hanne"])
