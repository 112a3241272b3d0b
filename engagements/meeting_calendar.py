"""The calendar files of a meeting's mails: one for each occurrence, because a file with a METHOD is about one event (RFC 5546)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from icalendar import Event, vCalAddress, vText

from accounts.models import User
from accounts.outbox import Attachment
from engagements.calendar_events import calendar_of, event_of, sequence_of, uid_of
from engagements.models import Meeting

REQUEST, CANCEL = "REQUEST", "CANCEL"


def files_of(meeting: Meeting, *, to: User, organizer: User, told: int, is_off: bool, changed_at: datetime) -> tuple[Attachment, ...]:
    """An invitation, a new version of it or a cancellation of every occurrence, for one recipient alone.

    `told` is how many occurrences the recipient knows of: those that are gone are called off, also when the meeting itself stands.
    """
    days = len(meeting.milestone.occurrences)
    events = [(CANCEL if is_off else REQUEST, number) for number in range(1, days + 1)]
    events += [(CANCEL, number) for number in range(days + 1, told + 1)]
    found = []
    for method, event in _events(meeting, events, changed_at):
        event["ORGANIZER"] = _address(organizer)
        event.add("STATUS", "CANCELLED" if method == CANCEL else "CONFIRMED")
        _invite(event, to, method, meeting.link)
        found.append((method, event))
    many = len(found) > 1
    return tuple(
        Attachment(
            name=f"moede-{number}.ics" if many else "moede.ics",
            content=calendar_of([event], method=method).to_ical(),
            mime=f"text/calendar; method={method}; charset=utf-8",
        )
        for number, (method, event) in enumerate(found, 1)
    )


def _events(meeting: Meeting, wanted: list[tuple[str, int]], changed_at: datetime) -> Iterator[tuple[str, Event]]:
    """Each wanted event; one whose day is gone is found by its name and number; calendars want a day all the same."""
    milestone = meeting.milestone
    for method, number in wanted:
        if number <= len(milestone.occurrences):
            yield method, event_of(milestone, number, changed_at=changed_at, meeting=meeting)
        else:
            gone = Event()
            gone.add("UID", uid_of(milestone, number))
            gone.add("SEQUENCE", sequence_of(milestone, meeting))
            gone.add("DTSTAMP", changed_at)
            gone.add("DTSTART", milestone.ends_on or changed_at.date())
            gone.add("SUMMARY", milestone.subject)
            yield method, gone


def _invite(event: Event, to: User, method: str, link: str) -> None:
    """Address it to its one recipient, who alone gets the link; a cancellation says no more than what is off."""
    if event.get("DESCRIPTION") and method == CANCEL:
        del event["DESCRIPTION"]
    attendee = _address(to)
    if method == REQUEST and link:
        event["LOCATION"] = vText(f"{event['LOCATION']}, {link}" if "LOCATION" in event else link)
    if method == REQUEST:
        attendee.params["ROLE"] = "REQ-PARTICIPANT"
        attendee.params["PARTSTAT"] = "NEEDS-ACTION"
        attendee.params["RSVP"] = "FALSE"
    event.add("ATTENDEE", attendee, encode=False)


def _address(user: User) -> vCalAddress:
    address = vCalAddress(f"mailto:{user.email}")
    address.params["CN"] = user.full_name
    return address
