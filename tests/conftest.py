"""Fixtures of the whole suite: the three standing persons, logged-in clients, and the catalogue for transactional tests."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as project
from django.core.cache import cache
from django.db import connection
from django.template import engines
from django.test import Client, TransactionTestCase

from accounts.catalogue import loader as organisations
from accounts.models import User
from accounts.states import Role
from cases.catalogue import loader as document_types
from engagements.catalogue import loader as programmes
from taskforce import information
from tests import factories


class UnknownVariable(str):
    """What a template prints for a variable that the view did not give: in a template of ours that fails the test."""

    __slots__ = ()
    OURS = str(Path(project.BASE_DIR) / "templates")

    def __bool__(self) -> bool:
        asking = sys._getframe(1).f_locals  # of FilterExpression.resolve
        if "context" in asking:
            origin = (asking["context"].render_context.template or asking["context"].template).origin.name
            if origin.startswith(self.OURS):
                pytest.fail(f"{origin.removeprefix(self.OURS)[1:]} prints {{{{ {asking['self'].token} }}}}, which is unknown")
        return False


@pytest.fixture(autouse=True)
def _unknown_variables_fail():
    """For each test anew: a test that changes DEBUG gets new template engines."""
    engines["django"].engine.string_if_invalid = UnknownVariable()


@pytest.fixture(autouse=True)
def _quick_and_private(settings, tmp_path, request):
    """Cheap password hashes, private files in a folder of the test's own, and static files looked up only when they are asked for."""
    settings.WHITENOISE_AUTOREFRESH = request.node.get_closest_marker("browser") is None
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PRIVATE_FILES_DIR = tmp_path / "files"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


@pytest.fixture(autouse=True)
def _nobody_tried_before(request):
    """Rate limits and used codes are counted in a table that belongs to no model, and so outlives a transactional test."""
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("transactional_db")
        cache.clear()


@pytest.fixture(autouse=True, scope="session")
def _signals_as_in_a_terminal():
    """A suite started with nohup ignores SIGHUP, and its children would inherit that: the tests that send one need it as it is."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture(autouse=True, scope="session")
def _only_tests_empty_the_logs():
    """A transactional test ends with TRUNCATE, which the append-only tables refuse: only this teardown is let through."""
    empty = TransactionTestCase._fixture_teardown

    def teardown(case: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        empty(case)
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = DEFAULT")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


@pytest.fixture
def catalogue(transactional_db) -> None:
    """A transactional test begins with empty tables: load what the migrations loaded (decision 9)."""
    organisations.load(apps)
    programmes.load(apps)
    document_types.load(apps)
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


def show_factor(client: Client, user: User) -> None:
    """As if the person had just shown a second factor in this session."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


@pytest.fixture
def log_in() -> Callable[[User], Client]:
    """Logs somebody in without the form, the second factor included."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user)
        show_factor(client, user)
        return client

    return make
