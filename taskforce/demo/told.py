"""What a visitor sees under *Beskeder*, *Mit fravær* and *Min kalender*: some notices are read, Mikkel is away soon, Hanne has a link."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from accounts.actions import absence, reading
from accounts.models import Notice, User
from engagements.actions import delegating, feeds
from engagements.calendar import next_working_day
from engagements.models import Milestone
from engagements.states import EngagementState, Party


def seed(people: Mapping[str, User], today: date) -> None:
    """Everybody has read what they were told so far; after that Lars gives Hanne a task, and Mikkel makes Katrine his deputy."""
    for person in people.values():
        for notice in Notice.objects.visible_to(person).unread():
            reading.read(notice=notice, by=person)
    owed = Milestone.objects.open().owed_by(Party.MUNICIPALITY).filter(engagement__state=EngagementState.ACTIVE, assignment=None)
    task = owed.filter(engagement__municipality__name="Hedensted").select_related("engagement").order_by("ends_on", "position").first()
    if task:
        delegating.delegate(milestone=task, to=people["hanne"], by=people["lars"])
    first = next_working_day(today + timedelta(days=7))
    absence.add(first_day=first, last_day=first + timedelta(days=4), deputy=people["katrine"], by=people["mikkel"])
    feeds.make(engagement=None, by=people["hanne"])
