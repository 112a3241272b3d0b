"""Which rounds, cases and files the policy gives a person, as the condition of a query: the same rows that cases/access.py asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from accounts import grants
from accounts.access import PolicyRow, rows_for
from accounts.states import TEAM_ROLES, Relation
from cases.states import SelectionState
from engagements.models import TeamMember

if TYPE_CHECKING:
    from accounts.models import User

EVERY_ROW, NO_ROW = Q(pk__isnull=False), Q(pk__in=[])  # an empty Q would vanish in an "or"


def given(user: User, kind: str, action: str, *, engagement: str, state: str, case: str = "") -> Q:
    """Those with which the user may do `action`. The three paths lead to the engagement, the state and the case (none: no invitations).

    Nobody reaches those of a municipality that they are *inhabil* towards, nor a case that they are *inhabil* in (decision 12).
    """
    found = NO_ROW
    for row in rows_for(user, kind, action):
        found |= _tied(user, row, engagement, case) & (Q(**{f"{state}__in": row.states}) if row.states else EVERY_ROW)
    if user.conflicting_ids():
        found &= ~Q(**{f"{engagement}__municipality__in": user.conflicting_ids()})
    if case and (conflicted := conflicted_cases(user)):
        found &= ~Q(**{f"{case}__in": conflicted})
    return found


def conflicted_cases(user: User) -> frozenset[int]:
    """The cases that the person is *inhabil* in; read once per request, and for the Task Force's own people alone."""
    if not user.roles() & set(TEAM_ROLES):
        return frozenset()
    if not hasattr(user, "_conflicted_cases"):
        user._conflicted_cases = frozenset(user.case_conflicts.values_list("case_id", flat=True))  # type: ignore[attr-defined]
    return user._conflicted_cases  # type: ignore[attr-defined, no-any-return]


def look_again(user: User) -> None:
    """Forget what was read of the person's conflicts: a verb that waited for its lock asks anew, for they may just have declared one."""
    user.__dict__.pop("_conflicted_cases", None)


def of_viso(engagement: str, case: str) -> Q:
    """The cases that VISO reviews: those of the locked selection, or all where the programme knows none."""
    picks = apps.get_model("cases", "VisoPick").objects.filter(
        case=OuterRef(case), removed_at__isnull=True, selection__state=SelectionState.LOCKED
    )
    return Q(Exists(picks)) | Q(**{f"{engagement}__programme_version__viso_count__isnull": True})


def _tied(user: User, row: PolicyRow, engagement: str, case: str) -> Q:
    """Those to which the user has the row's relation in its role."""
    own = Q(**{f"{engagement}__municipality__in": user.organisation_ids(row.role)})
    team = Q(Exists(TeamMember.objects.valid().filter(engagement=OuterRef(engagement), user=user, role=row.role)))
    if row.relation == Relation.TEAM:
        return team
    if row.relation == Relation.ASSIGNED and case:
        return team & of_viso(engagement, case)
    if row.relation == Relation.MUNICIPALITY:
        return own
    if row.relation == Relation.INVITED and case:
        return own & Q(grants.condition(user, row.role, apps.get_model("cases", "Case"), case))
    return EVERY_ROW if row.relation == Relation.NONE else NO_ROW
