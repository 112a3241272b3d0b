"""The health check of a container: healthcheck.py web|worker|beat; exit code 0 means healthy. Standard library only: it must be quick."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

WEB = "http://127.0.0.1:8000/healthz"
BEAT_PID = Path("/tmp/beat.pid")  # noqa: S108 - the container's own tmpfs, empty at each start
BEAT_PROGRESS = Path("/tmp/beat.progress")  # noqa: S108


def web() -> bool:
    """The web server answers. The host must be one that it serves, and an https site redirects everything but this address."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].lstrip(".")
    request = urllib.request.Request(WEB, headers={"Host": "localhost" if host == "*" else host})
    with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310
        return bool(json.load(answer)["status"] == "ok")


def worker() -> bool:
    """The worker of this container answers over the broker."""
    command = ["celery", "-A", "taskforce", "inspect", "ping", "--timeout", "5", "--destination", f"celery@{socket.gethostname()}"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603


def beat() -> bool:
    """Beat runs and has woken since the last check, as it does every few seconds. (Its schedule file is written only at its end.)"""
    status = Path(f"/proc/{int(BEAT_PID.read_text())}/status").read_text()
    awakened = next(line for line in status.splitlines() if line.startswith("voluntary_ctxt_switches"))
    before = BEAT_PROGRESS.read_text() if BEAT_PROGRESS.exists() else ""
    BEAT_PROGRESS.write_text(awakened)
    return awakened != before


CHECKS = {"web": web, "worker": worker, "beat": beat}


def main(name: str) -> int:
    """Run one check; a check that fails says why, which `docker inspect` shows."""
    try:
        healthy = CHECKS[name]()
    except (OSError, ValueError, KeyError) as error:
        print(f"{name}: {error!r}")
        return 1
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
