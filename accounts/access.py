"""The policy: who may do what, as rows of data that each app registers.

A row = object × action × role × relation × states. The code asks `why_not`; a missing button and a 403 show the same sentence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.models import User
from accounts.refusal import Denied
from accounts.states import Relation, Role

ANY_STATE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PolicyRow:
    """`role`, standing in `relation` to an `object`, may do `action` while it is in one of `states` (empty = every state)."""

    object: str
    action: str
    role: Role
    relation: Relation
    states: frozenset[str] = field(default=ANY_STATE)


@dataclass(frozen=True)
class Permission:
    """An action on a kind of object, with the two sentences that say no: not yours, and not now."""

    object: str
    action: str
    not_yours: str
    not_now: str = ""


POLICY: list[PolicyRow] = []


def register(rows: Iterable[PolicyRow]) -> None:
    """Add an app's policy rows; called once in its AppConfig.ready."""
    POLICY.extend(row for row in rows if row not in POLICY)


def why_not(user: User, permission: Permission, *, relations: set[Relation], state: str = "") -> str:
    """The sentence that refuses `permission`, or "" when the policy allows it.

    `relations` are the user's relations to the object, `state` its present state.
    """
    roles = user.roles()
    rows = [
        row
        for row in POLICY
        if (row.object, row.action) == (permission.object, permission.action) and row.role in roles and row.relation in relations
    ]
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
