"""A mail server on loopback that remembers what it was given, and that can be slow, moody, or away."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd writes every word of a talk
# What the server answers instead of its usual words, by the address; "cut" hangs up, "hang" says nothing for a long time.
Mood = Callable[[str], str]


def content(address: str) -> str:
    return ""


class Sink:
    """`delay` seconds pass between taking a mail and saying so. `at_rcpt` and `at_data` are moods."""

    def __init__(self, *, delay: float = 0.0) -> None:
        self.delay = delay
        self.given: list[Message] = []
        self.at_rcpt: Mood = content
        self.at_data: Mood = content
        self.talks = 0  # connections that were greeted
        self.over = threading.Event()

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]) -> list[str]:
        self.talks += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        answer = await self._in_mood(self.at_rcpt(address), server)
        if not answer:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mood = self.at_data(envelope.rcpt_tos[0])
        if not mood[:1].isdigit():
            self.given.append(message_from_bytes(envelope.content))
        await asyncio.sleep(self.delay)
        return await self._in_mood(mood, server) or "250 OK"

    async def _in_mood(self, mood: str, server: SMTP) -> str:
        if mood == "cut":
            server.transport.abort()
        elif mood == "hang":
            while not self.over.is_set():
                await asyncio.sleep(0.02)
        return mood if mood[:1].isdigit() else ""

    def names(self) -> list[str]:
        """The Message-IDs of everything that was given, twins included."""
        return [message["Message-ID"] for message in self.given]


class _OnAnyPort(Controller):
    """Learns the port that the system picked."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class MailServer:
    """Listens on a port that the system picks at the first start, and on the same one after that."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.port = 0
        self._running: Controller | None = None

    def start(self) -> None:
        self._running = _OnAnyPort(self.sink, hostname="127.0.0.1", port=self.port)
        self._running.start()
        self.port = self._running.port

    def stop(self) -> None:
        """Cut off whoever is talking, and refuse everybody else."""
        if self._running is not None:
            self._running.stop()
            self._running = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"
