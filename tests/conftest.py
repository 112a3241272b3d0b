"""Fixtures of the whole suite: the three standing persons, logged-in clients, and the catalogue for transactional tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.apps import apps
from django.test import Client

from accounts.catalogue import loader as organisations
from accounts.models import User
from accounts.states import Role
from engagements.catalogue import loader as programmes
from taskforce import information
from tests import factories


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


@pytest.fixture
def catalogue(transactional_db) -> None:
    """A transactional test begins with empty tables: load what the migrations loaded (decision 9)."""
    organisations.load(apps)
    programmes.load(apps)
    information.load(apps)


@pytest.fixture
def consultant(db) -> User:
    return factories.person(Role.CONSULTANT, name="Katrine Konsulent")


@pytest.fixture
def coordinator(db) -> User:
    """The coordinator of Hedensted."""
    return factories.person(Role.COORDINATOR, of="Hedensted", name="Hanne Koordinator")


@pytest.fixture
def stranger(db) -> User:
    """The coordinator of another municipality."""
    return factories.person(Role.COORDINATOR, of="Aabenraa", name="Sofie Fremmed")


@pytest.fixture
def log_in() -> Callable[[User], Client]:
    def make(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make
