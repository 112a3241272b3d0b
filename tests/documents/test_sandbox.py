"""The process that reads files has little of everything and dies alone; what it prints is kept nowhere."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from documents import limits, sandbox
from tests.documents import hostile_pdfs as hostile
from tests.documents.checks import TODAY, check
from tests.servers import until

BEHIND_WALLS = """
import json, os, signal, socket, subprocess, sys
from documents.child import walls
walls.limit(memory=300 * 1024 * 1024, cpu=2, written=1000, files=32)
walls.close_doors()
def attempt(what):
    try:
        what()
    except MemoryError:
        return "MemoryError"
    except OSError as error:
        return error.errno
    return "done"
out = os.memfd_create("out")
print(json.dumps([
    attempt(lambda: socket.socket()),
    attempt(lambda: socket.socket(socket.AF_UNIX)),
    attempt(lambda: subprocess.run(["/bin/true"])),
    attempt(lambda: os.execv("/bin/true", ["true"])),
    attempt(lambda: os.fork()),
    attempt(lambda: os.kill(os.getppid(), 0)),
    attempt(lambda: open(sys.argv[1], "w")),
    attempt(lambda: os.unlink(sys.argv[2])),
    attempt(lambda: bytearray(400 * 1024 * 1024)),
    attempt(lambda: [os.dup(0) for _ in range(40)]),
    attempt(lambda: os.write(out, b"x" * 1000)),
    attempt(lambda: os.write(out, b"x")),
    attempt(lambda: open(sys.argv[2]).close()),
]))
"""


def python(program: str, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", program, *arguments], cwd=settings.BASE_DIR, capture_output=True, text=True)


def test_behind_its_walls_it_has_no_network_no_program_no_disk_and_little_memory(tmp_path):
    kept = tmp_path / "kept"
    kept.write_text("")
    done = python(BEHIND_WALLS, str(tmp_path / "new"), str(kept))
    assert done.returncode == 0, done.stderr
    refused = errno.EPERM
    assert json.loads(done.stdout) == [
        *[refused] * 6, refused, refused, "MemoryError", errno.EMFILE, "done", errno.EFBIG, errno.EMFILE
    ]  # fmt: skip
    assert (kept.exists(), (tmp_path / "new").exists()) == (True, False)


def test_it_is_ended_when_its_time_is_used_up():
    endless = "from documents.child import walls\nwalls.limit(memory=2**30, cpu=1, written=9, files=9)\nwhile True: pass"
    assert python(endless).returncode == -signal.SIGXCPU


def test_a_longer_file_gets_more_of_everything():
    small, large = limits.allowance(0), limits.allowance(200 * 10**6)
    assert small.memory == 512 * 1024 * 1024
    assert all(getattr(small, name) < getattr(large, name) for name in ("memory", "cpu", "wall", "written"))
    assert large.wall + settings.CLAMD_TIMEOUT < settings.CHECK_LEASE.total_seconds()


def test_a_file_comes_in_pieces_and_nothing_is_put_on_a_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    content = hostile.plain()
    with sandbox.check((bytes([byte]) for byte in content), name="a.pdf", types=["pdf"], today=TODAY) as results:
        assert results.checked.refused == ""
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_too_long_is_not_read_to_its_end():
    read = []

    def pieces():
        for number in range(1000):
            read.append(number)
            yield b"x" * 1000

    with sandbox.check(pieces(), name="a.pdf", types=["pdf"], today=TODAY, limits=limits.Limits(size=5000)) as results:
        assert results.checked.refused == "too_large"
    assert len(read) < 10


def test_what_it_takes_the_process_does_not_take_from_us():
    """A bomb and a long file are read while our own memory stays as it is."""
    check(hostile.plain())
    before = peak()
    check(hostile.object_bomb())
    with sandbox.check((b"%PDF-1.7" + b"x" * 2**20 for _ in range(150)), name="a.pdf", types=["pdf"], today=TODAY) as results:
        assert results.checked.refused == "truncated"
    assert peak() - before < 50 * 1024


def peak() -> int:
    """The most memory that this process ever had, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize(
    ("code", "why"), [(0, ""), (3, "too_demanding"), (-signal.SIGABRT, "too_demanding"), (-signal.SIGXCPU, "too_slow")]
)
def test_how_it_ended_says_why_the_file_is_refused(code, why):
    assert sandbox._why_lost(code) == why


def test_a_process_that_was_killed_from_outside_is_no_word_about_the_file():
    for code in (-signal.SIGKILL, -signal.SIGTERM, 1):
        with pytest.raises(sandbox.Interrupted):
            sandbox._why_lost(code)


def test_a_lower_limit_of_the_system_is_no_reason_to_fail():
    tight = (
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29))\nresource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))\n"
    )
    behind = "from documents.child import walls\nwalls.limit(memory=2**31, cpu=9, written=9, files=64)\nwalls.allow_memory(2**32)"
    done = python(f"{tight}{behind}\nprint(resource.getrlimit(resource.RLIMIT_AS), resource.getrlimit(resource.RLIMIT_NOFILE))")
    assert done.stdout.strip() == f"({2**29}, {2**29}) (20, 20)", done.stderr


SLOW = """
import sys
from datetime import date
from documents import sandbox
from tests.documents import hostile_pdfs
with sandbox.check([hostile_pdfs.slow()], name="a.pdf", types=["pdf"], today=date(2026, 11, 2)) as results:
    print(results.checked.refused)
"""


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in listed.read_text().split()] if listed.exists() else []


def test_it_dies_with_the_process_that_started_it():
    worker = subprocess.Popen([sys.executable, "-c", SLOW], cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL)
    (child,) = until(lambda: children(worker.pid), "a process for the file")
    until(lambda: b"documents.child" in Path(f"/proc/{child}/cmdline").read_bytes(), "its program")
    until(lambda: "State:\tR" in Path(f"/proc/{child}/status").read_text(), "its work")
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    until(lambda: not Path(f"/proc/{child}").exists(), "its end")


# Pictures of pages


def test_pages_come_as_pictures_of_the_size_they_say():
    pages = sandbox.render([hostile.plain("Side et", "Side to", "Side tre")], file_type="pdf", first=2, last=9)
    assert [(page.number, page.width, page.height, page.content_type) for page in pages] == [
        (2, 909, 1287, "image/png"),
        (3, 909, 1287, "image/png"),
    ]
    assert all(page.content.startswith(b"\x89PNG") for page in pages)


def test_a_page_as_large_as_a_house_is_drawn_smaller():
    pdf = hostile.document()
    pdf.pages[0].obj["/MediaBox"] = [0, 0, 14_000, 14_000]
    (page,) = sandbox.render([hostile.written(pdf)], file_type="pdf", first=1, last=1)
    assert page.width * page.height <= 6_100_000


def test_what_cannot_be_drawn_gives_no_pictures():
    assert sandbox.render([b"%PDF-1.7 nothing"], file_type="pdf", first=1, last=1) == []
    assert sandbox.render([hostile.plain()], file_type="pdf", first=5, last=9) == []
