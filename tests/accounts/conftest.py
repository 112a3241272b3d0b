"""Who steers people: an administrator, and the leader of Hedensted."""

from __future__ import annotations

import pytest

from accounts.models import User
from accounts.states import Role
from tests import factories


@pytest.fixture
def admin(db) -> User:
    return factories.person(Role.ADMIN, name="Ane Administrator")


@pytest.fixture
def leader(db) -> User:
    return factories.person(Role.LEADER, name="Lars Leder")
