"""Who may see and steer people, invitations and conflicts of interest: the policy rows, and the loads that check them.

Administrators steer everybody, a municipal leader those of the own municipality. The rules that look at other rows (nobody ends the
last administrator's role …) stand with the actions.
"""

from __future__ import annotations

import uuid

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.access import ANY_PERSON, ANYBODY, Permission, PolicyObject, PolicyRow, Relations, require, why_not
from accounts.models import Conflict, Invitation, Membership, Organisation, User
from accounts.states import MUNICIPAL_ROLES, ROLE_KINDS, OrganisationKind, Relation, Role

PERSON, INVITATION, CONFLICT = "person", "invitation", "conflict"
MANAGERS_ONLY = "Brugere og roller er for administratorer og kommunale ledere. Skriv til din leder, hvis noget skal ændres."
ADMINS_ONLY = "Det kan kun en administrator. Skriv til support, hvis det haster."
OWN_MUNICIPALITY = "Du kan kun ændre roller i din egen kommune. Skriv til en administrator om andre."

VIEW = Permission(PERSON, "view", MANAGERS_ONLY)
ADD_ROLE = Permission(PERSON, "add_role", OWN_MUNICIPALITY)
END_ROLE = Permission(PERSON, "end_role", OWN_MUNICIPALITY)
HAND_OVER = Permission(PERSON, "hand_over", OWN_MUNICIPALITY)
BAR = Permission(PERSON, "bar", ADMINS_ONLY)
RESET_FACTOR = Permission(PERSON, "reset_factor", ADMINS_ONLY)
SEE_INVITATION = Permission(INVITATION, "view", MANAGERS_ONLY)
INVITE = Permission(INVITATION, "invite", MANAGERS_ONLY)
SEE_CONFLICT = Permission(CONFLICT, "view", ADMINS_ONLY)
SEE_REASON = Permission(CONFLICT, "view", "Begrundelsen kan kun personen selv og en administrator se.", field="reason")
DECLARE = Permission(CONFLICT, "declare", "Du kan kun melde dig selv inhabil. En administrator kan melde andre.")
LIFT = Permission(CONFLICT, "lift", ADMINS_ONLY)

OBJECTS = {
    PERSON: PolicyObject(
        label="person",
        about="Somebody who uses the system: name, e-mail, roles with dates, whether a second factor is set, last log-in, history.",
        actions={
            "view": "see the person and those of the roles that lie in one's reach",
            "add_role": "give a role with dates; never to oneself",
            "end_role": "end a role at once or on a day; never the last administrator's of an organisation",
            "hand_over": "hand a role and what hangs on it over to a colleague",
            "bar": "bar the person's access, which ends every session, and open it again; never one's own",
            "reset_factor": "take the second factor away, so that the person sets a new one",
        },
    ),
    INVITATION: PolicyObject(
        label="invitation",
        about="A role that waits for its person: name, e-mail, organisation, role, dates, until when the link works.",
        actions={"view": "see those that are open", "invite": "invite somebody, invite again, withdraw"},
    ),
    CONFLICT: PolicyObject(
        label="inhabilitet",
        about="That a person is disqualified towards a municipality: while it stands, it beats every other right.",
        actions={"view": "see that it stands, and since when", "declare": "declare it", "lift": "lift it; never one's own"},
        fields={"reason": "why, in the person's own words"},
    ),
}
_FOR_LEADERS = ((PERSON, ("view", "add_role", "end_role", "hand_over")), (INVITATION, ("view", "invite")), (CONFLICT, ("view",)))
ROWS = [
    *(PolicyRow(name, action, Role.ADMIN, Relation.NONE) for name, known in OBJECTS.items() for action in known.actions),
    *(PolicyRow(name, action, Role.LEADER, Relation.MUNICIPALITY) for name, actions in _FOR_LEADERS for action in actions),
    PolicyRow(CONFLICT, "view", Role.ADMIN, Relation.NONE, field="reason"),
    *(PolicyRow(CONFLICT, "view", role, Relation.SELF) for role in Role if role not in {Role.LEADER, Role.ADMIN}),
    *(PolicyRow(CONFLICT, "view", role, Relation.SELF, field="reason") for role in Role if role != Role.ADMIN),
    *(PolicyRow(CONFLICT, "declare", role, Relation.SELF) for role in Role if role != Role.ADMIN),
]
ADDRESSES = {
    "people": VIEW,
    "person": VIEW,
    "person-invite": INVITE,
    "person-bar": BAR,
    "person-unbar": BAR,
    "person-factor-reset": RESET_FACTOR,
    "role-add": ADD_ROLE,
    "role-end": END_ROLE,
    "role-hand-over": HAND_OVER,
    "invitation": ANYBODY,  # whoever holds the link; it says what it is an invitation to
    "invitation-withdraw": INVITE,
    "invitation-again": INVITE,
    "conflict-declare": DECLARE,
    "conflict-lift": LIFT,
    "conflict-own": ANY_PERSON,
}


