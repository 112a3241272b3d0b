"""Keys under keys: a file opens as itself, in its own scope, with the master key, and while its key stands; else not."""

import base64
import io
import resource
import secrets
import shutil
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts import audit
from accounts.models import AccessLog, AuditEntry, Scope
from accounts.refusal import Refused
from documents import actions, vault
from documents.delivery import deliver
from documents.models import FileKey, StoredFile, Upload, Vault
from documents.models.stored import path_of as place_of
from documents.states import CprMode, FileClass
from documents.storage import Busy, private_storage
from taskforce.operations import Health, ask
from tests import factories
from tests.documents.files import PLANTED, path_of, stored_file
from tests.races import at_once

LONG = secrets.token_bytes(2 * vault.CHUNK + 5)


@pytest.fixture
def scope(consultant) -> Scope:
    return factories.engagement(consultant).scope


@pytest.fixture
def other_scope(consultant) -> Scope:
    return factories.engagement(consultant, of="Aabenraa").scope


def upload(scope, by, length: int) -> Upload:
    made = Upload(scope=scope, by=by, kind="test", object_id="1", file_class=FileClass.CASE, cpr_mode=CprMode.WARN, name="a", length=length)
    made.wrapped_key = vault.fresh_key(scope, file_id=made.pk).wrapped
    made.save()
    return made


# Each file its own key, each scope its own key


def test_every_file_has_a_key_of_its_own_under_the_one_of_its_scope(scope, other_scope, consultant):
    first, second, third = stored_file(scope, consultant), stored_file(scope, consultant), stored_file(other_scope, consultant)
    assert len({vault.key_of(one) for one in (first, second, third)}) == 3
    assert first.key.vault == second.key.vault != third.key.vault
    assert [vault.read(one) for one in (first, second, third)] == [PLANTED.encode()] * 3


def test_a_file_is_read_in_chunks_however_it_was_given(scope, consultant):
    pieces = (LONG[at : at + 70_000] for at in range(0, len(LONG), 70_000))
    stored = actions.store(content=pieces, name="a", content_type="text/plain", scope=scope, by=consultant)
    assert [len(chunk) for chunk in vault.chunks(stored)] == [vault.CHUNK, vault.CHUNK, 5]
    assert (vault.read(stored), stored.size) == (LONG, len(LONG))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("catalogue")
def test_two_first_files_of_a_scope_share_its_key():
    person = factories.person(factories.Role.CONSULTANT)
    scope = factories.engagement(person).scope
    found = at_once(*[lambda: stored_file(scope, person)] * 4)
    assert [vault.read(one) for one in found] == [PLANTED.encode()] * 4
    assert Vault.objects.filter(scope=scope).count() == 1


# What is not what was stored does not open


def damages(stored: StoredFile) -> bool:
    with pytest.raises(vault.Damaged):
        vault.read(stored)
    return True


def test_the_bytes_of_another_file_do_not_open(scope, other_scope, consultant):
    ours = stored_file(scope, consultant)
    for theirs in (stored_file(scope, consultant), stored_file(other_scope, consultant)):
        shutil.copy(path_of(theirs), path_of(ours))
        assert damages(ours)


def test_keys_that_are_exchanged_do_not_open(scope, other_scope, consultant):
    ours, theirs, foreign = (stored_file(one, consultant) for one in (scope, scope, other_scope))
    kept = bytes(ours.key.wrapped_key)
    for other in (theirs, foreign):
        FileKey.objects.filter(stored=ours).update(wrapped_key=bytes(other.key.wrapped_key), vault=other.key.vault)
        shutil.copy(path_of(ours), path_of(ours).with_suffix(".kept"))
        shutil.copy(path_of(other), path_of(ours))
        assert damages(ours)
        shutil.copy(path_of(ours).with_suffix(".kept"), path_of(ours))
    FileKey.objects.filter(stored=ours).update(wrapped_key=kept, vault=foreign.key.vault)
    assert damages(ours)


