"""The web server as production starts it: behind a proxy that ends TLS, with an https SITE_URL."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from django.conf import settings as project

from tests.servers import Server, until
from tests.taskforce.test_checks import STRONG, VAULT_KEY

HTTPS = {"Host": "taskforce.example", "X-Forwarded-Proto": "https"}


class Line(HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self.path))


class Web(Server):
    @property
    def socket(self) -> Path:
        return self.folder / "web.sock"

    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "SECRET_KEY": STRONG, "SITE_URL": "https://taskforce.example", "ALLOWED_HOSTS": "taskforce.example", "TRUSTED_PROXY": "1",
            "DATABASE_URL": "postgres://nobody@/nowhere", "REDIS_URL": "redis://127.0.0.1:1/0", "EMAIL_URL": "smtp+tls://mail.example:587",
            "VAULT_KEY": VAULT_KEY,
        }  # fmt: skip

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "taskforce.wsgi", "--bind", f"unix:{self.socket}", "--workers", "1"]
        self.launch([*command, "--no-control-socket", "--chdir", str(project.BASE_DIR)])
        until(lambda: self.get("/healthz", HTTPS), f"an answer; see {self.log}")

    def get(self, url: str, headers: dict[str, str]) -> tuple[int, dict[str, str]] | None:
        with contextlib.suppress(OSError, HTTPException):
            line = Line(self.socket)
            line.request("GET", url, headers=headers)
            response = line.getresponse()
            return response.status, dict(response.getheaders())
        return None


@pytest.fixture
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    server = Web(tmp_path_factory.mktemp("w"))
    server.start()
    yield server
    server.kill()


def test_the_started_product_speaks_https_only(web: Web) -> None:
    status, headers = web.get("/robots.txt", HTTPS)
    assert status == 200
    assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"] and "camera=()" in headers["Permissions-Policy"]
    plain = web.get("/robots.txt", {"Host": "taskforce.example"})
    assert (plain[0], plain[1]["Location"]) == (301, "https://taskforce.example/robots.txt")
