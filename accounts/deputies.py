"""Who may stand in for somebody who is away: an active colleague of the same organisation whose role sees the same."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from accounts.models import Membership, User
from accounts.models.user import UserQuerySet
from accounts.states import DEPUTY_ROLES, Role


def possible_for(user: User, *, until: date | None = None) -> UserQuerySet:
    """Colleagues with a role that may stand in for one of the person's today (and still may on the day `until`), by name.

    Nobody of another organisation is ever among them.
    """
    shared = Q(pk__in=[])
    for own in user.valid_memberships():
        role = Role(own.role)
        shared |= Q(organisation=own.organisation_id, role__in=DEPUTY_ROLES.get(role, {role}))
    held = Membership.objects.filter(shared).valid()
    if until is not None:
        held = held.not_over(until)
    return User.objects.active().filter(pk__in=held.values("user")).exclude(pk=user.pk)