def test_a_file_that_is_put_into_another_scope_does_not_open(scope, other_scope, consultant):
    stored = stored_file(scope, consultant)
    vault.fresh_key(other_scope, file_id=stored.pk)
    StoredFile.objects.filter(pk=stored.pk).update(scope=other_scope)
    assert damages(StoredFile.objects.get(pk=stored.pk))
    ours, theirs = Vault.objects.get(scope=scope), Vault.objects.get(scope=other_scope)
    Vault.objects.filter(pk=theirs.pk).update(wrapped_key=bytes(ours.wrapped_key))
    FileKey.objects.filter(stored=stored).update(vault=theirs)
    assert damages(StoredFile.objects.get(pk=stored.pk))


@pytest.mark.parametrize("spoil", [lambda text: text[:-1], lambda text: text + b"x", lambda text: b"", lambda text: PLANTED.encode()])
def test_bytes_that_were_changed_do_not_open(scope, consultant, spoil):
    stored = stored_file(scope, consultant)
    path_of(stored).write_bytes(spoil(path_of(stored).read_bytes()))
    assert damages(stored)


def test_a_file_that_is_missing_and_one_without_a_key_do_not_open(scope, consultant):
    missing, erased = stored_file(scope, consultant), stored_file(scope, consultant)
    path_of(missing).unlink()
    assert damages(missing)
    erased.key.delete()
    with pytest.raises(vault.NoKey):
        vault.read(StoredFile.objects.get(pk=erased.pk))


# The master key


def dump() -> bytes:
    """Every row of every table, as a dump of the database holds it."""
    text = io.BytesIO()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.copy_expert(f'COPY "{table}" TO STDOUT', text)
    return text.getvalue()


def written_forms(secret: bytes) -> list[bytes]:
    """As itself, as PostgreSQL writes bytes, and in base64 wherever it begins."""
    encoded = [base64.b64encode(bytes(shift) + secret)[shift + 1 : -4] for shift in range(3)]
    return [secret, secret.hex().encode(), *encoded]


def test_a_stolen_database_and_a_stolen_disk_hold_no_text_and_no_key(scope, consultant, settings):
    stored, under_way = stored_file(scope, consultant, PLANTED.encode() * 3), upload(scope, consultant, len(LONG))
    with vault.upload_writer(under_way) as writer:
        writer.write((PLANTED.encode() * 60_000)[: vault.CHUNK + 9])
    files = [path.read_bytes() for path in settings.PRIVATE_FILES_DIR.rglob("*") if path.is_file()]
    assert sorted(len(one) for one in files) == [vault.sealed_size(stored.size), vault.sealed_size(vault.CHUNK)]
    everything = dump() + b"".join(files)
    assert b"Notat.pdf" in everything and bytes(stored.key.wrapped_key).hex().encode() in everything  # the search finds what is there
    keys = [settings.VAULT_KEYS[0], vault.key_of(stored), vault.key_of_upload(under_way)]
    for secret in [PLANTED.encode(), PLANTED[:20].encode(), *keys]:
        assert [form for form in written_forms(secret) if form in everything] == []


def test_another_master_key_opens_nothing_and_is_told(scope, consultant, settings, client):
    stored = stored_file(scope, consultant)
    assert (vault.newest_opens(), client.get("/readyz").json()["vault"]) == (True, "ok")
    assert [line.health for line in ask("Nøgle til filer")] == [Health.GOOD]
    settings.VAULT_KEYS = [secrets.token_bytes(32)]
    assert damages(stored)
    assert (vault.newest_opens(), client.get("/readyz").json()["vault"]) == (False, "fail")
    assert [(line.health, line.section) for line in ask("Nøgle til filer")] == [(Health.BAD, "The master key")]


@pytest.mark.django_db
def test_a_product_without_a_file_is_well(settings):
    settings.VAULT_KEYS = [secrets.token_bytes(32)]
    assert vault.newest_opens()


def rewrap() -> str:
    told = io.StringIO()
    call_command("rewrap_keys", stdout=told)
    return told.getvalue()


