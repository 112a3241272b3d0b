"""Who steers people: an administrator, and the leader of Hedensted. And what people are told in tests."""

from __future__ import annotations

import pytest

from accounts import notices
from accounts.models import Scope, User
from accounts.models import notice as model
from accounts.notices import NoticeKind
from accounts.states import Delivery, Role
from tests import factories
from tests.accounts.telling import DATES, NEWS, Truth


@pytest.fixture
def admin(db) -> User:
    return factories.person(Role.ADMIN, name="Ane Administrator")


@pytest.fixture
def leader(db) -> User:
    return factories.person(Role.LEADER, name="Lars Leder")


@pytest.fixture
def truth(monkeypatch) -> Truth:
    """Two kinds of our own and no others, no rule that holds mails, and every scope in sight."""
    made = Truth()
    monkeypatch.setattr(notices, "HOLD_RULES", [])
    monkeypatch.setattr(model, "SIGHTS", [lambda user: Scope.objects.values("pk")])
    monkeypatch.setitem(notices.KINDS, DATES, NoticeKind(DATES, "Datoer", "", made))
    choices = (Delivery.AT_ONCE, Delivery.DAILY)
    monkeypatch.setitem(notices.KINDS, NEWS, NoticeKind(NEWS, "Nyt", "", made, Delivery.DAILY, choices))
    return made


@pytest.fixture
def scope(truth, db) -> Scope:
    return Scope.objects.create(organisation=factories.municipality())
