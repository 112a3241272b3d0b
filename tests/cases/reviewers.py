"""The people around the reviews of a round: jurists, consultants and VISO on the team."""

from __future__ import annotations

from accounts.models import User
from accounts.states import Role
from cases.models import Case, Review
from engagements.models import Engagement
from tests import factories


def member(of: Engagement, role: Role, name: str) -> User:
    """Somebody of the team."""
    person = factories.person(role, name=name)
    of.team_members.create(user=person, role=role)
    of.__dict__.pop("_team", None)
    return person


def jurist(of: Engagement, name: str) -> User:
    return member(of, Role.LEGAL_REVIEWER, name)


def again(user: User) -> User:
    """The person as the next request reads them."""
    return User.objects.active().get(pk=user.pk)


def fresh(review: Review) -> Review:
    """The review as the next request reads it."""
    return Review.objects.select_related("case__round__engagement__municipality", "reviewer").get(pk=review.pk)


def case(of: Engagement, number: int) -> Case:
    return Case.objects.select_related("round__engagement__municipality").get(round__engagement=of, number=number)
