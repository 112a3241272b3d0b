"""The migration that seals what was stored before there was a vault."""

import hashlib
import importlib
import uuid
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.exceptions import IrreversibleError

from accounts.states import Role
from documents import sealing, vault
from documents.models import FileKey, StoredFile, Vault
from documents.models.stored import path_of as place_of
from documents.storage import PARTIAL
from tests import factories
from tests.documents.files import path_of, stored_file

migration = importlib.import_module("documents.migrations.0003_seal_old_files")
LONG = b"Tidsplan for Hedensted " * 60_000


@pytest.fixture
def scope(consultant):
    return factories.engagement(consultant).scope


def old_file(settings, scope, by, content: bytes = LONG) -> StoredFile:
    """As the version before the vault left it."""
    file_id = uuid.uuid4()
    path = settings.PRIVATE_FILES_DIR / place_of(file_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return StoredFile.objects.create(
        pk=file_id, scope=scope, name="Tidsplan.pdf", content_type="application/pdf", file=place_of(file_id), size=len(content),
        sha256=hashlib.sha256(content).hexdigest(), created_by=by,
    )  # fmt: skip


def seal() -> None:
    migration.seal_old_files(apps, None)


def fresh(stored: StoredFile) -> StoredFile:
    return StoredFile.objects.get(pk=stored.pk)


@pytest.fixture
def _back_to_the_last_migration(catalogue):
    """Whatever happens in the test, the next one finds the tables as they are today."""
    yield
    StoredFile.objects.all().delete()
    call_command("migrate", verbosity=0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_back_to_the_last_migration")
def test_the_migration_seals_files_and_cannot_be_taken_back(settings):
    person = factories.person(Role.CONSULTANT)
    first, second = factories.engagement(person).scope, factories.engagement(person, of="Aabenraa").scope
    call_command("migrate", "documents", "0002", verbosity=0)
    old = [old_file(settings, first, person), old_file(settings, first, person, b""), old_file(settings, second, person)]
    assert LONG in path_of(old[0]).read_bytes()
    call_command("migrate", verbosity=0)
    assert [vault.read(fresh(one)) for one in old] == [LONG, b"", LONG]
    assert [fresh(one).is_sealed for one in old] == [True] * 3
    assert [path_of(one).stat().st_size for one in old] == [sealing.sealed_size(one.size) for one in old]
    assert b"Hedensted" not in b"".join(path.read_bytes() for path in Path(settings.PRIVATE_FILES_DIR).rglob("*") if path.is_file())
    with pytest.raises(IrreversibleError, match="There are sealed files"):
        call_command("migrate", "documents", "0002", verbosity=0)
    assert vault.read(fresh(old[0])) == LONG


def test_a_run_that_broke_off_goes_on_where_it_was(settings, scope, consultant):
    with_key, sealed, untouched = (old_file(settings, scope, consultant) for _ in range(3))
    key_of(with_key)  # killed after this step
    migration.seal(sealed, key_of(sealed))  # and after this one
    path_of(with_key).with_name(path_of(with_key).name + PARTIAL).write_bytes(b"half")
    seal()
    assert [vault.read(fresh(one)) for one in (with_key, sealed, untouched)] == [LONG] * 3
    before = path_of(sealed).read_bytes()
    seal()
    assert path_of(sealed).read_bytes() == before


def key_of(stored: StoredFile) -> bytes:
    return migration.key_of(stored, Vault, FileKey)


def test_a_file_that_is_missing_stops_no_other(settings, scope, consultant):
    missing, there = old_file(settings, scope, consultant), old_file(settings, scope, consultant)
    path_of(missing).unlink()
    seal()
    assert (vault.read(fresh(there)), fresh(missing).is_sealed) == (LONG, False)
    with pytest.raises(vault.Damaged):
        vault.read(fresh(missing))


def test_the_plain_text_stays_until_the_sealed_file_is_on_the_disk(settings, scope, consultant, monkeypatch):
    old = old_file(settings, scope, consultant)
    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space left"):
        patch.setattr("os.fsync", full_disk)
        seal()
    assert (path_of(old).read_bytes(), fresh(old).is_sealed) == (LONG, False)
    assert [path.name for path in path_of(old).parent.iterdir()] == [str(old.pk)]


def full_disk(descriptor: int) -> None:
    raise OSError(28, "No space left on device")


def test_files_that_are_sealed_already_are_left_alone(scope, consultant):
    stored = stored_file(scope, consultant)
    before = path_of(stored).read_bytes()
    seal()
    assert path_of(stored).read_bytes() == before
