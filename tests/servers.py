"""The product's own processes beside the web server, started for a test: a Redis that can be killed, and a Celery worker that can be killed."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import redis
from django.db import connection

PATIENCE = 90.0  # seconds; a test that waits longer has failed


def until(happened: Callable[[], Any], what: str) -> Any:
    """Look again and again until `happened` gives something true; give it back. Fails with `what` when it never comes."""
    deadline = time.monotonic() + PATIENCE
    while not (found := happened()):
        if time.monotonic() > deadline:
            raise AssertionError(f"Never came: {what}")
        time.sleep(0.02)
    return found


class Server:
    """A process of its own group, so that nothing of it outlives the test."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.log = folder / "log"
        self.process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    def launch(self, command: list[str]) -> None:
        bound = ["setpriv", "--pdeathsig", "KILL", "--", *command]  # a killed pytest leaves nothing running
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                bound, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment(), start_new_session=True
            )

    def kill(self) -> None:
        """SIGKILL: the process gets no chance to say goodbye."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def logged(self, pattern: str) -> bool:
        return bool(self.log.exists() and re.search(pattern, self.log.read_text(errors="replace")))


class Redis(Server):
    """A Redis of the test's own on a unix socket, in a folder with a short path."""

    @property
    def socket(self) -> Path:
        return self.folder / "redis.sock"

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    def start(self) -> None:
        program = shutil.which("redis-server")
        assert program, "redis-server is not installed"
        command = [program, "--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder), "--save", "", "--appendonly", "no"]
        self.launch(command)
        until(self.answers, "an answer of Redis")

    def answers(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(self.socket)) as line:
                return bool(line.ping())
        except redis.RedisError:
            return False


class Worker(Server):
    """`celery worker` against the test's database, files and Redis, with one process that works (pool solo)."""

    def __init__(self, folder: Path, broker: Redis, files: Path) -> None:
        super().__init__(folder)
        self.broker, self.files = broker, files

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": database_url(),
            "REDIS_URL": self.broker.url,
            "PRIVATE_FILES_DIR": str(self.files),
            "DJANGO_SETTINGS_MODULE": "taskforce.settings",
        }

    def start(self, *, with_beat: bool = False) -> None:
        """Start it without waiting for it. With beat it also keeps the product's clock."""
        self.log.unlink(missing_ok=True)
        command = [sys.executable, "-m", "celery", "-A", "taskforce", "worker", "--pool", "solo", "--loglevel", "INFO"]
        command += ["--hostname", f"{self.folder.name}@test", "--without-gossip", "--without-mingle"]
        if with_beat:
            command += ["--beat", "--schedule", str(self.folder / "beat")]
        self.launch(command)

    def until_ready(self) -> None:
        until(lambda: self.logged(r"\bready\b"), f"the worker's readiness; see {self.log}")


def database_url() -> str:
    """DATABASE_URL with the name of the test's database, which pytest made."""
    address, _, options = os.environ["DATABASE_URL"].partition("?")
    return f"{address.rpartition('/')[0]}/{connection.settings_dict['NAME']}{'?' + options if options else ''}"
