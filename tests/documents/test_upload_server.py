"""Uploads through a real gunicorn: cut lines, a killed server, a full disk, a slow sender, and how much memory it takes."""

import contextlib
import hashlib
import os
import subprocess
import time
from pathlib import Path

import pytest

from accounts.states import Role
from documents import tickets, uploading, vault
from documents.models import Document, StoredFile, Upload
from documents.states import FileClass
from documents.storage import private_storage
from engagements.actions import attaching
from engagements.models import EngagementDocument
from tests import factories
from tests.documents.sending import MIB, content
from tests.documents.web import Line, Web
from tests.servers import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("catalogue")]


@pytest.fixture
def files(settings, tmp_path) -> Path:
    settings.PRIVATE_FILES_DIR = tmp_path / "files"
    settings.PRIVATE_FILES_DIR.mkdir()
    return settings.PRIVATE_FILES_DIR


@pytest.fixture
def web(tmp_path, files):
    server = Web(tmp_path / "web", files)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def lead(transactional_db):
    return factories.person(Role.CONSULTANT, name="Katrine Konsulent")


@pytest.fixture
def ticket(lead, catalogue) -> str:
    engagement = factories.engagement(lead)
    return tickets.issue(
        kind=attaching.KIND, object_id=engagement.pk, scope=engagement.scope, user=lead, back="/forloeb/", file_class=FileClass.GENERAL
    ).signed


@pytest.fixture
def line(web, log_in, lead) -> Line:
    return Line.of(web, log_in(lead))


def arrived() -> dict[str, tuple[str, str]]:
    """Name → (SHA-256 as noted, SHA-256 of what the vault gives back)."""
    return {one.name: (one.sha256, hashlib.sha256(b"".join(vault.chunks(one.original))).hexdigest()) for one in Document.objects.all()}


def sent(bodies: dict[str, bytes]) -> dict[str, tuple[str, str]]:
    return {name: (hashlib.sha256(body).hexdigest(),) * 2 for name, body in bodies.items()}


