"""The health check of a container: healthcheck.py web|worker|beat; exit code 0 means healthy. Standard library only: it must be quick."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

WEB = "http://127.0.0.1:8000/healthz"
BEAT_SCHEDULE = Path("/srv/beat/schedule")  # beat writes it every three minutes, and at start
BEAT_IS_SILENT = 400.0  # seconds


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
    """Beat wrote its schedule lately (the name of the file's end depends on Python's dbm)."""
    written = [path.stat().st_mtime for path in BEAT_SCHEDULE.parent.glob(f"{BEAT_SCHEDULE.name}*")]
    return bool(written) and time.time() - max(written) < BEAT_IS_SILENT


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
