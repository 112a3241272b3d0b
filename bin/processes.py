"""Child processes that never outlive the command that started them.

Everything a command starts is written in a ledger. A guardian, a process of its own session, reads each new state of it from a pipe
whose writing end only the command has: when that end closes, by a clean stop or by kill -9, the guardian stops what the ledger names
and removes the files that belonged to the run. The ledger is on disk too, where the next start reads it, so that even a killed
guardian leaves nothing for good. Standard library only: this runs before any package is installed.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType, TracebackType

PATIENCE = 10.0  # seconds between asking a process to stop and insisting
TRACEBACK = 8  # lines of a traceback worth a message


class Trouble(Exception):
    """Something the person at the keyboard must know; the text says what to do."""


class Stopped(BaseException):
    """Ctrl-C, SIGTERM or the end of the terminal."""

    def __init__(self, number: int) -> None:
        """`number`: the signal."""
        super().__init__(number)
        self.number = number


class Interruptions:
    """Turns signals into `Stopped`, except inside `hold`, which lets a step that must not be torn in two finish first."""

    NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self) -> None:
        """Nothing held, nothing pending."""
        self._held = False
        self._pending: int | None = None

    def listen(self) -> None:
        """Take the signals, except the end of the terminal when nohup asked to survive it."""
        for number in self.NUMBERS:
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._arrive)

    def deafen(self) -> None:
        """From here on we are stopping already."""
        for number in self.NUMBERS:
            signal.signal(number, signal.SIG_IGN)

    def _arrive(self, number: int, frame: FrameType | None) -> None:
        if not self._held:
            raise Stopped(number)
        self._pending = number

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Keep a signal until the end of the block."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._pending is not None:
            number, self._pending = self._pending, None
            raise Stopped(number)


interruptions = Interruptions()


@functools.cache
def boot() -> str:
    """A name for the time since the machine started: start times count from there."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def status(pid: int | str) -> list[str]:
    """The fields of /proc/PID/stat after the name (state, parent, group …); [] when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def started_at(pid: int) -> str | None:
    """When `pid` was started; None when there is no such process or only its exit code is left."""
    fields = status(pid)
    return None if not fields or fields[0] in "ZX" else f"{boot()}/{fields[19]}"


def bearing(marker: str) -> list[int]:
    """Live processes, not ourselves, whose environment holds `marker`."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        pid = int(path.parent.name)
        with contextlib.suppress(OSError):
            if marker.encode() in path.read_bytes().split(b"\0") and started_at(pid) is not None and pid != os.getpid():
                found.append(pid)
    return found


@dataclass(frozen=True)
class Entry:
    """One started process: how to recognise it (a pid alone may be reused) and how to ask it to stop."""

    name: str
    pid: int
    started: str
    group: bool  # it leads a process group of its own, which is stopped with it
    first: bool  # stopped before the servers it uses
    signals: tuple[int, ...]  # one after the other, with PATIENCE between them

    def alive(self) -> bool:
        """Whether this very process still runs."""
        return started_at(self.pid) == self.started

    def send(self, number: int) -> None:
        """Signal the process, and its group when it has one."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self.alive():
                (os.killpg if self.group else os.kill)(self.pid, number)


@dataclass
class Ledger:
    """What a run has started and which files vanish with it, kept in `path`."""

    path: Path
    entries: list[Entry] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)

    pipe: int | None = None  # to the guardian

    @classmethod
    def parse(cls, path: Path, text: str) -> Ledger:
        """A ledger from its JSON; an empty one when that is not whole."""
        try:
            found = json.loads(text)
            entries = [Entry(**{**row, "signals": tuple(row["signals"])}) for row in found["entries"]]
            return cls(path, entries, found["leftovers"])
        except (ValueError, TypeError, KeyError):
            return cls(path)

    @classmethod
    def read(cls, path: Path) -> Ledger:
        """The ledger at `path`; an empty one when there is none."""
        try:
            return cls.parse(path, path.read_text())
        except OSError:
            return cls(path)

    def write(self) -> None:
        """Replace the file at once, so that a reader never sees half of it, and tell the guardian."""
        text = json.dumps({"entries": [asdict(entry) for entry in self.entries], "leftovers": self.leftovers})
        draft = self.path.with_suffix(".new")
        draft.write_text(text)
        draft.chmod(0o600)
        draft.replace(self.path)
        if self.pipe is not None:
            with contextlib.suppress(BrokenPipeError):  # the guardian was killed: the file remains
                os.write(self.pipe, text.encode() + b"\n")

    def add(self, entry: Entry) -> None:
        """Note a started process, in place of an earlier one of the same name."""
        self.entries = [other for other in self.entries if other.name != entry.name] + [entry]
        self.write()

    def add_leftover(self, path: Path) -> None:
        """Note a file or folder that is removed when the run ends."""
        self.leftovers.append(str(path))
        self.write()

    @property
    def marker(self) -> str:
        """What the environment of every process of the run holds."""
        return f"TASKFORCE_LEDGER={self.path}"

    def clear(self) -> bool:
        """Stop everything, those that use the servers first, and remove the run's files. True when something still ran."""
        found = any(entry.alive() for entry in self.entries)
        for first in (True, False):
            stop_together([entry for entry in self.entries if entry.first == first])
        # What outlived the leader of its group, and what was started the instant before a kill -9, too late to be noted here.
        # The pipe cannot have closed before such a child had its environment, for until then it held the pipe too.
        for orphan in bearing(self.marker):
            with contextlib.suppress(ProcessLookupError):
                os.kill(orphan, signal.SIGKILL)
        for name in self.leftovers:
            target = Path(name)
            if target.is_dir() and not target.is_symlink():
                shutil.rmtree(target, ignore_errors=True)
            else:
                target.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)
        return found


