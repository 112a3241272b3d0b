"""The dates of a milestone as events, read by a parser that is not the one that wrote them."""

from datetime import UTC, date, datetime, time

import pytest
import vobject

from engagements import calendar_events
from engagements.models import Meeting, Milestone
from engagements.states import Kind, MeetingState, Precision, Purpose
from tests import factories

pytestmark = pytest.mark.django_db
CHANGED = datetime(2026, 1, 5, 10, 30, 15, 999, tzinfo=UTC)


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant, starts_on=date(2026, 1, 5))


def text_of(milestone: Milestone, **more) -> bytes:
    return calendar_events.calendar_of(calendar_events.events_of(milestone, changed_at=CHANGED, **more), name="Task Force").to_ical()


def read(milestone: Milestone, **more) -> list:
    """The events as the independent parser sees them."""
    calendar = vobject.readOne(text_of(milestone, **more).decode())
    return calendar.contents.get("vevent", [])


def called(milestone: Milestone, by, **fields) -> Meeting:
    values = {"starts_at": time(9), "ends_at": time(12), "place": "Rådhuset, lokale 2; stuen", "state": MeetingState.INVITED}
    return Meeting.objects.create(milestone=milestone, created_by=by, **(values | fields))


def test_a_day_is_the_whole_of_it_and_says_what_where_and_who(engagement, settings):
    settings.SITE_URL = "https://taskforce.example"
    milestone = factories.milestone(engagement, on=date(2026, 2, 19), purpose=Purpose.CASES_DUE, expected_count=20, note="Plantet note")
    (event,) = read(milestone)
    url = f"https://taskforce.example/forloeb/{engagement.pk}/milepaele/{milestone.pk}/"
    assert event.summary.value == "Uge 8: Indsend 20 sager – Hedensted Kommune"
    assert (event.dtstart.value, event.dtend.value) == (date(2026, 2, 19), date(2026, 2, 20))
    assert event.dtstart.params.get("VALUE") == ["DATE"] == event.dtend.params.get("VALUE")
    assert event.uid.value == f"milepael-{milestone.pk}-1@taskforce.example"
    assert int(event.sequence.value) == milestone.revision > 0
    assert event.transp.value == "TRANSPARENT"
    assert event.description.value == f"Hvem: Kommunen\n{url}"
    assert event.url.value == url
    assert event.dtstamp.value == event.last_modified.value == datetime(2026, 1, 5, 10, 30, 15, tzinfo=UTC)
    assert set(event.contents) == {
        "uid", "sequence", "dtstamp", "last-modified", "summary", "description", "url", "dtstart", "dtend", "transp",
    }  # fmt: skip
    assert "Plantet" not in text_of(milestone).decode()


def test_every_occurrence_has_an_event_with_a_name_of_its_own(engagement):
    days = [[date(2026, 5, 4), date(2026, 5, 5)], [date(2026, 6, 1), date(2026, 6, 1)], [date(2026, 12, 28), date(2027, 1, 3)]]
    events = read(factories.milestone(engagement, on=days[0][0], occurrences=days, subject="Interviews", kind=Kind.INTERVIEW))
    assert [event.uid.value.split("@")[0].rsplit("-", 1)[1] for event in events] == ["1", "2", "3"]
    assert [(event.dtstart.value, event.dtend.value) for event in events] == [
        (date(2026, 5, 4), date(2026, 5, 6)),
        (date(2026, 6, 1), date(2026, 6, 2)),
        (date(2026, 12, 28), date(2027, 1, 4)),
    ]
    assert [event.summary.value.split(":")[0] for event in events] == ["Uge 19", "Uge 23", "Uge 53"]


@pytest.mark.parametrize(("last", "number"), [(date(2026, 3, 15), 1), (date(2026, 3, 16), 2)])
def test_a_period_of_up_to_fourteen_days_is_one_event_and_a_longer_one_two_markers(engagement, last, number):
    milestone = factories.milestone(engagement, on=date(2026, 3, 2), until=last, subject="Udvikling", kind=Kind.PERIOD)
    events = read(milestone)
    assert len(events) == number
    if number == 2:
        begins, ends = events
        assert (begins.summary.value, ends.summary.value) == (
            "Uge 10: Udvikling (begynder) – Hedensted Kommune",
            "Uge 12: Udvikling (slutter) – Hedensted Kommune",
        )
        assert (begins.dtstart.value, begins.dtend.value, ends.dtstart.value) == (date(2026, 3, 2), date(2026, 3, 3), last)
        # The due day keeps the plain name, so that a period that grows keeps it too
        assert ends.uid.value.startswith(f"milepael-{milestone.pk}-1@") and begins.uid.value.startswith(
            f"milepael-{milestone.pk}-1-begynder@"
        )


def test_what_is_optional_says_so(engagement):
    milestone = factories.milestone(engagement, on=date(2026, 3, 2), subject="Oplæg", optional=True)
    assert read(milestone)[0].summary.value == "Uge 10: Oplæg (evt.) – Hedensted Kommune"


