"""iCalendar: the dates of a milestone as events. One builder for the feeds and for the mails of meetings, so that both say the same.

What an event may hold: the task, the municipality, who owes it, where and when, and a link that asks for log-in. Nothing else
(docs/adr/0013-calendars.md). All times are deterministic: the same plan gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Alarm, Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vRecur, vText

from accounts.danish import week_range
from engagements.calendar import ONE_DAY, add_working_days
from engagements.models import Meeting, Milestone
from engagements.states import MeetingState
from engagements.task_words import verb_of

PRODUCT = "-//Social- og Boligstyrelsen//Task Force//DA"
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
REFRESH = timedelta(hours=4)  # how often a calendar may ask again
LONGEST_EVENT = 14  # days; a longer period would lie over everything else, so it is two markers: where it begins and where it ends
ALARM_AT = time(9)  # local time, one working day before the due day


def uid_of(milestone: Milestone, number: int, marker: str = "") -> str:
    """The name of an event for all time: its milestone, the number of its occurrence (from 1), the host."""
    parts = ["milepael", str(milestone.pk), str(number), *([marker] if marker else [])]
    return f"{'-'.join(parts)}@{urlsplit(settings.SITE_URL).hostname}"


def sequence_of(milestone: Milestone, meeting: Meeting | None = None) -> int:
    """Only ever grows: the plan's number when the milestone last changed, and how often its meeting did."""
    return milestone.revision + (meeting.sequence if meeting else 0)


def events_of(
    milestone: Milestone, *, changed_at: datetime, meeting: Meeting | None = None, alarm: bool = False, url: str = ""
) -> list[Event]:
    """An event for each occurrence; of a long period one where it begins and one where it ends (the due day keeps the plain UID).

    The alarm belongs to the last day of the last occurrence, which is the due day. Reads engagement, municipality and purposes.
    """
    found = []
    for number, (first, last) in enumerate(milestone.occurrences, 1):
        if (last - first).days >= LONGEST_EVENT:
            found.append(_event(milestone, number, first, first, changed_at=changed_at, marker="begynder", url=url))
            one = _event(milestone, number, last, last, changed_at=changed_at, marker="slutter", url=url)
        else:
            one = event_of(milestone, number, changed_at=changed_at, meeting=meeting, url=url)
        if alarm and number == len(milestone.occurrences):
            one.add_component(_alarm(last, str(one["SUMMARY"])))
        found.append(one)
    return found


def event_of(milestone: Milestone, number: int, *, changed_at: datetime, meeting: Meeting | None = None, url: str = "") -> Event:
    """The occurrence with this number (from 1): the whole of its days, or from–to on each of them when its meeting has been called.

    `changed_at` becomes DTSTAMP and LAST-MODIFIED; `url` is the path of the page, the milestone's own unless told.
    """
    first, last = milestone.occurrences[number - 1]
    return _event(milestone, number, first, last, changed_at=changed_at, meeting=meeting, url=url)


def calendar_of(events: Iterable[Event], *, name: str = "", method: str = "PUBLISH") -> Calendar:
    """The events in a calendar with its `name`, with the time zone when one of them has a time of day."""
    made = Calendar()
    made.add("PRODID", PRODUCT)
    made.add("VERSION", "2.0")
    made.add("CALSCALE", "GREGORIAN")
    made.add("METHOD", method)
    if name:
        made.add("X-WR-CALNAME", vText(name))  # the library escapes only what it knows
        made.add("X-WR-TIMEZONE", COPENHAGEN.key)
        made.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
        made.add("X-PUBLISHED-TTL", f"PT{int(REFRESH.total_seconds() // 3600)}H")
    found = list(events)
    if any(isinstance(event.decoded("DTSTART"), datetime) for event in found):
        made.add_component(_time_zone())
    for event in found:
        made.add_component(event)
    return made


def _event(
    milestone: Milestone,
    number: int,
    first: date,
    last: date,
    *,
    changed_at: datetime,
    meeting: Meeting | None = None,
    marker: str = "",
    url: str = "",
) -> Event:
    url = f"{settings.SITE_URL}{url or milestone.get_absolute_url()}"
    made = Event()
    made.add("UID", uid_of(milestone, number, marker if marker == "begynder" else ""))
    made.add("SEQUENCE", sequence_of(milestone, meeting))
    made.add("DTSTAMP", changed_at.astimezone(UTC).replace(microsecond=0))
    made.add("LAST-MODIFIED", changed_at.astimezone(UTC).replace(microsecond=0))
    made.add("SUMMARY", _summary(milestone, first, last, marker))
    made.add("DESCRIPTION", f"Hvem: {milestone.get_party_display()}\n{url}")
    made.add("URL", url)
    if meeting is not None and meeting.state == MeetingState.INVITED and milestone.is_exact:
        _set_times(made, meeting, first, last)
    else:
        made.add("DTSTART", first)
        made.add("DTEND", last + ONE_DAY)
        made.add("TRANSP", "TRANSPARENT")
    return made


def _summary(milestone: Milestone, first: date, last: date, marker: str) -> str:
    """Uge 8: Indsend 20 sager – Hedensted Kommune"""
    weeks = week_range(first, last)
    task = f"{verb_of(milestone)} ({', '.join(filter(None, [marker, 'evt.' if milestone.optional else '']))})"
    return f"{weeks[:1].upper()}{weeks[1:]}: {task.removesuffix(' ()')} – {milestone.engagement.municipality.display_name}"


def _set_times(event: Event, meeting: Meeting, first: date, last: date) -> None:
    """From–to, every day from the first to the last."""
    event.add("DTSTART", datetime.combine(first, meeting.starts_at, COPENHAGEN))
    event.add("DTEND", datetime.combine(first, meeting.ends_at, COPENHAGEN))
    if last > first:
        event.add("RRULE", vRecur(FREQ="DAILY", COUNT=(last - first).days + 1))
    event.add("TRANSP", "OPAQUE")
    if meeting.place:
        event.add("LOCATION", meeting.place)


def _alarm(due: date, text: str) -> Alarm:
    """At a moment, not a number of hours before: that would be an hour wrong over a change of the clock."""
    at = datetime.combine(add_working_days(due, -1), ALARM_AT, COPENHAGEN)
    made = Alarm()
    made.add("ACTION", "DISPLAY")
    made.add("DESCRIPTION", text)
    made.add("TRIGGER", at.astimezone(UTC), parameters={"VALUE": "DATE-TIME"})
    return made


def _time_zone() -> Timezone:
    """Danish time as a rule, for all years since 1996."""
    zone = Timezone()
    zone.add("TZID", COPENHAGEN.key)
    for part, name, month, before, after in (
        (TimezoneStandard(), "CET", 10, timedelta(hours=2), timedelta(hours=1)),
        (TimezoneDaylight(), "CEST", 3, timedelta(hours=1), timedelta(hours=2)),
    ):
        part.add("DTSTART", datetime(1996, month, 27 if month == 10 else 31, 1) + before)
        part.add("TZNAME", name)
        part.add("TZOFFSETFROM", before)
        part.add("TZOFFSETTO", after)
        part.add("RRULE", vRecur(FREQ="YEARLY", BYMONTH=month, BYDAY="-1SU"))
        zone.add_component(part)
    return zone