def stop_together(entries: list[Entry]) -> None:
    """Ask all to stop, then insist, then kill; return when none is left."""
    steps = max((len(entry.signals) for entry in entries), default=0)
    for step in range(steps + 1):
        waiting = [entry for entry in entries if entry.alive()]
        for entry in waiting:
            entry.send(entry.signals[step] if step < len(entry.signals) else signal.SIGKILL)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and any(entry.alive() for entry in waiting):
            time.sleep(0.02)


class Supervisor:
    """Starts processes that end with it. Use as a context manager: leaving it stops everything."""

    def __init__(self, ledger: Path, *, keep: tuple[int, ...] = ()) -> None:
        """Keep the books in `ledger`; the guardian holds the descriptors in `keep` (a lock) until all is stopped."""
        self.ledger = Ledger(ledger)
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self._keep = keep

    def __enter__(self) -> Supervisor:
        self.recovered = Ledger.read(self.ledger.path).clear()
        reading, self.ledger.pipe = os.pipe()
        command = [sys.executable, "-I", __file__, str(self.ledger.path), str(reading)]
        self._guardian = subprocess.Popen(  # noqa: S603
            command, pass_fds=(reading, *self._keep), start_new_session=True, stdin=subprocess.DEVNULL, cwd="/"
        )
        os.close(reading)
        self.ledger.write()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        interruptions.deafen()
        if self.ledger.pipe is not None:
            os.close(self.ledger.pipe)
        self._guardian.wait()
        self.ledger.clear()  # in case the guardian was killed
        for child in self.children.values():
            child.wait()

    def spawn(
        self,
        name: str,
        command: list[str],
        *,
        env: dict[str, str],
        log: Path | None = None,
        cwd: Path | None = None,
        server: bool = False,
        group: bool = True,
        signals: tuple[int, ...] = (signal.SIGTERM,),
    ) -> subprocess.Popen[bytes]:
        """Start `command`; a `server` is stopped after all others. Output goes to the end of `log`, or to the terminal."""
        key, _, value = self.ledger.marker.partition("=")
        with interruptions.hold(), log.open("ab") if log else contextlib.nullcontext() as output:
            child = subprocess.Popen(  # noqa: S603
                command,
                env={**env, key: value},
                cwd=cwd,
                stdin=subprocess.DEVNULL if log else None,
                stdout=output,
                stderr=subprocess.STDOUT if log else None,
                start_new_session=group,
            )
            self.children[name] = child
            self.ledger.add(Entry(name, child.pid, started_at(child.pid) or "", group, not server, signals))
        return child

    def ended(self) -> dict[str, int]:
        """Name and exit code of every child that has stopped by itself."""
        return {name: child.returncode for name, child in self.children.items() if child.poll() is not None}


def readable(line: str) -> list[str]:
    """A line of a log for a message: of a JSON line only what happened, and the end of its traceback."""
    try:
        found = json.loads(line)
        return [f"{found['level']}: {found['event']}", *found.get("exception", "").splitlines()[-TRACEBACK:]]
    except (ValueError, TypeError, KeyError):
        return [line]


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log, indented, for a message."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-count:]
    except OSError:
        return ""
    return "".join(f"\n    {part}" for line in lines for part in readable(line))


def guard(path: Path, pipe: int) -> None:
    """Read states of the ledger until the other end of `pipe` closes, then clear the last one."""
    interruptions.deafen()
    last = ""
    with os.fdopen(pipe) as states:
        for line in states:
            last = line if line.endswith("\n") else last
    (Ledger.parse(path, last) if last else Ledger.read(path)).clear()


if __name__ == "__main__":
    guard(Path(sys.argv[1]), int(sys.argv[2]))
