"""What a visitor sees of *Bed om udsættelse* and *Udbakke*: a wish that waits for an answer, and an offer whose mail waits for Katrine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from accounts import notices
from accounts.models import User
from engagements.actions import mailing, postponing
from engagements.calendar import next_working_day
from engagements.models import Engagement, Milestone
from engagements.states import EngagementState, MailHold, Party, Precision

A_WEEK = timedelta(weeks=1)


def seed(people: Mapping[str, User], today: date) -> None:
    """In Hedensted mails wait a day for Katrine; Hanne asks for two later dates, and Katrine offers another for one of them."""
    hanne, katrine = people["hanne"], people["katrine"]
    engagement = Engagement.objects.get(municipality__name="Hedensted", state=EngagementState.ACTIVE)
    mailing.hold(engagement=engagement, hours=MailHold.DAY, by=katrine)
    owed = engagement.milestones.open().owed_by(Party.MUNICIPALITY).filter(ends_on__gte=today).select_related("engagement")
    for number, milestone in enumerate(owed.order_by("ends_on", "position")[:2]):
        wish = postponing.ask(
            milestone=milestone,
            occurrences=_weeks_later(milestone, 2),
            precision=Precision.DAY,
            reason="To af vores sagsbehandlere er syge, og vi vil gerne have alle med.",
            by=hanne,
        )
        if number:
            occurrences, answer = _weeks_later(milestone, 1), "En uge kan vi nå; to uger skubber seminaret."
            postponing.offer(postponement=wish, occurrences=occurrences, precision=Precision.DAY, answer=answer, by=katrine)
    notices.gather()


def _weeks_later(milestone: Milestone, weeks: int) -> tuple[tuple[date, date]]:
    last = milestone.ends_on or milestone.engagement.starts_on
    day = next_working_day(last + weeks * A_WEEK)
    return ((day, day),)
