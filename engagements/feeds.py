"""Calendar feeds: the secret address of one, and the dates that it gives (docs/adr/0013-calendars.md). Reading only."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse

from accounts.admission import why_not_admitted
from accounts.models import User
from accounts.states import MUNICIPAL_ROLES
from engagements.calendar_events import calendar_of, events_of
from engagements.models import CalendarFeed, Engagement, Meeting, Milestone, MilestoneChange
from engagements.models.milestone import MilestoneQuerySet
from engagements.responsible import Answerable, roles_in
from engagements.states import DEADLINE_KINDS, EngagementState, MilestoneState

EVERYTHING = "Alle mine forløb"
RUNNING = {EngagementState.PLANNED, EngagementState.ACTIVE}
_signer = signing.Signer(salt="calendar-feed", sep=".")


def address_of(feed: CalendarFeed) -> str:
    """The whole secret address: the row's UUID with a signature, so that a copy of the table opens nothing."""
    return f"{settings.SITE_URL}{reverse('calendar', args=[_signer.sign(str(feed.pk))])}"


def find(secret: str) -> CalendarFeed | None:
    """The feed of an address, while it stands and its person may log in; None for every other address, whatever is wrong with it."""
    try:
        pk = uuid.UUID(_signer.unsign(secret))
    except (signing.BadSignature, ValueError):
        return None
    feed = CalendarFeed.objects.standing().select_related("user", "engagement").filter(pk=pk).first()
    return None if feed is None or why_not_admitted(feed.user) else feed


def engagements_of(user: User) -> list[Engagement]:
    """The engagements that the person works on, in the team or in the municipality; not all that they may see, and no aborted ones."""
    seen = Engagement.objects.visible_to(user).exclude(state=EngagementState.ABORTED).select_related("municipality")
    theirs = Q(pk__in=Engagement.objects.of_team(user)) | Q(municipality__in=user.organisation_ids(*MUNICIPAL_ROLES))
    return [engagement for engagement in seen.filter(theirs).with_team() if roles_in(user, engagement)]


def name_of(feed: CalendarFeed) -> str:
    """What the feed shows, in words."""
    return str(feed.engagement) if feed.engagement else EVERYTHING


def content_of(feed: CalendarFeed) -> bytes | None:
    """The calendar; the same bytes until something in it changes. None when the feed's one engagement concerns the person no more."""
    user = feed.user
    engagements = {one.pk: one for one in engagements_of(user) if feed.engagement_id in (None, one.pk)}
    handed = Milestone.objects.handed_to(user).exclude(engagement__in=engagements)
    if feed.engagement_id:
        handed = handed.filter(engagement=feed.engagement_id)
    own = [*_read(Milestone.objects.visible_to(user).filter(engagement__in=engagements))]
    for milestone in own:
        milestone.engagement = engagements[milestone.engagement_id]
    tasks = [*_read(handed)]
    if feed.engagement_id and not engagements and not tasks:
        return None
    owed = _owed_by(user, own, engagements.values())
    events = [event for one in own for event in events_of(one, changed_at=_changed(one), meeting=_meeting(one), alarm=one.pk in owed)]
    for one in tasks:
        page = reverse("task", args=[one.pk])
        events += events_of(one, changed_at=_changed(one), meeting=_meeting(one), alarm=_rings(one), url=page)
    name = f"Task Force: {feed.engagement}" if feed.engagement else "Task Force"
    return bytes(calendar_of(events, name=name).to_ical())


def _read(milestones: MilestoneQuerySet) -> QuerySet[Milestone]:
    """What counts and has a date, with what an event needs: two queries, however many there are."""
    last = MilestoneChange.objects.filter(milestone=OuterRef("pk")).order_by().values("milestone")
    at = last.annotate(at=Max(Greatest("change_set__at", "change_set__undone_at"))).values("at")
    found = milestones.standing().filter(starts_on__isnull=False).exclude(engagement__state=EngagementState.ABORTED)
    found = found.select_related("engagement__municipality", "meeting", "assignment").prefetch_related("purposes")
    return found.annotate(changed_at=Coalesce(Subquery(at), F("engagement__created_at"))).order_by("starts_on", "pk")


def _owed_by(user: User, milestones: Iterable[Milestone], engagements: Iterable[Engagement]) -> set[int]:
    """The deadlines that ring: open ones that the person answers for."""
    people = Answerable(engagements)
    return {one.pk for one in milestones if _rings(one) and people.is_own(one, user, roles_in(user, one.engagement))}


def _rings(milestone: Milestone) -> bool:
    is_owed = milestone.kind in DEADLINE_KINDS and milestone.state == MilestoneState.OPEN and not milestone.optional
    return is_owed and milestone.engagement.state in RUNNING


def _changed(milestone: Milestone) -> datetime:
    return milestone.changed_at  # type: ignore[attr-defined, no-any-return]  # annotated by _read


def _meeting(milestone: Milestone) -> Meeting | None:
    return getattr(milestone, "meeting", None)
