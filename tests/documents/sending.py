"""A place that takes files, for tests of uploads, and the words of tus as a browser speaks them."""

from __future__ import annotations

import base64
import random
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Scope, User
from accounts.refusal import Denied
from documents import receiving, tickets
from documents.models import Document
from documents.states import FileClass

KIND, PLACE = "test-place", "7"
MIB = 1024 * 1024
BODY = "application/offset+octet-stream"


@dataclass
class Place:
    """A receiver that remembers what came; `closed` is the sentence with which it refuses everybody, `barred` those that it denies."""

    came: list[tuple[Any, str, int]] = field(default_factory=list)
    closed: Exception | None = None
    barred: set[int] = field(default_factory=set)

    def allow(self, user: User, object_id: str) -> None:
        if self.closed:
            raise self.closed
        if user.pk in self.barred:
            raise Denied("Du er ikke længere på teamet.")

    def arrived(self, document: Document, object_id: str, by: User) -> None:
        self.came.append((document.pk, object_id, by.pk))

    def open(self) -> Place:
        receiving.register(KIND, receiving.Receiver(self.allow, self.arrived))
        return self


def ticket(user: User, scope: Scope, **more: Any) -> tickets.UploadTicket:
    wanted = {"kind": KIND, "object_id": PLACE, "back": "/forloeb/", "file_class": FileClass.CASE, **more}
    return tickets.issue(user=user, scope=scope, **wanted)


def content(size: int, seed: int = 5) -> bytes:
    """Bytes of which no two stretches are alike."""
    return random.Random(seed).randbytes(size)


def metadata(**told: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items())


def headers(**more: object) -> dict[str, str]:
    return {"Tus-Resumable": "1.0.0"} | {name.replace("_", "-"): str(value) for name, value in more.items()}


class Sender:
    """A logged-in client that speaks tus."""

    def __init__(self, client: Any, signed: str) -> None:
        self.client, self.signed = client, signed

    def create(self, size: int, name: str = "akt.pdf", **more: object) -> Any:
        told = metadata(filename=name, ticket=self.signed)
        return self.client.post("/filer/upload/", headers=headers(Upload_Length=size, Upload_Metadata=told, **more))

    def begin(self, size: int, name: str = "akt.pdf") -> str:
        """The address of a new upload."""
        answer = self.create(size, name)
        assert answer.status_code == 201, answer.text
        return str(answer["Location"])

    def patch(self, url: str, offset: int, body: bytes, kind: str = BODY) -> Any:
        return self.client.generic("PATCH", url, body, content_type=kind, headers=headers(Upload_Offset=offset))

    def head(self, url: str) -> Any:
        return self.client.head(url, headers=headers())

    def delete(self, url: str) -> Any:
        return self.client.delete(url, headers=headers())

    def send(self, body: bytes, name: str = "akt.pdf") -> Any:
        """A whole file in one go; the answer to its last part."""
        return self.patch(self.begin(len(body), name), 0, body)
