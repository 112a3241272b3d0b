"""Stored files: private, named by their id alone, handed over under their human name, deleted when their time has passed."""

import hashlib
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from documents import actions, tasks, vault
from documents.delivery import deliver
from documents.models import StoredFile
from tests import factories

CONTENT = "Tidsplan æøå".encode()


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant)


def store(engagement, by, name="Tidsplan æøå.pdf", keep=None) -> StoredFile:
    return actions.store(content=CONTENT, name=name, content_type="application/pdf", scope=engagement.scope, by=by, keep=keep)


def test_a_file_is_kept_with_its_size_and_hash(engagement, consultant):
    stored = StoredFile.objects.get(pk=store(engagement, consultant).pk)
    assert (stored.size, stored.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert (vault.read(stored), str(stored), stored.expires_at) == (CONTENT, "Tidsplan æøå.pdf", None)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\x00b.pdf", "x" * 200, "..", "a/b\\c.pdf"])
def test_a_file_lies_under_its_id_whatever_it_is_called(settings, engagement, consultant, name):
    stored = store(engagement, consultant, name.replace("\x00", ""))
    path = Path(stored.file.path)
    assert path == settings.PRIVATE_FILES_DIR / str(stored.pk)[:2] / str(stored.pk)
    assert [file for file in settings.PRIVATE_FILES_DIR.rglob("*") if file.is_file()] == [path]


def test_a_file_is_readable_for_the_server_alone_and_no_address_leads_to_it(log_in, engagement, consultant):
    stored = store(engagement, consultant)
    path = Path(stored.file.path)
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    assert log_in(consultant).get(stored.file.url).status_code == 404


def test_a_file_is_seen_by_the_person_it_was_made_for(engagement, consultant, coordinator):
    stored = store(engagement, consultant)
    assert list(StoredFile.objects.visible_to(consultant)) == [stored]
    assert list(StoredFile.objects.visible_to(coordinator)) == []


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Tidsplan.pdf", 'attachment; filename="Tidsplan.pdf"'),
        ("Tidsplan æøå.pdf", "attachment; filename*=utf-8''Tidsplan%20%C3%A6%C3%B8%C3%A5.pdf"),
        ('a"b.pdf', 'attachment; filename="a_b.pdf"'),
        ("a\r\nSet-Cookie: x=1.pdf", 'attachment; filename="aSet-Cookie_ x=1.pdf"'),
        ("faktura\u202efdp.exe", 'attachment; filename="fakturafdp.exe"'),
        ("../../etc/passwd", 'attachment; filename="passwd"'),
        ("C:\\sager\\journal.pdf", 'attachment; filename="journal.pdf"'),
        ("\u2028\u202e", 'attachment; filename="uden navn"'),
    ],
)
def test_a_file_is_handed_over_under_its_human_name(engagement, consultant, name, header):
    response = deliver(store(engagement, consultant, name), by=consultant, purpose="Til egen brug")
    assert (b"".join(response.streaming_content), response["Content-Length"]) == (CONTENT, str(len(CONTENT)))
    assert (response["Content-Disposition"], response["Content-Type"]) == (header, "application/pdf")


def test_a_file_whose_time_has_passed_is_deleted_with_its_bytes(engagement, consultant, django_capture_on_commit_callbacks):
    gone, stays, kept = (
        store(engagement, consultant, keep=timedelta(days=1)),
        store(engagement, consultant, keep=timedelta(days=3)),
        store(engagement, consultant),
    )
    StoredFile.objects.filter(pk=gone.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    paths = [Path(one.file.path) for one in (gone, stays, kept)]
    with django_capture_on_commit_callbacks(execute=True):
        tasks.delete_expired_files()
    assert set(StoredFile.objects.all()) == {stays, kept}
    assert [path.exists() for path in paths] == [False, True, True]
    assert actions.delete_expired() == 0


def test_the_bytes_stay_until_the_deletion_is_certain(engagement, consultant):
    gone = store(engagement, consultant, keep=timedelta(days=-1))
    path = Path(gone.file.path)
    assert actions.delete_expired() == 1  # inside the test's transaction, which is never committed
    assert path.exists()


def test_a_file_that_is_gone_already_stops_no_other(engagement, consultant, django_capture_on_commit_callbacks):
    first, second = store(engagement, consultant, keep=timedelta(days=-1)), store(engagement, consultant, keep=timedelta(days=-1))
    Path(first.file.path).unlink()
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.delete_expired() == 2
    assert not Path(second.file.path).exists()
