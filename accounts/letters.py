"""How a mail looks on the wire: plain text, the same as simple HTML, and what goes with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

# A web address in a text, without the full stop or bracket that ends its sentence.
ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,:;!?)\]'»]")
LONGEST_SUBJECT = 300
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


def letter(message: Message, *, to: str, name: str) -> EmailMultiAlternatives:
    """The mail to one person; `name` (an id) stands in the Message-ID, so that a twin can be told from a new mail."""
    subject = one_line(message.subject)
    headers = {
        "Message-ID": f"<{name}@{urlsplit(settings.SITE_URL).hostname}>",
        "X-Taskforce-Outbox": name,
        "Auto-Submitted": "auto-generated",  # RFC 3834: no holiday answers, please
    }
    reply_to = [message.reply_to or settings.REPLY_TO_EMAIL]
    made = EmailMultiAlternatives(subject, message.text, to=[to], headers=headers, reply_to=reply_to)
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
