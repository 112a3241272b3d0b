"""The policy: who may do what, as rows of data that each app registers.

A row = object × action × role × relation × states (× field, where a field differs). The code asks `why_not`; a missing button and
a 403 show the same sentence. Every address names the permission that it needs; one that names none is denied to everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from django.db.models import TextChoices

from accounts.models import User
from accounts.refusal import Denied
from accounts.states import Relation, Role

ANY_STATE: frozenset[str] = frozenset()
# How somebody stands to an object; by role, where it depends on the role: coordinator of this municipality, leader of another.
Relations = AbstractSet[Relation] | Mapping[str, AbstractSet[Relation]]


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
    not_yours: str = "Det har du ikke adgang til."
    not_now: str = ""
    field: str = field(default="", kw_only=True)


@dataclass(frozen=True)
class PolicyObject:
    """What the print of the policy says about a kind of object: its Danish name, what it is, and its actions and fields in words."""

    label: str
    about: str
    actions: Mapping[str, str]
    fields: Mapping[str, str] = field(default_factory=dict)
    states: type[TextChoices] | None = None


# Addresses that no role decides on: open to strangers, and a person's own things (log-off, own account, home).
ANYBODY = Permission("address", "open")
ANY_PERSON = Permission("address", "logged_in")

POLICY: list[PolicyRow] = []
ADDRESSES: dict[str, Permission] = {}
OBJECTS: dict[str, PolicyObject] = {}

# This app's own part of the policy
ROWS: list[PolicyRow] = []
OWN_ADDRESSES = {
    # On the way in, and out again from half of the way
    "account_login": ANYBODY,
    "mfa_authenticate": ANYBODY,
    "mfa_login_webauthn": ANYBODY,
    "account_logout": ANYBODY,
    "admin-log-in": ANYBODY,
    "account_reset_password": ANYBODY,
    "account_reset_password_done": ANYBODY,
    "account_reset_password_from_key": ANYBODY,
    "account_reset_password_from_key_done": ANYBODY,
    # One's own log-in
    "account": ANY_PERSON,
    "account_change_password": ANY_PERSON,
    "account_reauthenticate": ANY_PERSON,
    "mfa_reauthenticate": ANY_PERSON,
    "mfa_reauthenticate_webauthn": ANY_PERSON,
    "mfa_index": ANY_PERSON,
    "mfa_activate_totp": ANY_PERSON,
    "mfa_deactivate_totp": ANY_PERSON,
    "mfa_list_webauthn": ANY_PERSON,
    "mfa_add_webauthn": ANY_PERSON,
    "mfa_edit_webauthn": ANY_PERSON,
    "mfa_remove_webauthn": ANY_PERSON,
    "mfa_view_recovery_codes": ANY_PERSON,
    "mfa_download_recovery_codes": ANY_PERSON,
    "mfa_generate_recovery_codes": ANY_PERSON,
    "recovery-codes-kept": ANY_PERSON,
    "usersessions_list": ANY_PERSON,
    # What one is told, and when one is away; each holds what is one's own
    "notices": ANY_PERSON,
    "notice-read": ANY_PERSON,
    "notices-read": ANY_PERSON,
    "mail-settings": ANY_PERSON,
    "mail-test": ANY_PERSON,
    "absences": ANY_PERSON,
    "absence-remove": ANY_PERSON,
    "session-left": ANYBODY,  # 0 to somebody who is logged off
    "session-extend": ANY_PERSON,
}


def register(rows: Iterable[PolicyRow], addresses: Mapping[str, Permission], objects: Mapping[str, PolicyObject] | None = None) -> None:
    """Add an app's policy rows, its addresses (name → what it takes) and the words for its objects; called once in its AppConfig.ready."""
    POLICY.extend(row for row in rows if row not in POLICY)
    ADDRESSES.update(addresses)
    OBJECTS.update(objects or {})


def taken_by(view_name: str) -> Permission | None:
    """What the address of this name takes ("admin:index" → the row of "admin:"); None for one that no app has declared."""
    namespace, colon, _ = view_name.partition(":")
    return ADDRESSES.get(namespace + colon if colon else view_name)


def rows_for(user: User, kind: str, action: str, field: str = "") -> list[PolicyRow]:
    """The rows that one of the user's roles has for this action: what `visible_to` of a QuerySet is made of."""
    return rows_of(user.roles(), kind, action, field)


def why_not(user: User, permission: Permission, *, relations: Relations, state: str = "") -> str:
    """The sentence that refuses `permission`, or "" when the policy allows it.

    `relations` are the user's relations to the object, `state` its present state.
    """
    return verdict(user.roles(), permission, relations, state)


def rows_of(roles: AbstractSet[str], kind: str, action: str, field: str) -> list[PolicyRow]:
    """The rows that one of `roles` has for this action. This and `verdict` alone read the policy, and nothing but it."""
    return [row for row in POLICY if (row.object, row.action, row.field) == (kind, action, field) and row.role in roles]


def verdict(roles: AbstractSet[str], permission: Permission, relations: Relations, state: str) -> str:
    """What `why_not` says to somebody with these roles."""
    own = [row for row in POLICY if (row.object, row.action, row.field) == (permission.object, permission.action, permission.field)]
    rows = [row for row in own if row.role in roles and _stands(row, relations)]
    if not rows:
        return permission.not_yours
    if not any(not row.states or state in row.states for row in rows):
        return permission.not_now or permission.not_yours
    return ""


def _stands(row: PolicyRow, relations: Relations) -> bool:
    return row.relation in (relations.get(row.role, ()) if isinstance(relations, Mapping) else relations)


def require(user: User, permission: Permission, *, relations: Relations, state: str = "") -> None:
    """Raise Denied with the sentence when the policy does not allow `permission`."""
    sentence = why_not(user, permission, relations=relations, state=state)
    if sentence:
        raise Denied(sentence)
