"""Calendar links: make one, take it out of use, or make a new one in its place."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from engagements import feeds
from engagements.models import CalendarFeed, Engagement

ALREADY = "Du har allerede et link til »{}«. Brug det, eller lav et nyt i stedet for det."
NOT_YOURS = "Forløbet er ikke længere et af dine. Vælg et andet."


@transaction.atomic
def make(*, engagement: Engagement | None, by: User) -> CalendarFeed:
    """A secret address for the dates of one engagement, or (None) of all that the person works on; one of each at a time."""
    _lock(by)
    if engagement is not None and engagement not in feeds.engagements_of(by):
        raise Refused(NOT_YOURS)
    made = CalendarFeed(user=by, engagement=engagement)
    if CalendarFeed.objects.visible_to(by).standing().filter(engagement=engagement).exists():
        raise Refused(ALREADY.format(feeds.name_of(made)))
    made.save()
    audit.record(by=by, verb="calendar.make", target=by, scope=None, changes={"kalenderlink": [None, feeds.name_of(made)]})
    return made


@transaction.atomic
def revoke(*, feed: CalendarFeed, by: User) -> None:
    """The address answers no more, from now on."""
    _lock(by)
    _revoke(feed, by)
    audit.record(by=by, verb="calendar.revoke", target=by, scope=None, changes={"kalenderlink": [feeds.name_of(feed), None]})


@transaction.atomic
def renew(*, feed: CalendarFeed, by: User) -> CalendarFeed:
    """A new address for the same dates; the old one answers no more."""
    _lock(by)
    _revoke(feed, by)
    made = CalendarFeed.objects.create(user=by, engagement=feed.engagement)
    audit.record(by=by, verb="calendar.renew", target=by, scope=None, changes={"kalenderlink": [None, feeds.name_of(made)]})
    return made


def _lock(user: User) -> None:
    """Two clicks at once come one after the other."""
    User.objects.get_queryset().select_for_update().get(pk=user.pk)


def _revoke(feed: CalendarFeed, by: User) -> None:
    standing = CalendarFeed.objects.visible_to(by).standing().filter(pk=feed.pk)
    if not standing.update(revoked_at=timezone.now()):
        raise Refused("Linket er allerede spærret.")