def test_the_master_key_is_rotated_without_touching_a_file(scope, other_scope, consultant, settings):
    stored = [stored_file(one, consultant) for one in (scope, scope, other_scope)]
    files, keys = [path_of(one).read_bytes() for one in stored], list(FileKey.objects.values_list("pk", "wrapped_key").order_by("pk"))
    old, new = settings.VAULT_KEYS[0], secrets.token_bytes(32)
    settings.VAULT_KEYS = [new, old]
    assert [vault.read(one) for one in stored] == [PLANTED.encode()] * 3
    assert rewrap() == "2 nøgler er pakket ind på ny\n0 nøgler var det i forvejen\n"
    assert rewrap() == "0 nøgler er pakket ind på ny\n2 nøgler var det i forvejen\n"
    assert [entry.changes for entry in AuditEntry.objects.filter(verb="vault.rewrap")] == [{"nøgler": [None, "2"]}]
    settings.VAULT_KEYS = [new]
    assert [vault.read(one) for one in stored] == [PLANTED.encode()] * 3
    assert files == [path_of(one).read_bytes() for one in stored]
    assert [(pk, bytes(key)) for pk, key in keys] == [(key.pk, bytes(key.wrapped_key)) for key in FileKey.objects.order_by("pk")]
    settings.VAULT_KEYS = [old]
    assert [damages(one) for one in stored] == [True] * 3


def test_a_rotation_without_the_old_key_says_so_and_changes_nothing(scope, consultant, settings):
    stored, old = stored_file(scope, consultant), settings.VAULT_KEYS
    before = bytes(Vault.objects.get(scope=scope).wrapped_key)
    settings.VAULT_KEYS = [secrets.token_bytes(32)]
    with pytest.raises(CommandError, match=r"1 nøgle kan ikke åbnes med nogen af nøglerne i VAULT_KEY\."):
        rewrap()
    settings.VAULT_KEYS = old
    assert (bytes(Vault.objects.get(scope=scope).wrapped_key), vault.read(stored)) == (before, PLANTED.encode())


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("catalogue")
def test_two_rotations_at_once_leave_every_key_readable(settings):
    person = factories.person(factories.Role.CONSULTANT)
    stored = [stored_file(factories.engagement(person).scope, person) for _ in range(3)]
    new = secrets.token_bytes(32)
    settings.VAULT_KEYS = [new, *settings.VAULT_KEYS]
    assert sum("er pakket ind" in str(told) for told in at_once(rewrap, rewrap)) == 2
    settings.VAULT_KEYS = [new]
    assert [vault.read(one) for one in stored] == [PLANTED.encode()] * 3


# Storing: whole or not at all


def nothing_is_left(settings) -> bool:
    return [path for path in settings.PRIVATE_FILES_DIR.rglob("*") if path.is_file()] == [] and not StoredFile.objects.exists()


