"""Which reviews the policy gives a person, as the condition of a query: the same rows that cases/review_access.py asks.

The two professions are blind to each other until both are done with a case: only then is a review SHARED.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Case as Choose
from django.db.models import CharField, Exists, F, OuterRef, Q, Value, When

from accounts.access import rows_for
from accounts.states import Relation
from cases.models import reach
from cases.states import Profession, ReviewState, Sight
from engagements.models import TeamMember

if TYPE_CHECKING:
    from accounts.access import PolicyRow
    from accounts.models import User

OBJECTS = {Profession.LEGAL: "legal_review", Profession.VISO: "viso_review"}
DONE = {Profession.LEGAL: ReviewState.ASSURED, Profession.VISO: ReviewState.FINAL}


def sight() -> Choose:
    """A review's state, or SHARED when it is done and the other profession's standing review of the case is done too."""
    review = apps.get_model("cases", "Review")
    other = review.objects.filter(case=OuterRef("case"), ended_at__isnull=True).exclude(profession=OuterRef("profession"))
    shared = Exists(other.filter(state__in=DONE.values())) & Q(state__in=DONE.values(), ended_at__isnull=True)
    return Choose(When(shared, then=Value(Sight.SHARED.value)), default=F("state"), output_field=CharField())


def given(user: User, action: str) -> Q:
    """The reviews, annotated with `sight`, with which the user may do `action`; of both professions."""
    found = reach.NO_ROW
    for profession, kind in OBJECTS.items():
        for row in rows_for(user, kind, action):
            states = Q(sight__in=row.states) if row.states else reach.EVERY_ROW
            found |= Q(profession=profession) & _tied(user, row) & states
    if user.conflicting_ids():
        found &= ~Q(case__round__engagement__municipality__in=user.conflicting_ids())
    if conflicted := reach.conflicted_cases(user):
        found &= ~Q(case__in=conflicted)
    return found


def _tied(user: User, row: PolicyRow) -> Q:
    """Those to which the user has the row's relation: its author, on the team, or on VISO's team with a case of theirs."""
    on_team = TeamMember.objects.valid().filter(engagement=OuterRef("case__round__engagement"), user=user, role=row.role)
    team = Q(Exists(on_team))
    if row.relation == Relation.AUTHOR:
        return team & Q(reviewer=user)
    if row.relation == Relation.ASSIGNED:
        return team & reach.of_viso("case__round__engagement", "case")
    if row.relation == Relation.TEAM:
        return team
    return reach.EVERY_ROW if row.relation == Relation.NONE else reach.NO_ROW
