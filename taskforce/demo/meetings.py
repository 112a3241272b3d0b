"""What a visitor sees of meetings: the learning seminar of Hedensted is called, and one of its mails could not be delivered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

from accounts.models import OutboxMail, User
from accounts.states import MailState
from engagements import meetings
from engagements.actions import meeting
from engagements.actions.meeting import Details
from engagements.models import Milestone
from engagements.states import EngagementState, Purpose

COMING = ("katrine", "jonas", "vibeke", "hanne", "lars", "emil")
REFUSAL = "550 5.1.1 Recipient address rejected: mailbox unavailable"


def seed(people: Mapping[str, User]) -> None:
    """Nothing happens when the plan holds no such day any more."""
    found = Milestone.objects.open().coming().filter(purposes__purpose=Purpose.LEARNING_SEMINAR, engagement__state=EngagementState.ACTIVE)
    seminar = found.filter(engagement__municipality__name="Hedensted").select_related("engagement").order_by("starts_on").first()
    if seminar is None or not seminar.is_exact:
        return
    details = Details(
        starts_at=time(9),
        ends_at=time(15, 30),
        place="Hedensted Rådhus, mødelokale 3",
        link="https://video.demo.example/laeringsseminar",
        others="To repræsentanter fra brugerrådet",
        users=[people[key] for key in COMING],
    )
    meeting.save(milestone=seminar, details=details, by=people["katrine"])
    meeting.invite(milestone=seminar, by=people["katrine"])
    invitation = OutboxMail.objects.filter(kind=meetings.KIND, recipient=people["emil"])
    invitation.update(state=MailState.FAILED, attempts=1, error=REFUSAL)