@contextmanager
def files_up_to(size: int):
    """The kernel refuses to let a file of this process grow beyond `size` bytes, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_is_full_leaves_nothing(scope, consultant, settings):
    with pytest.raises(OSError, match="File too large"), files_up_to(vault.CHUNK + 100), transaction.atomic():
        stored_file(scope, consultant, LONG)
    assert nothing_is_left(settings)
    assert vault.read(stored_file(scope, consultant, LONG)) == LONG


def test_content_that_breaks_off_leaves_nothing(scope, consultant, settings):
    def breaks_off():
        yield LONG
        raise RuntimeError("the maker of the file gave up")

    with pytest.raises(RuntimeError, match="gave up"), transaction.atomic():
        actions.store(content=breaks_off(), name="a", content_type="text/plain", scope=scope, by=consultant)
    assert nothing_is_left(settings)


# A file on its way in


def test_an_upload_goes_on_where_it_broke_off_and_becomes_a_file_as_it_lies(scope, consultant):
    under_way = upload(scope, consultant, len(LONG))
    assert vault.received(under_way) == 0
    with vault.upload_writer(under_way) as writer:
        writer.write(LONG[: vault.CHUNK + 100])
    assert vault.received(under_way) == vault.CHUNK
    with pytest.raises(vault.Damaged, match="not complete"):
        actions.store_sealed(upload=under_way, sha256="")
    with vault.upload_writer(under_way) as writer:
        assert writer.offset == vault.CHUNK
        writer.write(LONG[vault.CHUNK :])
    before = private_storage().path(place_of(under_way.pk)), vault.key_of_upload(under_way)
    stored = actions.store_sealed(upload=under_way, sha256=writer.sha256)
    assert (stored.file.path, vault.key_of(stored)) == before
    assert (vault.read(stored), stored.size, stored.is_sealed) == (LONG, len(LONG), True)
    assert str(stored) == f"Dokument {str(under_way.pk)[:8]}"


def test_two_writers_of_one_upload_never_meet(scope, consultant):
    under_way = upload(scope, consultant, len(LONG))
    with vault.upload_writer(under_way) as writer:
        writer.write(LONG[: vault.CHUNK])
        with pytest.raises(Busy), vault.upload_writer(under_way):
            pass
    assert vault.received(under_way) == vault.CHUNK


def test_an_upload_without_a_byte_leaves_no_file(scope, consultant, settings):
    with vault.upload_writer(upload(scope, consultant, 10)):
        pass
    assert nothing_is_left(settings)


# Delivery


def test_a_delivery_says_that_it_may_run_nothing_and_is_kept_by_nobody(scope, consultant):
    response = deliver(stored_file(scope, consultant), by=consultant, purpose="Til egen brug", name="Afgørelse.pdf")
    headers = ("Content-Security-Policy", "X-Content-Type-Options", "Cache-Control")
    assert [response[name] for name in headers] == ["sandbox; default-src 'none'", "nosniff", "no-store, private"]
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Afg%C3%B8relse.pdf"


@pytest.mark.parametrize(
    ("content_type", "disposition", "action"),
    [
        ("image/png", 'inline; filename="side.png"', "view"),
        ("image/svg+xml", 'attachment; filename="side.png"', "download"),
        ("text/html", 'attachment; filename="side.png"', "download"),
        ("application/pdf", 'attachment; filename="side.png"', "download"),
    ],
)
def test_only_our_own_pictures_are_shown_on_a_page(scope, consultant, content_type, disposition, action):
    stored = actions.store(content=b"x", name="side.png", content_type=content_type, scope=scope, by=consultant)
    assert deliver(stored, by=consultant, purpose="Visning", inline=True)["Content-Disposition"] == disposition
    assert AccessLog.objects.get(target_id=str(stored.pk)).action == action


def test_a_file_that_does_not_open_is_refused_with_a_sentence_and_the_try_is_logged(scope, consultant):
    stored = stored_file(scope, consultant)
    path_of(stored).write_bytes(b"x" * 100)
    with pytest.raises(Refused, match="Filen kan ikke åbnes"):
        deliver(stored, by=consultant, purpose="Til egen brug")
    assert AccessLog.objects.filter(target_id=str(stored.pk)).count() == 1


def test_a_delivery_breaks_off_at_the_damage(scope, consultant):
    stored = stored_file(scope, consultant, LONG)
    text = bytearray(path_of(stored).read_bytes())
    text[-3] ^= 1
    path_of(stored).write_bytes(text)
    response = deliver(stored, by=consultant, purpose="Til egen brug")
    got = b""
    with pytest.raises(vault.Damaged):
        for part in response.streaming_content:
            got += part
    assert (got, response["Content-Length"]) == (LONG[: 2 * vault.CHUNK], str(len(LONG)))


def test_the_history_of_a_rotation_can_be_read(scope, consultant, settings):
    stored_file(scope, consultant)
    settings.VAULT_KEYS = [secrets.token_bytes(32), *settings.VAULT_KEYS]
    rewrap()
    assert audit.AuditEntry.objects.get(verb="vault.rewrap").target_name == "nøgler for områder"