@pytest.mark.parametrize(
    ("due", "rings"),
    [
        (date(2026, 2, 19), datetime(2026, 2, 18, 8, tzinfo=UTC)),
        (date(2026, 2, 23), datetime(2026, 2, 20, 8, tzinfo=UTC)),  # Monday: on Friday
        (date(2026, 3, 30), datetime(2026, 3, 27, 8, tzinfo=UTC)),  # the clock goes forward on the Sunday between
        (date(2026, 3, 31), datetime(2026, 3, 30, 7, tzinfo=UTC)),
        (date(2026, 10, 26), datetime(2026, 10, 23, 7, tzinfo=UTC)),  # and back
        (date(2026, 10, 27), datetime(2026, 10, 26, 8, tzinfo=UTC)),
        (date(2026, 4, 7), datetime(2026, 4, 1, 7, tzinfo=UTC)),  # over Easter
    ],
)
def test_the_alarm_rings_one_working_day_before_at_nine_danish_time(engagement, due, rings):
    (event,) = read(factories.milestone(engagement, on=due), alarm=True)
    assert event.valarm.trigger.value == rings
    assert event.valarm.action.value == "DISPLAY"


def test_the_alarm_belongs_to_the_due_day(engagement):
    days = [[date(2026, 5, 4), date(2026, 5, 4)], [date(2026, 6, 1), date(2026, 6, 30)]]
    events = read(factories.milestone(engagement, on=days[0][0], occurrences=days), alarm=True)
    assert [hasattr(event, "valarm") for event in events] == [False, False, True]
    assert events[2].valarm.trigger.value == datetime(2026, 6, 29, 7, tzinfo=UTC)
    assert not any(hasattr(event, "valarm") for event in read(factories.milestone(engagement, on=date(2026, 5, 4))))


@pytest.mark.parametrize(
    ("day", "starts"), [(date(2026, 3, 27), 8), (date(2026, 3, 30), 7), (date(2026, 10, 23), 7), (date(2026, 10, 26), 8)]
)
def test_a_called_meeting_has_its_time_in_summer_and_in_winter(engagement, consultant, day, starts):
    milestone = factories.milestone(engagement, on=day, kind=Kind.MEETING)
    meeting = called(milestone, consultant, sequence=3, link="https://moede.example/hemmelig", others="Plantet person")
    text = text_of(milestone, meeting=meeting).decode()
    (event,) = read(milestone, meeting=meeting)
    assert event.dtstart.value.astimezone(UTC) == datetime.combine(day, time(starts), UTC)
    assert event.dtend.value.astimezone(UTC) == datetime.combine(day, time(starts + 3), UTC)
    assert "DTSTART;TZID=Europe/Copenhagen:" in text and text.count("BEGIN:VTIMEZONE") == 1
    assert int(event.sequence.value) == milestone.revision + 3
    assert (event.transp.value, event.location.value) == ("OPAQUE", "Rådhuset, lokale 2; stuen")
    assert "hemmelig" not in text and "Plantet" not in text


def test_a_meeting_of_several_days_is_held_at_the_same_time_on_each(engagement, consultant):
    milestone = factories.milestone(engagement, on=date(2026, 3, 28), until=date(2026, 3, 30), kind=Kind.SEMINAR)
    (event,) = read(milestone, meeting=called(milestone, consultant))
    assert [moment.astimezone(UTC).hour for moment in event.rruleset] == [8, 7, 7]


@pytest.mark.parametrize("state", [MeetingState.DRAFT, MeetingState.CANCELLED])
def test_a_meeting_that_is_not_called_has_no_time_yet(engagement, consultant, state):
    milestone = factories.milestone(engagement, on=date(2026, 3, 27), kind=Kind.MEETING)
    text = text_of(milestone, meeting=called(milestone, consultant, state=state)).decode()
    assert "DTSTART;VALUE=DATE:20260327" in text
    assert "VTIMEZONE" not in text and "Rådhuset" not in text


def test_a_meeting_in_a_week_has_no_time_of_day(engagement, consultant):
    milestone = factories.milestone(engagement, on=date(2026, 3, 23), until=date(2026, 3, 29), precision=Precision.WEEK, kind=Kind.MEETING)
    assert read(milestone, meeting=called(milestone, consultant))[0].dtstart.value == date(2026, 3, 23)


def test_long_lines_are_folded_between_letters(engagement):
    subject = "Æble, ørred; å\\vand " * 12
    milestone = factories.milestone(engagement, on=date(2026, 2, 19), subject=subject.strip())
    text = text_of(milestone)
    lines = text.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert all(line.decode("utf-8") is not None for line in lines)
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert read(milestone)[0].summary.value == f"Uge 8: {subject.strip()} – Hedensted Kommune"


def test_the_same_plan_gives_the_same_bytes(engagement):
    milestone = factories.milestone(engagement, on=date(2026, 2, 19))
    assert text_of(milestone, alarm=True) == text_of(Milestone.objects.get(pk=milestone.pk), alarm=True)


def test_the_calendar_names_itself_and_says_how_often_to_ask(engagement):
    text = text_of(factories.milestone(engagement)).decode()
    for line in (
        "VERSION:2.0",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Task Force",
        "REFRESH-INTERVAL;VALUE=DURATION:PT4H",
        "X-PUBLISHED-TTL:PT4H",
    ):
        assert f"{line}\r\n" in text
    assert "BEGIN:VEVENT" not in text