@pytest.mark.parametrize("percent", [1, 50, 99])
def test_an_upload_that_is_cut_goes_on_and_arrives_byte_for_byte(line, ticket, percent):
    body = content(12 * MIB + 321)
    url = line.begin(ticket, "akt.pdf", len(body))
    line.cut(url, body, len(body) * percent // 100)
    kept = len(body) * percent // 100 // MIB * MIB
    until(lambda: line.offset(url) == kept, "the whole chunks that were sent")
    assert (Document.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert line.resume(url, body).status == 204
    assert arrived() == sent({"akt.pdf": body})
    assert Upload.objects.count() == 0


def test_the_server_is_killed_during_the_twelfth_of_twenty_files_and_all_arrive(web, line, ticket, log_in, lead):
    bodies = {f"Sag {number:02}.pdf": content(2 * MIB + number, seed=number) for number in range(1, 21)}
    urls = {name: line.begin(ticket, name, len(body)) for name, body in bodies.items()}
    names = list(bodies)
    for name in names[:11]:
        assert line.patch(urls[name], 0, bodies[name]).status == 204
    with contextlib.suppress(OSError):
        line.cut(urls[names[11]], bodies[names[11]], MIB + 700, meanwhile=web.kill)
    assert (Document.objects.count(), Upload.objects.count(), EngagementDocument.objects.count()) == (11, 9, 11)
    web.start()
    again = Line.of(web, log_in(lead))
    assert again.offset(urls[names[10]]) == len(bodies[names[10]])  # whoever missed the answer learns that it is in
    for name in names[11:]:
        assert again.resume(urls[name], bodies[name]).status == 204
    assert arrived() == sent(bodies)
    assert (Upload.objects.count(), EngagementDocument.objects.count()) == (0, 20)
    assert len(list(private_storage().names())) == 20


def test_two_windows_that_send_the_same_upload_do_not_mix(line, ticket):
    body = content(6 * MIB)
    url = line.begin(ticket, "akt.pdf", len(body))
    answers = []

    def other_window() -> None:
        until(lambda: Upload.objects.filter(touched_at__isnull=False).exists() and line.offset(url) >= MIB, "the first bytes")
        answers.append(line.patch(url, line.offset(url), body[line.offset(url) :]))

    line.cut(url, body, 2 * MIB + 5, meanwhile=other_window)
    assert (answers[0].status, answers[0].text) == (
        423,
        "Filen uploades allerede i et andet vindue. Vent, til det er færdigt, eller luk det andet vindue.",
    )
    assert line.resume(url, body).status == 204
    assert arrived() == sent({"akt.pdf": body})


# A full disk: as root a small file system of its own, else a limit on the length of any file that the web server writes.

ROOM, TOO_LONG = 24 * MIB, 30 * MIB


@contextlib.contextmanager
def little_room(files: Path, folder: Path):
    """A web server whose files have no room for TOO_LONG bytes, and how it gets room."""
    if os.geteuid() == 0:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={64 * MIB},mode=700", "tmpfs", str(files)], check=True)
        server = Web(folder, files)
    else:
        server = Web(folder, files, before=["prlimit", f"--fsize={ROOM}", "--"])
    try:
        yield server
    finally:
        server.kill()
        if os.geteuid() == 0:
            subprocess.run(["umount", str(files)], check=True)


def give_room(server: Web, files: Path) -> None:
    (files / "ballast").unlink(missing_ok=True)
    if server.before:
        server.kill()
        server.before = []
        server.start()


def stored() -> list[str]:
    return [name for name in private_storage().names() if name != "ballast"]


def test_a_full_disk_is_said_clearly_leaves_nothing_and_the_next_try_goes_on(files, tmp_path, ticket, log_in, lead):
    body = content(TOO_LONG)
    with little_room(files, tmp_path / "web") as server:
        server.start()
        line = Line.of(server, log_in(lead))
        url = line.begin(ticket, "akt.pdf", len(body))  # there was room when it began
        if not server.before:
            (files / "ballast").write_bytes(bytes(64 * MIB - ROOM))
        answer = line.patch(url, 0, body)
        assert (answer.status, answer.text) == (507, uploading.NO_ROOM)
        assert (Upload.objects.count(), Document.objects.count(), StoredFile.objects.count(), stored()) == (0, 0, 0, [])
        small = line.begin(ticket, "lille.pdf", MIB)
        assert line.patch(small, 0, content(MIB)).status == 204  # everybody else works on
        assert line.ask("HEAD", url).status == 404  # so the client begins anew
        give_room(server, files)
        again = Line.of(server, log_in(lead))
        assert again.patch(again.begin(ticket, "akt.pdf", len(body)), 0, body).status == 204
        assert arrived() == sent({"akt.pdf": body, "lille.pdf": content(MIB)})


def test_somebody_who_sends_slowly_is_not_taken_for_a_server_that_hangs(tmp_path, files, ticket, log_in, lead):
    """A `sync` worker would be killed after its timeout, one second here, in the middle of the file."""
    server = Web(tmp_path / "web", files, more=["--timeout", "1"])
    server.start()
    try:
        line = Line.of(server, log_in(lead))
        body, pid = content(2 * MIB), server.worker()
        url = line.begin(ticket, "akt.pdf", len(body))
        over = time.monotonic() + 3.5
        line.cut(url, body, MIB + 5, meanwhile=lambda: until(lambda: time.monotonic() > over, "the end of a slow pause"))
        assert server.worker() == pid
        assert line.resume(url, body).status == 204
    finally:
        server.kill()


def test_a_file_takes_no_more_memory_when_it_is_long(web, line, ticket):
    for number in range(3):  # what the first requests load stays
        line.patch(line.begin(ticket, f"{number}.pdf", 4 * MIB), 0, content(4 * MIB))
    before = web.peak()
    body = content(4 * MIB) * 32
    assert line.patch(line.begin(ticket, "lang.pdf", len(body)), 0, body).status == 204
    assert Document.objects.get(name="lang.pdf").size == 128 * MIB
    assert web.peak() - before < 16 * 1024
