"""A real gunicorn over the test's database and files, and a client that speaks tus to it over a socket and may be cut off anywhere."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from tests.documents.sending import BODY, headers, metadata
from tests.servers import Server, database_url, until

TOKEN = "a" * 32
PIECE = 64 * 1024


class Web(Server):
    """The web server as it is started everywhere (gunicorn.conf.py), with one process that serves, on a port that the system picks."""

    def __init__(self, folder: Path, files: Path, *, before: list[str] | None = None, more: list[str] | None = None) -> None:
        super().__init__(folder)
        self.files, self.before, self.more = files, before or [], more or []
        self.port = 0

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": database_url(),
            "PRIVATE_FILES_DIR": str(self.files),
            "DJANGO_SETTINGS_MODULE": "taskforce.settings",
            "LOG_LEVEL": "WARNING",
        }

    def start(self) -> None:
        self.log.unlink(missing_ok=True)
        gunicorn = [sys.executable, "-m", "gunicorn", "taskforce.wsgi", "--workers", "1", "--no-control-socket", "--log-level", "info"]
        self.launch([*self.before, *gunicorn, "--bind", "127.0.0.1:0", *self.more])
        until(lambda: self.logged(r"Booting worker"), f"the web server; see {self.log}")
        found = re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", self.log.read_text())
        assert found
        self.port = int(found[1])
        until(lambda: Line(self.port, {}).ask("GET", "/healthz").status == 200, "an answer of the web server")

    def worker(self) -> int:
        """The process that serves: the only child of the one that was started."""
        assert self.process
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0])

    def peak(self) -> int:
        """The most memory that the serving process ever had, in kB."""
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{self.worker()}/status").read_text())
        assert found
        return int(found[1])


class Line:
    """A person's connection to the web server."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self.port, self.cookies = port, cookies

    @classmethod
    def of(cls, web: Web, client: Client) -> Line:
        return cls(web.port, {"sessionid": client.cookies["sessionid"].value, "csrftoken": TOKEN})

    def ask(self, method: str, url: str, body: bytes = b"", **more: object) -> Any:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        line.putrequest(method, url, skip_host=True)
        for name, value in ({"Content-Length": str(len(body))} | self._headers(**more)).items():
            line.putheader(name, value)
        line.endheaders()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it answered before it had read everything
            line.send(body)
        answer: Any = line.getresponse()
        answer.text = answer.read().decode()
        line.close()
        return answer

    def create(self, ticket: str, name: str, size: int) -> Any:
        told = metadata(filename=name, ticket=ticket)
        return self.ask("POST", "/filer/upload/", Upload_Length=size, Upload_Metadata=told)

    def begin(self, ticket: str, name: str, size: int) -> str:
        answer = self.create(ticket, name, size)
        assert answer.status == 201, answer.text
        return urlsplit(answer.headers["Location"]).path

    def offset(self, url: str) -> int:
        """From where the sender goes on, once nobody else writes."""
        answer = self.ask("HEAD", url)
        assert answer.status == 200
        return int(answer.headers["Upload-Offset"])

    def patch(self, url: str, offset: int, body: bytes) -> Any:
        return self.ask("PATCH", url, body, Upload_Offset=offset, Content_Type=BODY)

    def cut(self, url: str, body: bytes, after: int, *, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Announce all of the body, send its first bytes, let something happen, and hang up."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        line.putrequest("PATCH", url, skip_host=True)
        for name, value in self._headers(Upload_Offset=0, Content_Type=BODY, Content_Length=len(body)).items():
            line.putheader(name, value)
        line.endheaders()
        for at in range(0, after, PIECE):
            line.send(body[at : min(at + PIECE, after)])
        meanwhile()
        line.close()

    def resume(self, url: str, body: bytes) -> Any:
        """As a client does: ask how far it is, and send the rest; asks again while another request still holds the upload."""
        answers = []

        def through() -> bool:
            offset = self.offset(url)
            answers.append(self.patch(url, offset, body[offset:]) if offset < len(body) else None)
            return answers[-1] is None or answers[-1].status not in {409, 423}

        until(through, "the lock on the upload")
        return answers[-1]

    def _headers(self, **more: object) -> dict[str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return headers(**more) | {"Cookie": cookie, "X-CSRFToken": TOKEN, "Host": "localhost"}
