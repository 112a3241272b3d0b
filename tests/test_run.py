"""bin/run, really started: what it says, what it leaves, and that nothing of it outlives it. Uses a data folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
PATIENCE = 90.0  # seconds; two of these may share two busy processors
UP = "Stop with Ctrl-C."
SERVERS_UP = "PostgreSQL and Redis run"

pytestmark = pytest.mark.xdist_group("run")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """One data folder for the module, so that only the first start makes a database. Short, and open to root's server user."""
    name = Path(tempfile.mkdtemp(prefix="tf-run-", dir="/tmp"))
    name.chmod(0o711)
    yield name
    assert wait_until_gone(name) == []
    shutil.rmtree(name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def naming(folder: Path) -> list[str]:
    """Command lines of the live processes that name the folder there or in their environment."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            command = (each / "cmdline").read_bytes()
            if command and str(folder).encode() in command + (each / "environ").read_bytes() and int(each.name) != os.getpid():
                found.append(command.replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def wait_until_gone(folder: Path, seconds: float = 30) -> list[str]:
    """What still runs when time is up."""
    until = time.monotonic() + seconds
    while naming(folder) and time.monotonic() < until:
        time.sleep(0.1)
    return naming(folder)


class Run:
    """A started bin/run, or another command, and what it has said."""

    def __init__(self, folder: Path, *arguments: str, name: str = "run") -> None:
        self.said = folder / "said.txt"
        environment = {**os.environ, "TASKFORCE_DATA_DIR": str(folder)}
        with self.said.open("wb") as output:
            command = [str(CHECKOUT / "bin" / name), *arguments]
            self.process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment, start_new_session=True)

    @property
    def text(self) -> str:
        return self.said.read_text()

    def wait_for(self, words: str) -> None:
        """Until it has said `words`."""
        until = time.monotonic() + PATIENCE
        while words not in self.text:
            assert self.process.poll() is None, self.text
            assert time.monotonic() < until, self.text
            time.sleep(0.05)

    def end(self) -> int:
        """Its exit code, when it ends by itself."""
        return self.process.wait(PATIENCE)


def run_to_end(folder: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and words of a bin/run that ends by itself."""
    result = subprocess.run(
        [str(CHECKOUT / "bin" / "run"), *arguments],
        env={**os.environ, "TASKFORCE_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return result.returncode, result.stdout + result.stderr


def assert_nothing_left(folder: Path) -> None:
    assert wait_until_gone(folder) == []
    assert not (folder / "environment.json").exists()
    assert not (folder / "processes.json").exists()
    assert not Path(json.loads((folder / "servers.json").read_text())["sockets"]).exists()


def test_check_tests_the_home_page_and_leaves_nothing(folder: Path) -> None:
    code, said = run_to_end(folder, "--check")
    assert code == 0, said
    for words in ("manage.py check: no errors", "database migrated", "demo seeded", "the home page answers", "the worker answers"):
        assert words in said
    assert_nothing_left(folder)


def test_it_serves_says_where_heals_and_stops_cleanly(folder: Path) -> None:
    port = free_port()
    run = Run(folder, "--port", str(port))
    run.wait_for(UP)
    assert f"http://localhost:{port}" in run.text

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
        assert answer.status == 200
    environment = json.loads((folder / "environment.json").read_text())
    assert (folder / "environment.json").stat().st_mode & 0o777 == 0o600
    assert environment["SITE_URL"] == f"http://localhost:{port}"
    assert environment["DEMO"] == "1"

    code, said = run_to_end(folder, "--port", str(free_port()))
    assert code == 1
    assert f"already runs at http://localhost:{port}" in said

    books = json.loads((folder / "processes.json").read_text())
    os.kill(next(row["pid"] for row in books["entries"] if row["name"] == "worker"), signal.SIGKILL)
    run.wait_for("the worker stopped (exit -9): starting it again")

    run.process.send_signal(signal.SIGTERM)
    assert run.end() == 0
    assert_nothing_left(folder)


def test_kill_9_of_a_serving_run_leaves_nothing(folder: Path) -> None:
    run = Run(folder, "--port", str(free_port()))
    run.wait_for(UP)
    assert len(naming(folder)) > 5
    run.process.kill()
    run.end()
    assert_nothing_left(folder)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_while_it_starts_leaves_nothing(folder: Path, number: int) -> None:
    run = Run(folder, "--port", str(free_port()))
    run.wait_for(SERVERS_UP)
    run.process.send_signal(number)
    assert run.end() != 0
    assert_nothing_left(folder)


def test_a_run_after_a_killed_guardian_stops_what_was_left(folder: Path) -> None:
    run = Run(folder, "--port", str(free_port()))
    run.wait_for(SERVERS_UP)
    for each in Path("/proc").glob("[0-9]*"):
        if f"processes.py\0{folder}".encode() in ((each / "cmdline").read_bytes() if each.exists() else b""):
            os.kill(int(each.name), signal.SIGKILL)
    run.process.kill()
    run.end()
    assert naming(folder) != []
    again = Run(folder, "--port", str(free_port()))
    again.wait_for(SERVERS_UP)
    assert "stopped what a killed bin/run had left" in again.text
    again.process.send_signal(signal.SIGTERM)
    again.end()
    assert_nothing_left(folder)


def test_a_busy_port_is_said_before_anything_starts(folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, said = run_to_end(folder, "--port", str(port))
    assert code == 1
    assert f"Port {port} is taken" in said
    assert SERVERS_UP not in said


def test_help_needs_no_set_up(folder: Path) -> None:
    code, said = run_to_end(folder, "--help")
    assert code == 0
    assert "usage: bin/run [--port N] [--reset] [--check]" in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_bin_test_that_is_interrupted_leaves_nothing(folder: Path, number: int) -> None:
    slow = folder / "test_slow.py"
    slow.write_text(
        "import os, time\n\ndef test_slow():\n    print('SERVERS', os.environ['DATABASE_URL'], flush=True)\n    time.sleep(600)\n"
    )
    run = Run(folder, "-s", "-p", "no:django", "--rootdir", str(folder), str(slow), name="test")
    run.wait_for("SERVERS")
    sockets = Path(run.text.split("postgres://taskforce@/")[1].split()[0]).parent
    assert sockets.is_dir()
    run.process.send_signal(number)
    assert run.end() != 0
    assert wait_until_gone(sockets) == []
    assert wait_until_gone(slow) == []
    assert not sockets.exists()
