"""What the page of a person shows, and what its reader may do there: every button, or the sentence that stands in its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts import people, people_access
from accounts.actions import barring, conflicts, roles
from accounts.models import Conflict, Membership, User


def roles_of(user: User, shown: Iterable[Membership]) -> list[dict[str, Any]]:
    """The person's roles with their days, and why each cannot be ended or handed over ("" = it can)."""
    return [_role(user, role) for role in shown]


def _role(user: User, role: Membership) -> dict[str, Any]:
    over = role.valid_to is not None and role.valid_to < timezone.localdate()
    end = people_access.why_not_in(user, people_access.END_ROLE, role.organisation_id) or roles.why_not_end(role)
    move = people_access.why_not_in(user, people_access.HAND_OVER, role.organisation_id)
    return {"role": role, "when": people.when(role), "over": over, "why_not_end": end, "why_not_move": move}


def conflicts_of(user: User, person: User) -> list[dict[str, Any]]:
    """The person's conflicts, those that stand first, for those who may see them; the reason only for those who may read it."""
    if people_access.why_not_person(user, people_access.SEE_CONFLICT, person):
        return []
    found = Conflict.objects.visible_to(user).filter(user=person).select_related("organisation", "declared_by", "lifted_by")
    sees_reason = not people_access.why_not_person(user, people_access.SEE_REASON, person)
    why_not = people_access.why_not_person(user, people_access.LIFT, person)
    return [
        {"conflict": one, "reason": one.reason if sees_reason else "", "why_not_lift": why_not or conflicts.why_not_lift(one, user)}
        for one in sorted(found, key=lambda one: one.lifted_at is not None)
    ]


def actions_for(user: User, person: User) -> list[dict[str, Any]]:
    """What can be done with the person as a whole."""
    why_not = {name: people_access.why_not_person(user, name, person) for name in PERMISSIONS}
    give = why_not[people_access.ADD_ROLE] or roles.why_not_give(person, user)
    reset = why_not[people_access.RESET_FACTOR] or barring.why_not_reset(person, user)
    bar = why_not[people_access.BAR] or barring.why_not_bar(person, user)
    found = [
        _action("Giv en rolle", "plus", "role-add", person, give),
        _action("Meld inhabil", "person-remove", "conflict-declare", person, why_not[people_access.DECLARE]),
        _action("Nulstil totrin", "refresh", "person-factor-reset", person, reset),
    ]
    if person.is_active:
        return [*found, _action("Spær adgang", "close", "person-bar", person, bar)]
    return [*found, _action("Åbn adgangen igen", "check", "person-unbar", person, why_not[people_access.BAR]) | {"post": True}]


PERMISSIONS = (people_access.ADD_ROLE, people_access.DECLARE, people_access.RESET_FACTOR, people_access.BAR)


def _action(label: str, icon: str, name: str, person: User, reason: str) -> dict[str, Any]:
    return {"label": label, "icon": icon, "url": reverse(name, args=[person.pk]), "reason": reason}
