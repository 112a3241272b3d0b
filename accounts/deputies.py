"""Who may stand in for somebody who is away: an active colleague with the same role in the same organisation."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from accounts.models import Membership, User
from accounts.models.user import UserQuerySet


def possible_for(user: User, *, until: date | None = None) -> UserQuerySet:
    """Colleagues who share one of the person's roles today (and still do on the day `until`), by name.

    Nobody of another organisation is ever among them.
    """
    shared = Q(pk__in=[])
    for own in user.valid_memberships():
        shared |= Q(organisation=own.organisation_id, role=own.role)
    held = Membership.objects.filter(shared).valid()
    if until is not None:
        held = held.not_over(until)
    return User.objects.active().filter(pk__in=held.values("user")).exclude(pk=user.pk)
