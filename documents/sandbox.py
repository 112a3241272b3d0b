"""Gives a file to a process of its own (documents/child), which reads it with little memory and time and may be lost doing so.

The file goes in through a memory file, never through one on a disk; what was found comes out through others. Nothing that the process
prints is kept, because it may quote the file.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from documents.limits import Limits, allowance
from documents.states import FileType

CHECKOUT = Path(__file__).resolve().parent.parent
RESULTS = ("report", "cleaned", "text")
OUT_OF_MEMORY = 3  # what it ends with when it can still say so (documents/child/__main__.py)
DIED_OF_MEMORY = {signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGTRAP}
DIED_OF_TIME = {signal.SIGXCPU}
BETWEEN = 0.2  # seconds


class Interrupted(Exception):
    """The process was ended from outside, or not in time: not the file's fault as far as we know, so it is tried again."""


@dataclass(frozen=True)
class Found:
    """Something like a CPR number: how often, where, how sure. `page` is None where a file has no pages."""

    page: int | None
    place: str
    level: str
    count: int


@dataclass(frozen=True)
class Checked:
    """What the process says about a file. `refused` is a code of documents/reasons.py, or "" when the file may come in."""

    file_type: str
    pages: int | None
    pages_without_text: tuple[int, ...]
    refused: str
    notes: tuple[str, ...]
    found: tuple[Found, ...]
    trouble: str = ""


@dataclass(frozen=True)
class Results:
    """What was found, and the open memory files with the file made anew and with its text (JSON); they close with the context."""

    checked: Checked
    cleaned: BinaryIO
    text: BinaryIO


@dataclass(frozen=True)
class PageImage:
    """The picture of a page; sizes in pixels."""

    number: int
    width: int
    height: int
    content_type: str
    content: bytes


@contextmanager
def check(content: Iterable[bytes], *, name: str, types: Iterable[str], today: date, limits: Limits | None = None) -> Iterator[Results]:
    """Check a file of which `types` are taken. Raises Interrupted."""
    order = {"command": "check", "name": name, "types": sorted(types), "today": today.isoformat()}
    with _run(content, order, limits or Limits()) as (report, results, lost):
        yield Results(_checked(report, lost), results["cleaned"], results["text"])


def render(content: Iterable[bytes], *, file_type: str, first: int, last: int) -> list[PageImage]:
    """The pages from `first` to `last` of a PDF, JPEG or PNG as pictures at 110 dpi, as far as there are so many and they can be drawn.

    Ask for a few at a time: they are held in memory. Raises Interrupted.
    """
    order = {"command": "render", "type": file_type, "first": first, "last": last}
    with _run(content, order, Limits(size=sys.maxsize)) as (report, results, _):
        return [
            PageImage(number, width, height, content_type, results["cleaned"].read(size))
            for number, width, height, content_type, size in report.get("pages", [])
        ]


@contextmanager
def _run(content: Iterable[bytes], order: dict[str, Any], limits: Limits) -> Iterator[tuple[dict[str, Any], dict[str, BinaryIO], str]]:
    """(its report, the memory files with its results, why it was lost or "")."""
    with ExitStack() as open_files:
        source = open_files.enter_context(_memory("source"))
        for piece in content:
            source.write(piece)
            if source.tell() > limits.size:
                break  # enough to be refused
        size = source.tell()
        results = {result: open_files.enter_context(_memory(result)) for result in RESULTS}
        allowed = allowance(size)
        order |= {
            "parent": os.getpid(),
            "source": source.fileno(),
            "results": {result: file.fileno() for result, file in results.items()},
            "file_limits": asdict(limits),
            "limits": {"memory": allowed.memory, "cpu": allowed.cpu, "written": allowed.written, "files": allowed.files},
        }
        source.seek(0)
        lost = _finish(order, [source, *results.values()], allowed.wall)
        for file in results.values():
            file.seek(0)
        yield json.loads(results["report"].read() or b"{}"), results, lost


def _finish(order: dict[str, Any], files: list[BinaryIO], wall: int) -> str:
    """Run the process to its end; a code of documents/reasons.py when it was lost on the way, else ""."""
    process = subprocess.Popen(
        [sys.executable, "-B", "-s", "-m", "documents.child"],
        cwd=CHECKOUT,
        env={"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": str(CHECKOUT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[file.fileno() for file in files],
        start_new_session=True,
    )
    try:
        process.communicate(json.dumps(order).encode(), timeout=wall)
    except subprocess.TimeoutExpired:
        raise Interrupted("It took too long.") from None
    finally:
        _end(process)
    return _why_lost(process.returncode)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Nothing of it stays, however we leave."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _why_lost(code: int) -> str:
    if code == 0:
        return ""
    if -code in DIED_OF_MEMORY or code == OUT_OF_MEMORY:
        return "too_demanding"
    if -code in DIED_OF_TIME:
        return "too_slow"
    raise Interrupted(f"It ended with {code}.")


def _memory(name: str) -> BinaryIO:
    """A file in memory alone."""
    return os.fdopen(os.memfd_create(name), "w+b", buffering=0)


def _checked(report: dict[str, Any], lost: str) -> Checked:
    return Checked(
        file_type=kind if (kind := report.get("type", "")) in FileType.values else "",
        pages=report.get("pages"),
        pages_without_text=tuple(report.get("pages_without_text", ())),
        refused=lost or report.get("refused", "damaged"),
        notes=tuple(report.get("notes", ())),
        found=tuple(Found(*one) for one in report.get("found", ())),
        trouble=report.get("trouble", ""),
    )
