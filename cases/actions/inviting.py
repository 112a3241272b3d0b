"""Invite colleagues of the own municipality to a single case, and take that back."""

from __future__ import annotations

from django.db import transaction

from accounts import grants, notices
from accounts.models import Grant, User
from accounts.refusal import Refused
from accounts.states import Role
from cases import access, invitations
from cases.actions.filling import lock, require_running
from cases.models import Case

ACTIONS = ("view", "edit", "upload")


def candidates(case: Case) -> list[User]:
    """Employees of the municipality who are active, not *inhabil* and not invited yet."""
    municipality = case.round.engagement.municipality
    people = (
        User.objects.active().with_role(Role.EMPLOYEE).filter(memberships__in=municipality.memberships.valid().filter(role=Role.EMPLOYEE))
    )
    people = people.exclude(conflicts__in=municipality.conflicts.standing())
    return list(people.exclude(pk__in=grants.of(case).values("user")).order_by("full_name", "pk").distinct())


@transaction.atomic
def invite(*, case: Case, user: User, by: User) -> Grant:
    """Let a colleague fill in the case and upload its files, and tell them."""
    locked = lock(case)
    access.require_case(by, access.INVITE, locked)
    require_running(locked.round)
    if user not in candidates(locked):
        raise Refused(
            f"{user.full_name} kan ikke inviteres. Vælg en medarbejder i kommunen, som ikke er inhabil eller inviteret i forvejen."
        )
    scope = locked.round.engagement.scope
    made = grants.give(user=user, target=locked, scope=scope, actions=ACTIONS, by=by)
    notices.give(
        kind=invitations.INVITED.key,
        recipient=user,
        about=locked,
        title=invitations.title_of(locked),
        url=locked.get_absolute_url(),
        scope=scope,
    )
    return made


@transaction.atomic
def uninvite(*, case: Case, grant: Grant, by: User) -> None:
    """The colleague no longer sees the case; what they wrote and uploaded stays."""
    locked = lock(case)
    access.require_case(by, access.INVITE, locked)
    grants.end(grant=grant, target=locked, by=by)
    notices.withdraw(invitations.notices_of(locked, grant.user))
