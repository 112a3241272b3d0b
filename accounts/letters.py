"""How a mail looks on the wire: plain text, the same as simple HTML, and what goes with it."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from email.utils import formatdate, parseaddr
from functools import lru_cache
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import forbid_multi_line_headers
from django.template.loader import render_to_string

# A web address in a text, without the full stop or bracket that ends its sentence.
ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,:;!?)\]'»]")
LONGEST_SUBJECT = 300
LONGEST_LINE = 450  # signs; SMTP allows 998 bytes
LONGEST_PIECE = 45  # bytes: sixty signs of base64
# (text, address): a piece without an address is no link.
Piece = tuple[str, str]


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail: name, content, MIME type with its parameters."""

    name: str
    content: bytes
    mime: str


@dataclass(frozen=True)
class Message:
    """What a builder makes of a row: subject and plain text in Danish; the simple HTML is made from the text.

    An answer goes to `reply_to`, else to the address that somebody reads (settings.REPLY_TO_EMAIL).
    """

    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""


def one_line(subject: str) -> str:
    """A subject without line breaks (one in somebody's name makes no header), and no longer than a mail keeps."""
    return " ".join(subject.split())[:LONGEST_SUBJECT]


class Letter(EmailMultiAlternatives):
    """A mail that knows its own bytes. Django's way to them costs three times what a mail server takes to receive them."""

    def wire(self) -> bytes:
        """What goes over the line after DATA: text and HTML as UTF-8. Files, and lines longer than SMTP allows, take Django's way."""
        html = str(self.alternatives[0][0])
        if self.attachments or max(len(line) for line in (self.body + html).splitlines() or [""]) > LONGEST_LINE:
            sent: bytes = self.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
            return sent
        boundary = f"=_{uuid4().hex}"
        headers = {
            "From": _address(self.from_email),
            "To": ", ".join(_address(one) for one in self.to),
            "Reply-To": ", ".join(_address(one) for one in self.reply_to),
            "Subject": _words(str(self.subject)),
            "Date": formatdate(localtime=settings.EMAIL_USE_LOCALTIME),
            **self.extra_headers,
            "MIME-Version": "1.0",
            "Content-Type": f'multipart/alternative; boundary="{boundary}"',
        }
        parts = [f"{PART.format(kind)}{body}" for kind, body in (("plain", self.body), ("html", html))]
        lines = [
            *(f"{key}: {value}" for key, value in headers.items()),
            "",
            f"--{boundary}",
            f"\n--{boundary}\n".join(parts),
            f"--{boundary}--",
            "",
        ]
        return "\n".join(lines).replace("\r\n", "\n").replace("\n", "\r\n").encode()

    def envelope(self) -> tuple[str, list[str]]:
        """Sender and receivers as SMTP is told them: addresses without names."""
        return parseaddr(_address(self.from_email))[1], [parseaddr(_address(one))[1] for one in self.to]


PART = 'Content-Type: text/{}; charset="utf-8"\nMIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n\n'


@lru_cache(maxsize=1024)
def _address(address: str) -> str:
    """As it stands in a header, in ASCII; a line break in it is refused (ValueError)."""
    return str(forbid_multi_line_headers("To", address, "utf-8")[1])


def _words(subject: str) -> str:
    """A subject with Danish letters as RFC 2047 wants it: pieces of at most 75 signs, each on a line of its own."""
    if subject.isascii():
        return subject
    found, piece = [], ""
    for sign in subject:
        if len((piece + sign).encode()) > LONGEST_PIECE:
            found.append(piece)
            piece = ""
        piece += sign
    return "\n ".join(f"=?utf-8?b?{b64encode(one.encode()).decode()}?=" for one in [*found, piece])


def letter(message: Message, *, to: str, name: str) -> Letter:
    """The mail to one person; `name` (an id) stands in the Message-ID, so that a twin can be told from a new mail."""
    subject = one_line(message.subject)
    headers = {
        "Message-ID": f"<{name}@{urlsplit(settings.SITE_URL).hostname}>",
        "X-Taskforce-Outbox": name,
        "Auto-Submitted": "auto-generated",  # RFC 3834: no holiday answers, please
    }
    reply_to = [message.reply_to or settings.REPLY_TO_EMAIL]
    made = Letter(subject, message.text, to=[to], headers=headers, reply_to=reply_to)
    made.attach_alternative(as_html(subject, message.text), "text/html")
    for each in message.attachments:
        made.attach(each.name, each.content, each.mime)
    return made


def as_html(subject: str, text: str) -> str:
    """The plain text as a bare page: paragraphs, line breaks and links, everything escaped, nothing fetched from anywhere."""
    blocks = re.split(r"\n\s*\n", text.strip())
    paragraphs = [[pieces(line) for line in block.splitlines()] for block in blocks]
    return render_to_string("mails/mail.html", {"subject": subject, "paragraphs": paragraphs})


def pieces(line: str) -> list[Piece]:
    """A line cut into plain text and web addresses."""
    found: list[Piece] = []
    end = 0
    for match in ADDRESS.finditer(line):
        found += [(line[end : match.start()], ""), (match[0], match[0])]
        end = match.end()
    return [piece for piece in [*found, (line[end:], "")] if piece[0]]
