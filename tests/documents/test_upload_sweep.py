"""What is left of uploads that nobody finishes: resumable for a day, gone after it; of what is in use nothing is touched."""

import hashlib
import os
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import tasks, uploading, vault
from documents.models import Document, Upload
from documents.models.stored import path_of
from documents.storage import PARTIAL, private_storage
from taskforce.celery import app
from tests import factories
from tests.documents import sending
from tests.documents.sending import MIB, Place, Sender, content

pytestmark = pytest.mark.django_db


@pytest.fixture
def sender(log_in, coordinator, consultant) -> Sender:
    Place().open()
    return Sender(log_in(coordinator), sending.ticket(coordinator, factories.engagement(consultant).scope).signed)


def lay(name: str, *, hours: float) -> Path:
    """A file in the storage that is so old."""
    path = Path(private_storage().path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    age(path, hours)
    return path


def age(path: Path, hours: float) -> None:
    then = (timezone.now() - timedelta(hours=hours)).timestamp()
    os.utime(path, (then, then))


def begun(sender: Sender, *, hours: float) -> Path:
    """An upload of which a chunk has come, and that stood still since."""
    sender.patch(sender.begin(2 * MIB), 0, content(MIB))
    upload = Upload.objects.latest("started_at")
    Upload.objects.filter(pk=upload.pk).update(touched_at=timezone.now() - timedelta(hours=hours))
    path = Path(private_storage().path(path_of(upload.pk)))
    age(path, hours)
    return path


def test_an_upload_that_stood_still_for_a_day_is_forgotten_and_a_younger_one_is_not(sender):
    old, young = begun(sender, hours=25), begun(sender, hours=23)
    tasks.sweep_uploads()
    assert (old.exists(), young.exists(), Upload.objects.count()) == (False, True, 1)


def test_an_upload_whose_bytes_come_in_right_now_is_left_alone(sender):
    path = begun(sender, hours=25)
    with private_storage().open_partial(path_of(uuid.UUID(path.name))):
        assert uploading.sweep() == 0
    assert uploading.sweep() == 1


def test_bytes_without_a_row_go_after_a_day_and_nothing_else_does(sender):
    sender.send(b"%PDF")
    kept = Path(private_storage().path(path_of(Document.objects.get().original_id)))
    age(kept, 1000)
    stray, fresh = lay(path_of(uuid.uuid4()), hours=25), lay(path_of(uuid.uuid4()), hours=23)
    torn, foreign = lay(path_of(uuid.uuid4()) + PARTIAL, hours=25), lay("notater.txt", hours=1000)
    assert uploading.sweep() == 2
    assert [path.exists() for path in (kept, stray, fresh, torn, foreign)] == [True, False, True, False, True]
    assert vault.read(Document.objects.get().original) == b"%PDF"


def test_a_folder_that_the_database_does_not_know_is_left_alone():
    strays = [lay(path_of(uuid.uuid4()), hours=25) for _ in range(uploading.FEW + 1)]
    assert uploading.sweep() == 0
    assert all(path.exists() for path in strays)
    for path in strays:
        path.unlink()


def test_a_drop_that_comes_too_late_leaves_the_document(sender):
    """A sweep has read the row; the last byte comes, and only then does the sweep get to the file."""
    url = sender.begin(2 * MIB)
    stale = Upload.objects.get()
    sender.patch(url, 0, content(2 * MIB))
    uploading.drop(stale)
    assert vault.read(Document.objects.get().original) == content(2 * MIB)


def test_the_clock_sweeps_uploads():
    assert "documents.tasks.sweep_uploads" in {row["task"] for row in app.conf.beat_schedule.values()}


def test_a_person_learns_what_they_did_not_finish_here_and_nobody_elses(sender, log_in, consultant):
    sent = content(2 * MIB)
    url = sender.begin(2 * MIB, "Akt.pdf")
    sender.patch(url, 0, sent[:MIB])
    asked = sender.client.post(reverse("uploads-unfinished"), {"ticket": sender.signed}).json()
    assert asked == {"uploads": [{"url": url, "name": "Akt.pdf", "size": 2 * MIB, "kept": MIB, "mark": ""}]}
    marked = sender.client.post(reverse("uploads-unfinished"), {"ticket": sender.signed, "marks": "1"}).json()
    assert marked["uploads"][0]["mark"] == hashlib.sha256(sent[:MIB]).hexdigest()
    scope = Upload.objects.get().scope
    other = sending.ticket(consultant, scope).signed
    assert log_in(consultant).post(reverse("uploads-unfinished"), {"ticket": other}).json() == {"uploads": []}
