"""Overdragelse: a colleague takes a role over, and all that hangs on it, in one step."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import handover
from accounts import people_access as access
from accounts.actions.roles import NOT_ONESELF, close, lock_organisation, record
from accounts.models import Membership, User
from accounts.models.user import UserQuerySet
from accounts.refusal import Refused


@transaction.atomic
def hand_over(*, membership: Membership, to: User, from_day: date, by: User) -> None:
    """`to` holds the role from `from_day` on, the giver until the day before; what hangs on it is moved by the registered hooks."""
    lock_organisation(membership.organisation_id)
    list(User.objects.get_queryset().select_for_update().filter(pk__in=[membership.user_id, to.pk]).order_by("pk"))
    membership = Membership.objects.select_for_update().select_related("user", "organisation").get(pk=membership.pk)
    access.require_in(by, access.HAND_OVER, membership.organisation_id)
    to = User.objects.get_queryset().get(pk=to.pk)
    sentence = why_not_hand_over(membership, to, from_day, by)
    if sentence:
        raise Refused(sentence)
    for _, move in handover.HOOKS:
        move(membership, to, from_day, by)
    _take_over(membership, to, from_day, by)
    record(membership, "role.hand_over", by, til=[membership.valid_to, from_day - timedelta(days=1)], kollega=[None, to.full_name])
    close(membership, from_day - timedelta(days=1))


def _take_over(membership: Membership, to: User, from_day: date, by: User) -> None:
    """Give the colleague the role, unless they hold it on that day; a role of theirs that begins later begins then."""
    same = Membership.objects.filter(user=to, organisation=membership.organisation_id, role=membership.role).not_over(from_day)
    held = same.order_by("valid_from").first()
    if held is not None and held.valid_from <= from_day:
        return
    if held is None:
        held = Membership(user=to, organisation=membership.organisation, role=membership.role, valid_to=membership.valid_to)
    held.valid_from = from_day
    held.save()
    record(held, "role.take_over", by, fra=[None, from_day], efter=[None, membership.user.full_name])


def colleagues(membership: Membership) -> UserQuerySet:
    """Who can take the role over: everybody else who works in the organisation today."""
    here = Membership.objects.valid().filter(organisation=membership.organisation_id)
    return User.objects.active().filter(pk__in=here.values("user_id")).exclude(pk=membership.user_id).order_by("full_name", "pk")


def why_not_hand_over(membership: Membership, to: User, from_day: date, by: User) -> str:
    """The sentence that says why the role cannot go to `to` on that day, or ""."""
    first = max(timezone.localdate(), membership.valid_from)
    if membership.valid_to is not None and membership.valid_to < max(from_day, first):
        return "Rollen er ophørt inden den dag. Vælg en tidligere dag."
    if from_day < first:
        return "En rolle kan tidligst overdrages i dag eller den dag, den begynder."
    if not colleagues(membership).filter(pk=to.pk).exists():
        return f"{to.full_name} arbejder ikke i {membership.organisation.display_name}. Invitér først personen."
    if to == by and membership.role not in {
        held.role for held in to.valid_memberships() if held.organisation_id == membership.organisation_id
    }:
        return NOT_ONESELF
    if membership.organisation_id in to.conflicting_ids():
        return f"{to.full_name} er inhabil i forhold til {membership.organisation.display_name}. Vælg en anden kollega."
    return next((belonging.refusal for belonging in handover.belongings(membership, to) if belonging.refusal), "")
