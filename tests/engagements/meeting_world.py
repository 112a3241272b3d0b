"""A meeting as the tests of it need one: a kick-off in Hedensted, and who may come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from email.message import Message
from typing import Any

import vobject
from django.core import mail as sent

from accounts import outbox
from accounts.models import OutboxMail, User
from engagements.actions import changes, meeting, moving
from engagements.actions.meeting import Details
from engagements.meetings import KIND
from engagements.models import ChangeSet, Engagement, Meeting, Milestone
from engagements.states import Kind, Party, Precision
from tests import factories

LINK = "https://video.example.dk/rum/7"


def event_in(engagement: Engagement, by: User, *, on: date | None, until: date | None = None, **fields: Any) -> Milestone:
    """A milestone that people can be invited to."""
    values = {"subject": "Opstartsmøde", "kind": Kind.MEETING, "party": Party.BOTH, **fields}
    return factories.milestone(engagement, on=on, until=until, by=by, **values)


def details(users: Sequence[User], **fields: Any) -> Details:
    values: dict[str, Any] = {
        "starts_at": time(9),
        "ends_at": time(11, 30),
        "place": "Rådhuset, lokale 2",
        "link": LINK,
        "others": "",
        **fields,
    }
    return Details(users=users, **values)


def invited(milestone: Milestone, by: User, users: Sequence[User], **fields: Any) -> Meeting:
    """A meeting with its invitations in the outbox."""
    made = meeting.save(milestone=milestone, details=details(users, **fields), by=by)
    meeting.invite(milestone=milestone, by=by)
    return Meeting.objects.get(pk=made.pk)


def move(milestone: Milestone, by: User, *days: tuple[date, date], precision: Precision = Precision.DAY) -> ChangeSet:
    """Move the milestone alone, as a person does it."""
    fresh = Milestone.objects.get(pk=milestone.pk)
    return moving.move(
        milestone=fresh,
        occurrences=days,
        precision=precision,
        source_text="",
        with_followers=False,
        reason="",
        by=by,
        plan_number=fresh.engagement.plan_number,
    )


def undo(change_set: ChangeSet, by: User) -> None:
    changes.undo(change_set=change_set, by=by)


def deliver() -> list[Any]:
    """Send what is due; returns the mails, in the order of the recipients' addresses."""
    sent.outbox.clear()
    while outbox.send_next():
        pass
    return sorted(sent.outbox, key=lambda mail: mail.to)


def files(mail: Any) -> list[tuple[str, Any]]:
    """The calendar files of a mail as it stands on the wire: (method of the MIME part, what vobject reads)."""
    parts: list[Message] = [part for part in mail.message().walk() if part.get_content_type() == "text/calendar"]
    return [(str(part.get_param("method")), vobject.readOne(part.get_payload(decode=True).decode())) for part in parts]


def waiting() -> list[OutboxMail]:
    return list(OutboxMail.objects.filter(kind=KIND, state__in=["waiting", "held"]).order_by("to_email"))


def sequences(mails: Sequence[Any]) -> dict[str, int]:
    """UID → SEQUENCE of all events in the mails."""
    return {cal.vevent.uid.value: int(cal.vevent.sequence.value) for mail in mails for _, cal in files(mail)}


def to(mails: Sequence[Any], person: User) -> Any:
    """The one mail to the person."""
    [found] = [mail for mail in mails if mail.to == [person.email]]
    return found
