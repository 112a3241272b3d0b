"""The mail about one or many *beskeder*: short, from what is still true when it is sent, with one link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from django.conf import settings

from accounts.admission import why_not_admitted
from accounts.models import Notice, OutboxMail, User
from accounts.notices import KINDS, MAIL, Line, NoticeKind
from accounts.outbox import Message, register

MOST_LINES = 8  # in the body, blank ones not counted
CLOSING = "Venlig hilsen Task Force"
ALL_NOTICES = "/beskeder/"


# What a line says, with whom the recipient stands in for.
Said = tuple[User | None, Line]


def register_all() -> None:
    """Called once in AppConfig.ready."""
    register(MAIL, notices_mail, many=notices_mails, keep_text=True)


def notices_mail(mail: OutboxMail) -> Message | None:
    """The mail about its notices, or None when nothing is left to say."""
    return notices_mails([mail])[mail.pk]


def notices_mails(mails: Sequence[OutboxMail]) -> dict[UUID, Message | None]:
    """Everything that is still true of the notices of each mail, and that its recipient may still see."""
    recipients = _admitted({mail.recipient_id for mail in mails if mail.recipient_id})
    own = Notice.objects.filter(mail__in=mails, recipient__in=recipients, withdrawn_at__isnull=True)
    notices = list(own.select_related("on_behalf_of", "scope").order_by("created_at", "pk"))
    for notice in notices:
        notice.recipient = recipients[notice.recipient_id]  # one object each, so that roles are read once
    said: defaultdict[UUID | None, list[Said]] = defaultdict(list)
    for key, kind in KINDS.items():
        for notice, line in _lines(kind, [notice for notice in notices if notice.kind == key]):
            said[notice.mail_id].append((notice.on_behalf_of, line))
    return {mail.pk: message_of(recipients[mail.recipient_id], said[mail.pk]) if said[mail.pk] else None for mail in mails}


def _admitted(ids: set[int]) -> dict[int | None, User]:
    """Those of them who are let in today, by id."""
    found = User.objects.active().filter(pk__in=ids).with_rights()
    return {user.pk: user for user in found if not why_not_admitted(user)}


def _lines(kind: NoticeKind, notices: list[Notice]) -> Iterable[tuple[Notice, Line]]:
    """What is still true: all at once where the kind can, else mail by mail and absent person by absent person."""
    if kind.describe_many:
        return kind.describe_many(notices) if notices else []
    together = defaultdict(list)
    for notice in notices:
        together[notice.mail_id, notice.on_behalf_of_id].append(notice)
    return [(group[0], line) for group in together.values() if (seen := _seen(group)) for line in kind.describe(seen)]


def _seen(notices: list[Notice]) -> list[Notice]:
    """Those that their recipient may still see."""
    seen = set(Notice.objects.visible_to(notices[0].recipient).filter(pk__in=[one.pk for one in notices]).values_list("pk", flat=True))
    return [notice for notice in notices if notice.pk in seen]


def message_of(recipient: User, found: list[Said]) -> Message:
    """One sentence makes the mail itself; of several each is a line, and the subject is the first one's with the number of the rest."""
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
    return lines[0].subject + ("" if not others else " og 1 besked mere" if others == 1 else f" og {others} beskeder mere")


def _listed(lines: list[Line], most: int) -> list[str]:
    """A line for each, or for the first ones and the number of the rest; at most `most`."""
    if len(lines) <= most:
        return [f"• {line.text}" for line in lines]
    shown = [f"• {line.text}" for line in lines[: most - 1]]
    return [*shown, f"… og {len(lines) - len(shown)} mere, se Beskeder"]


def _link(lines: list[Line]) -> str:
    """The page that all of it is about, else *Beskeder*."""
    pages = {line.url for line in lines}
    return settings.SITE_URL + (pages.pop() if len(pages) == 1 else ALL_NOTICES)


def _for(absent: User | None, line: Line) -> Line:
    return replace(line, text=f"{line.text} (for {absent.full_name})") if absent else line
