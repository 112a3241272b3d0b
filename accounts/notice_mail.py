"""The mail about one or many *beskeder*: short, from what is still true when it is sent, with one link."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings

from accounts.admission import why_not_admitted
from accounts.models import Notice, OutboxMail, User
from accounts.notices import KINDS, MAIL, Line
from accounts.outbox import Message, register

MOST_LINES = 8  # in the body, blank ones not counted
CLOSING = "Venlig hilsen Task Force"
ALL_NOTICES = "/beskeder/"


def register_all() -> None:
    """Called once in AppConfig.ready."""
    register(MAIL, notices_mail, keep_text=True)


def notices_mail(mail: OutboxMail) -> Message | None:
    """Everything that is still true of the notices of the mail, and that the person may still see; nothing for one who is not let in."""
    recipient = mail.recipient
    if recipient is None or why_not_admitted(recipient):
        return None
    notices = list(mail.notices.visible_to(recipient).select_related("on_behalf_of", "scope").order_by("created_at", "pk"))
    for notice in notices:
        notice.recipient = recipient  # one object, so that its roles are read once
    return message_of(recipient, list(lines_of(notices)))


def lines_of(notices: list[Notice]) -> Iterable[tuple[User | None, Line]]:
    """What each kind says of its own, in the order in which the kinds were registered; with whom the recipient stands in for."""
    for key, kind in KINDS.items():
        own = [notice for notice in notices if notice.kind == key]
        for absent in dict.fromkeys(notice.on_behalf_of for notice in own):
            for line in kind.describe([notice for notice in own if notice.on_behalf_of == absent]):
                yield absent, line


def message_of(recipient: User, found: list[tuple[User | None, Line]]) -> Message | None:
    """One sentence makes the mail itself; of several each is a line, and the subject is the first one's with the number of the rest."""
    if not found:
        return None
    absents = {absent for absent, _ in found}
    above = [f"Hej {recipient.get_short_name()}"]
    if len(absents) == 1 and (absent := found[0][0]):
        above.append(f"Du får mailen som stedfortræder for {absent.full_name}.")
    elif len(absents) > 1:
        found = [(absent, _for(absent, line)) for absent, line in found]
    lines = [line for _, line in found]
    body = [lines[0].text] if len(lines) == 1 else _listed(lines, MOST_LINES - len(above) - 2)
    text = "\n\n".join(["\n".join(above), "\n".join(body), _link(lines), CLOSING])
    return Message(_subject(lines), text)


def _subject(lines: list[Line]) -> str:
    others = len(lines) - 1
    return lines[0].subject + ("" if not others else " og 1 anden" if others == 1 else f" og {others} andre")


def _listed(lines: list[Line], most: int) -> list[str]:
    """A line for each, or for the first ones and the number of the rest; at most `most`."""
    if len(lines) <= most:
        return [f"• {line.text}" for line in lines]
    shown = [f"• {line.text}" for line in lines[: most - 1]]
    return [*shown, f"… og {len(lines) - len(shown)} andre, se dem i Beskeder"]


def _link(lines: list[Line]) -> str:
    """The page that all of it is about, else *Beskeder*."""
    pages = {line.url for line in lines}
    return settings.SITE_URL + (pages.pop() if len(pages) == 1 else ALL_NOTICES)


def _for(absent: User | None, line: Line) -> Line:
    return replace(line, text=f"{line.text} (for {absent.full_name})") if absent else line