def relations_in(user: User, organisation_id: int) -> Relations:
    """How the user stands to what belongs to an organisation, in each role; *inhabil* is to have no relation at all."""
    if organisation_id in user.conflicting_ids():
        return {}
    return {role: {Relation.NONE, *_municipality(user, role, {organisation_id})} for role in user.roles()}


def relations_to(user: User, person: User) -> Relations:
    """How the user stands to a person, in each role: every place that the person has or had a role in counts."""
    places = {membership.organisation_id for membership in person.memberships.all()}
    own = {Relation.SELF} if user == person else set()
    if places & user.conflicting_ids() and not own:
        return {}
    return {role: {Relation.NONE, *own, *_municipality(user, role, places)} for role in user.roles()}


def relations_anywhere(user: User) -> Relations:
    """How the user stands to the list of people as a whole: a leader has a municipality of people to look at."""
    return {
        role: {Relation.NONE, *_municipality(user, role, user.organisation_ids(role) - user.conflicting_ids())} for role in user.roles()
    }


def _municipality(user: User, role: str, places: set[int]) -> set[Relation]:
    return {Relation.MUNICIPALITY} if role in MUNICIPAL_ROLES and places & user.organisation_ids(role) else set()


def why_not_people(user: User, permission: Permission = VIEW) -> str:
    """The sentence that says why the user may not do `permission` to anybody at all, or ""."""
    return why_not(user, permission, relations=relations_anywhere(user))


def require_people(user: User, permission: Permission = VIEW) -> None:
    """Raise Denied unless the user may do `permission` to somebody."""
    require(user, permission, relations=relations_anywhere(user))


def why_not_person(user: User, permission: Permission, person: User) -> str:
    """The sentence that says why the user may not do `permission` with the person, or ""."""
    return why_not(user, permission, relations=relations_to(user, person))


def require_person(user: User, permission: Permission, person: User) -> None:
    """Raise Denied when the user may not do `permission` with the person."""
    require(user, permission, relations=relations_to(user, person))


def why_not_in(user: User, permission: Permission, organisation_id: int) -> str:
    """The sentence that says why the user may not do `permission` in the organisation, or ""."""
    return why_not(user, permission, relations=relations_in(user, organisation_id))


def require_in(user: User, permission: Permission, organisation_id: int) -> None:
    """Raise Denied when the user may not do `permission` in the organisation."""
    require(user, permission, relations=relations_in(user, organisation_id))


def get_person(user: User, pk: int, permission: Permission = VIEW) -> User:
    """The person, when the user may do `permission` with them: 404 outside the user's reach, Denied (403) inside it."""
    person = get_object_or_404(User.objects.visible_to(user).prefetch_related("memberships"), pk=pk)
    if why_not_person(user, VIEW, person):
        raise Http404
    require_person(user, permission, person)
    return person


def get_membership(user: User, person: User, pk: int, permission: Permission) -> Membership:
    """A role of the person that is not over, when the user may do `permission` with it."""
    visible = Membership.objects.visible_to(user).not_over().select_related("organisation", "user")
    membership = get_object_or_404(visible, pk=pk, user=person)
    require_in(user, permission, membership.organisation_id)
    return membership


def get_invitation(user: User, pk: uuid.UUID) -> Invitation:
    """An invitation that is neither accepted nor withdrawn, when the user may steer it."""
    found = get_object_or_404(Invitation.objects.visible_to(user).open().select_related("organisation", "invited_by"), pk=pk)
    require_in(user, INVITE, found.organisation_id)
    return found


def get_conflict(user: User, person: User, pk: int) -> Conflict:
    """A standing conflict of the person, when the user may lift it."""
    found = get_object_or_404(Conflict.objects.visible_to(user).standing().select_related("organisation"), pk=pk, user=person)
    require_person(user, LIFT, person)
    return found


def organisations_for(user: User, permission: Permission) -> list[Organisation]:
    """The organisations in which the user may do `permission`, municipalities by name after the authorities."""
    open_to = Organisation.objects.exclude(pk__in=user.conflicting_ids())
    if why_not(user, permission, relations={role: {Relation.NONE} for role in user.roles()}):
        open_to = open_to.filter(pk__in=user.organisation_ids(Role.LEADER))
    return sorted(open_to.order_by("name"), key=lambda organisation: organisation.is_municipality)


def roles_in(organisations: list[Organisation]) -> list[Role]:
    """The roles that can be held in at least one of the organisations."""
    kinds = {OrganisationKind(organisation.kind) for organisation in organisations}
    return [role for role in Role if ROLE_KINDS[role] & kinds]
