"""The policy: who may do what, as rows of data that each app registers.

A row = object × action × role × relation × states (× field, where a field differs). The code asks `why_not`; a missing button and
a 403 show the same sentence. Every address names the permission that it needs; one that names none is denied to everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from accounts.models import User
from accounts.refusal import Denied
from accounts.states import Relation, Role

ANY_STATE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PolicyRow:
    """`role`, standing in `relation` to an `object`, may do `action` while it is in one of `states` (empty = every state).

    With a `field` the row is about that part of the object alone: the notes of a milestone, the reason of a conflict.
    """

    object: str
    action: str
    role: Role
    relation: Relation
    states: frozenset[str] = ANY_STATE
    field: str = ""


@dataclass(frozen=True)
class Permission:
    """An action on a kind of object (or a field of it), with the two sentences that say no: not yours, and not now."""

    object: str
    action: str
    not_yours: str = ""
    not_now: str = ""
    field: str = field(default="", kw_only=True)


# Addresses that no role decides on: open to strangers, and a person's own things (log-off, own account, home).
ANYBODY = Permission("address", "open")
ANY_PERSON = Permission("address", "logged_in")

POLICY: list[PolicyRow] = []
ADDRESSES: dict[str, Permission] = {}

# This app's own part of the policy
ROWS: list[PolicyRow] = []
OWN_ADDRESSES = {
    "log-in": ANYBODY,
    "log-out": ANY_PERSON,
    "admin-log-in": ANYBODY,
}


def register(rows: Iterable[PolicyRow], addresses: Mapping[str, Permission]) -> None:
    """Add an app's policy rows and its addresses (name → what it takes); called once in its AppConfig.ready."""
    POLICY.extend(row for row in rows if row not in POLICY)
    ADDRESSES.update(addresses)


def taken_by(view_name: str) -> Permission | None:
    """What the address of this name takes ("admin:index" → the row of "admin:"); None for one that no app has declared."""
    namespace, colon, _ = view_name.partition(":")
    return ADDRESSES.get(namespace + colon if colon else view_name)


def why_not(user: User, permission: Permission, *, relations: set[Relation], state: str = "") -> str:
    """The sentence that refuses `permission`, or "" when the policy allows it.

    `relations` are the user's relations to the object, `state` its present state.
    """
    roles = user.roles()
    wanted = (permission.object, permission.action, permission.field)
    rows = [row for row in POLICY if (row.object, row.action, row.field) == wanted and row.role in roles and row.relation in relations]
    if not rows:
        return permission.not_yours
    if not any(not row.states or state in row.states for row in rows):
        return permission.not_now or permission.not_yours
    return ""


def require(user: User, permission: Permission, *, relations: set[Relation], state: str = "") -> None:
    """Raise Denied with the sentence when the policy does not allow `permission`."""
    sentence = why_not(user, permission, relations=relations, state=state)
    if sentence:
        raise Denied(sentence)
