"""manage.py check_files: what is missing, altered or stray is named by where it lies, and nothing else is said."""

import io
import json
import uuid

import pytest
from django.core.management import call_command

from documents import actions, vault
from documents.models import StoredFile, Upload
from documents.models.stored import path_of as place_of
from documents.states import CprMode, FileClass
from tests import factories
from tests.documents.files import path_of, stored_file


@pytest.fixture
def scope(consultant):
    return factories.engagement(consultant).scope


def check(*options: str) -> tuple[str, int]:
    told = io.StringIO()
    try:
        call_command("check_files", *options, stdout=told)
    except SystemExit as end:
        return told.getvalue(), end.code
    return told.getvalue(), 0


@pytest.mark.django_db
def test_nothing_is_wrong_where_nothing_is():
    assert check() == ("0 filer er ikke, som de skal være\n", 0)


def test_files_as_they_were_stored_are_not_named(scope, consultant):
    stored_file(scope, consultant)
    actions.store(content=b"", name="tom", content_type="text/plain", scope=scope, by=consultant)
    assert (check(), check("--json")) == (("0 filer er ikke, som de skal være\n", 0), ("", 0))


def test_each_file_that_is_not_as_it_should_be_is_named(scope, consultant, settings):
    good, missing, flipped, erased, altered_row = (stored_file(scope, consultant, name="Hanne 010101.pdf") for _ in range(5))
    path_of(missing).unlink()
    path_of(flipped).write_bytes(path_of(good).read_bytes())
    erased.key.delete()
    StoredFile.objects.filter(pk=altered_row.pk).update(sha256="0" * 64)
    stray = settings.PRIVATE_FILES_DIR / place_of(uuid.uuid4())
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"x")
    (settings.PRIVATE_FILES_DIR / "\x1b[31mrød.pdf").write_bytes(b"x")
    expected = {
        str(missing.file.name): "missing",
        str(flipped.file.name): "altered",
        str(erased.file.name): "altered",
        str(altered_row.file.name): "altered",
        place_of(uuid.UUID(stray.name)): "stray",
        "\\x1b[31mr\\xf8d.pdf": "stray",
    }
    told, code = check("--json")
    found = [json.loads(line) for line in told.splitlines()]
    assert ({one["file"]: one["state"] for one in found}, len(found), code) == (expected, 6, 1)
    told, code = check()
    assert code == 1 and told.endswith("6 filer er ikke, som de skal være\n")
    assert {f"{missing.file.name} mangler", f"{flipped.file.name} er ændret"} < set(told.splitlines())
    assert "Hanne" not in told and "\x1b" not in told and str(good.pk) not in told


def test_a_file_on_its_way_in_is_not_stray(scope, consultant):
    under_way = Upload(
        scope=scope, by=consultant, kind="test", object_id="1", file_class=FileClass.CASE, cpr_mode=CprMode.WARN, name="a", length=10
    )
    under_way.wrapped_key = vault.fresh_key(scope, file_id=under_way.pk).wrapped
    under_way.save()
    with vault.upload_writer(under_way) as writer:
        writer.write(b"x" * 10)
    assert check("--json") == ("", 0)
    under_way.delete()
    assert check("--json")[1] == 1
