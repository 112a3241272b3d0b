"""Asks clamd whether a file holds a virus: its INSTREAM command over a unix socket or TCP, spoken by ourselves.

What clamd did not look into counts as not scanned, never as clean: it answers "OK" to a file that is longer than its own limits, so we ask
only within CLAMD_MAX_MB, which must not be more than what clamd.conf says (docs/operations.md).
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from django.conf import settings

from documents.states import ScanState

log = structlog.get_logger(__name__)
PIECE = 256 * 1024
LONGEST_ANSWER = 4096
LIMIT_FOUND = "Heuristics.Limits.Exceeded"  # clamd gave up on part of it


class Away(Exception):
    """The scanner does not answer, or says something that is no answer: ask again later."""


@dataclass(frozen=True)
class Scan:
    """`is_too_large`: it will never be scanned with the limits as they are."""

    state: ScanState
    is_too_large: bool = False


def is_configured() -> bool:
    return bool(settings.CLAMD_SOCKET)


def require_answer() -> None:
    """Raises Away when there must be a scanner and it does not answer."""
    if settings.AV_REQUIRED:
        ping()


def ping() -> None:
    """Raises Away when the scanner does not answer."""
    try:
        with _line() as line:
            line.sendall(b"zPING\0")
            answer = _answer(line)
    except OSError as error:
        raise Away(type(error).__name__) from error
    if answer != "PONG":
        raise Away("no PONG")


def scan(content: Iterable[bytes], *, size: int) -> Scan:
    """What the scanner says about a file of `size` bytes. Without one, nothing was scanned. Raises Away."""
    if not is_configured():
        return Scan(ScanState.NOT_SCANNED)
    if size > settings.CLAMD_MAX_BYTES:
        return Scan(ScanState.NOT_SCANNED, is_too_large=True)
    try:
        answer = _ask(content)
    except OSError as error:
        raise Away(type(error).__name__) from error
    if answer.endswith(" OK"):
        return Scan(ScanState.CLEAN)
    if LIMIT_FOUND in answer or "size limit exceeded" in answer:
        log.warning("clamd looks into less than CLAMD_MAX_MB says", size=size)
        return Scan(ScanState.NOT_SCANNED, is_too_large=True)
    if answer.endswith(" FOUND"):
        log.warning("virus found", signature=answer.removeprefix("stream: ").removesuffix(" FOUND"))
        return Scan(ScanState.INFECTED)
    raise Away("no answer that is understood")


def _ask(content: Iterable[bytes]) -> str:
    with _line() as line:
        line.sendall(b"zINSTREAM\0")
        try:
            for chunk in content:
                for start in range(0, len(chunk), PIECE):
                    piece = chunk[start : start + PIECE]
                    line.sendall(struct.pack("!I", len(piece)) + piece)
            line.sendall(struct.pack("!I", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it hangs up when its limit is reached; what it says about that is still to be read
        return _answer(line)


def _line() -> socket.socket:
    """A connection: to a unix socket (`/path`), or over TCP (`host:port`). Raises OSError."""
    address = settings.CLAMD_SOCKET
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        if not port.isdecimal():
            raise ConnectionError("CLAMD_SOCKET names no scanner")
        return socket.create_connection((host, int(port)), timeout=settings.CLAMD_TIMEOUT)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(settings.CLAMD_TIMEOUT)
    try:
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def _answer(line: socket.socket) -> str:
    """Up to the zero byte that ends it."""
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER and (more := line.recv(LONGEST_ANSWER)):
        answer += more
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
