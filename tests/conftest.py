"""Fixtures of the whole suite: the three standing persons, logged-in clients, and the catalogue for transactional tests."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as project
from django.core.cache import cache
from django.db import transaction
from django.template import engines
from django.test import Client, TransactionTestCase, override_settings

from accounts.catalogue import loader as organisations
from accounts.models import Organisation, User
from accounts.states import Role
from cases.catalogue import loader as document_types
from engagements.catalogue import loader as programmes
from taskforce import information
from tests import factories, stored_rows


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
    files = request.getfixturevalue("lasting") if "lasting" in request.fixturenames else tmp_path / "files"
    for name, value in quick(files).items():
        setattr(settings, name, value)


def quick(files: Path) -> dict[str, Any]:
    """Settings: cheap password hashes, private files in this folder, static files by their own names."""
    static = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    return {
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "PRIVATE_FILES_DIR": files,
        "STORAGES": project.STORAGES | static,
    }


@pytest.fixture(scope="module")
def lasting(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Path]:
    """For a world that is dear to build: a transaction around all tests of a module, in which a fixture of the module writes once.

    Each test's own writes are taken back at its end, as ever; all the rest at the end of the module. Gives the folder of its files.
    Objects in memory are not taken back: a test reads its own from the database. Each test asks for `db` (or is marked), and none commits.
    """
    files = tmp_path_factory.mktemp("lasting")
    around = transaction.atomic()
    around._from_testcase = True  # what Django's own test cases say, so that durable blocks may stand inside
    with django_db_blocker.unblock(), override_settings(**quick(files)), around:
        yield files
        transaction.set_rollback(True)


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
def _transactional_tests_are_taken_back():
    """A transactional test begins with what the migrations loaded, and what it wrote is put back, also in the append-only tables.

    Django would empty every table instead, and each next test would load the catalogue anew.
    """
    kept: list[stored_rows.Rows] = []
    begin = TransactionTestCase._fixture_setup

    def setup(cls: type[TransactionTestCase]) -> None:
        begin()
        if not kept:
            if not Organisation.objects.exists():  # a database that other tests emptied before (--reuse-db)
                load_catalogue()
            kept.append(stored_rows.remember())

    def teardown(case: TransactionTestCase) -> None:
        stored_rows.put_back(kept[0])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(setup))
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


def load_catalogue() -> None:
    """What the migrations load (decision 9)."""
    organisations.load(apps)
    programmes.load(apps)
    document_types.load(apps)
    information.load(apps)


@pytest.fixture
def catalogue(transactional_db) -> None:
    """For a test that commits: what the migrations loaded is there."""
    assert Organisation.objects.exists()


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


def client_of(user: User) -> Client:
    """A client of somebody who came in without the form, the second factor included."""
    client = Client()
    client.force_login(user)
    show_factor(client, user)
    return client


@pytest.fixture
def log_in() -> Callable[[User], Client]:
    """Logs somebody in without the form, the second factor included."""
    return client_of
