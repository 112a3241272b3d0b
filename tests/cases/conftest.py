"""An engagement of Hedensted with its cases called in, and the people around it."""

import pytest

from accounts.states import Role
from tests import factories


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant)


@pytest.fixture
def round(engagement):
    """Three slots, called in."""
    return factories.round(engagement, cases=3)


@pytest.fixture
def leader(db):
    return factories.person(Role.LEADER, name="Lone Leder")


@pytest.fixture
def employee(db):
    return factories.person(Role.EMPLOYEE, name="Emil Medarbejder")


@pytest.fixture
def jurist(engagement):
    """On the team."""
    person = factories.person(Role.LEGAL_REVIEWER, name="Jens Jurist")
    engagement.team_members.create(user=person, role=Role.LEGAL_REVIEWER)
    engagement.__dict__.pop("_team", None)
    return person
