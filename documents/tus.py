"""The words of tus 1.0.0, the protocol of resumable uploads: headers, statuses, metadata. A refusal comes with its Danish sentence."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError

from accounts.refusal import Denied, Refused
from documents.storage import Busy
from documents.uploading import LONGER, NoRoom, TooLarge
from documents.vault import CHUNK, Writer

VERSION, EXTENSIONS = "1.0.0", "creation,termination"
BODY = "application/offset+octet-stream"
IN_USE = "Filen uploades allerede i et andet vindue. Vent, til det er færdigt, eller luk det andet vindue."
GONE = "Uploaden findes ikke længere. Vælg filen igen."
STATUSES: list[tuple[type[Exception], int]] = [(TooLarge, 413), (NoRoom, 507), (Refused, 422), (Denied, 403)]  # the first that fits


def reply(status: int, sentence: str = "", **headers: object) -> HttpResponse:
    """An answer of the protocol; `headers` by their names with underscores."""
    answer = HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    answer["Tus-Resumable"], answer["Cache-Control"] = VERSION, "no-store"
    for name, value in headers.items():
        answer[name.replace("_", "-")] = str(value)
    return answer


class Misspoken(Exception):
    """The request breaks the protocol: `status` says how."""

    def __init__(self, status: int, **headers: object) -> None:
        super().__init__(status)
        self.answer = reply(status, "", **headers)


def speaks_tus(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorates a view: refusals become statuses that the client understands, with the sentence as the body, never a page."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if request.headers.get("Tus-Resumable", VERSION) != VERSION:
                raise Misspoken(412, Tus_Version=VERSION)
            return view(request, *args, **kwargs)
        except Misspoken as error:
            return error.answer
        except Busy:
            return reply(423, IN_USE)
        except Http404:
            return reply(404, GONE)
        except (Refused, Denied) as error:
            return reply(next(status for kind, status in STATUSES if isinstance(error, kind)), str(error))

    return spoken


def number(request: HttpRequest, header: str) -> int:
    """The header as a number of bytes. Raises Misspoken(400)."""
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise Misspoken(400)
    return int(text)


def metadata(request: HttpRequest) -> dict[str, str]:
    """What the client says about the file. Raises Misspoken(400)."""
    found = {}
    for pair in filter(None, request.headers.get("Upload-Metadata", "").split(",")):
        name, _, value = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            raise Misspoken(400) from None
    return found


def take_in(request: HttpRequest, writer: Writer) -> None:
    """The body into the writer, in pieces of a chunk, until it ends or the line is cut. Raises Misspoken(413) when it is too long."""
    with _impatience(request):
        while piece := _read(request):
            try:
                writer.write(piece)
            except ValueError:
                raise TooLarge(LONGER) from None


def _read(request: HttpRequest) -> bytes:
    try:
        return request.read(CHUNK)
    except UnreadablePostError:  # the line is cut, or silent for too long: what came until then is kept
        return b""


@contextmanager
def _impatience(request: HttpRequest) -> Iterator[None]:
    """A sender that says nothing for a while gives its thread, and the lock on its upload, back."""
    line = request.META.get("gunicorn.socket")
    if line is None:
        yield
        return
    line.settimeout(settings.UPLOAD_SILENCE)
    try:
        yield
    finally:
        line.settimeout(None)
