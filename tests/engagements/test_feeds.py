"""Calendar links: who gets which dates, what a moved date looks like, and that nobody else reads them."""

import io
import logging
import re
from datetime import date, timedelta

import pytest
import vobject
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import barring
from accounts.models import AuditEntry, Membership
from accounts.refusal import Refused
from accounts.states import Role
from engagements import feeds
from engagements.actions import changes, delegating, lifecycle, milestones, moving
from engagements.actions import feeds as actions
from engagements.models import CalendarFeed, TeamMember
from engagements.states import EngagementState, Kind, Party, Precision, Purpose
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]
NOTE = "Plantet note"


@pytest.fixture
def _frozen(time_machine):
    time_machine.move_to("2026-03-02 12:00 +0100")


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant, starts_on=date(2026, 3, 2))


@pytest.fixture
def elsewhere():
    """An engagement of other people in another municipality, with a date."""
    made = factories.engagement(factories.person(Role.CONSULTANT), of="Aabenraa", starts_on=date(2026, 3, 2))
    factories.milestone(made, on=date(2026, 3, 20), subject="Plantet milepæl")
    return made


def made_for(person, of=None) -> CalendarFeed:
    return actions.make(engagement=of, by=person)


def path_of(feed: CalendarFeed) -> str:
    return feeds.address_of(feed).removeprefix("http://localhost")


def fetched(feed: CalendarFeed, **headers):
    """The answer to a calendar: without cookies, and with nobody logged in."""
    return Client().get(path_of(feed), headers=headers)


def events(feed: CalendarFeed) -> list:
    """The events of the feed as an independent parser sees them."""
    response = fetched(feed)
    assert response.status_code == 200
    return vobject.readOne(response.content.decode()).contents.get("vevent", [])


def summaries(feed: CalendarFeed) -> list[str]:
    return [event.summary.value for event in events(feed)]


def move(milestone, day: date, by) -> None:
    moving.move(
        milestone=milestone, occurrences=((day, day),), precision=Precision.DAY, source_text="", with_followers=True, reason=NOTE, by=by,
        plan_number=milestone.engagement.plan_number,
    )  # fmt: skip
    milestone.refresh_from_db()


# Who gets what


def test_the_coordinator_gets_the_dates_of_the_municipality(coordinator, consultant, engagement, elsewhere):
    factories.milestone(engagement, on=date(2026, 3, 19), purpose=Purpose.CASES_DUE, expected_count=20)
    factories.milestone(engagement)
    feed = made_for(coordinator)
    assert summaries(feed) == ["Uge 12: Indsend 20 sager – Hedensted Kommune"]
    text = fetched(feed).content.decode()
    assert "X-WR-CALNAME:Task Force\r\n" in text and "Aabenraa" not in text and "Plantet" not in text


def test_a_consultant_gets_those_of_the_own_teams_not_of_all_municipalities(consultant, engagement, elsewhere):
    factories.milestone(engagement, on=date(2026, 3, 19), subject="Vores")
    feed = made_for(consultant)
    assert summaries(feed) == ["Uge 12: Vores – Hedensted Kommune"]
    member = TeamMember.objects.create(engagement=elsewhere, user=consultant, role=Role.CONSULTANT)
    assert len(summaries(feed)) == 2
    TeamMember.objects.filter(pk=member.pk).update(valid_from="2026-01-01", valid_to="2026-03-01")
    assert summaries(feed) == ["Uge 12: Vores – Hedensted Kommune"]


def test_one_engagement_alone(consultant, engagement):
    other = factories.engagement(consultant, of="Skive", starts_on=date(2026, 3, 2))
    for one, subject in ((engagement, "Her"), (other, "Dér")):
        factories.milestone(one, on=date(2026, 3, 19), subject=subject)
    feed = made_for(consultant, other)
    assert summaries(feed) == ["Uge 12: Dér – Skive Kommune"]
    assert vobject.readOne(fetched(feed).content.decode()).x_wr_calname.value == f"Task Force: {other}"


def test_an_employee_gets_the_tasks_that_were_delegated_and_nothing_else(coordinator, consultant, engagement):
    emil = factories.person(Role.EMPLOYEE)
    factories.milestone(engagement, on=date(2026, 3, 18), subject="Ikke for Emil")
    task = factories.milestone(engagement, on=date(2026, 3, 19), subject="Til Emil")
    feed = made_for(emil)
    assert events(feed) == []
    delegating.delegate(milestone=task, to=emil, by=coordinator)
    (event,) = events(feed)
    assert (event.summary.value, event.url.value) == ("Uge 12: Til Emil – Hedensted Kommune", f"http://localhost/opgave/{task.pk}/")
    assert hasattr(event, "valarm")
    # The coordinator still sees it, but whose it is no longer rings for them
    rings = {event.summary.value: hasattr(event, "valarm") for event in events(made_for(coordinator))}
    assert rings == {"Uge 12: Ikke for Emil – Hedensted Kommune": True, "Uge 12: Til Emil – Hedensted Kommune": False}
    factories.conflict(emil)
    assert events(feed) == []


def test_nothing_in_it_is_sensitive(coordinator, consultant, engagement):
    milestone = factories.milestone(engagement, on=date(2026, 3, 19), note=NOTE, place=NOTE, source_text=NOTE)
    move(milestone, date(2026, 3, 25), consultant)
    milestones.meet(milestone=milestone, on=date(2026, 3, 2), reason=NOTE, by=consultant)
    text = fetched(made_for(coordinator)).content.decode().replace("\r\n ", "")
    assert milestone.subject in text
    for secret in ("Plantet", coordinator.full_name, coordinator.email, consultant.full_name):
        assert secret not in text


def test_a_dropped_date_and_an_aborted_engagement_are_gone(coordinator, consultant, engagement):
    kept = factories.milestone(engagement, on=date(2026, 3, 19), subject="Bliver")
    dropped = factories.milestone(engagement, on=date(2026, 3, 20), subject="Bortfalder")
    feed = made_for(coordinator)
    milestones.drop(milestone=dropped, reason="Ikke aktuelt", by=consultant)
    assert summaries(feed) == [f"Uge 12: {kept.subject} – Hedensted Kommune"]
    lifecycle.move(engagement, to=EngagementState.ABORTED, by=consultant, reason="Stoppet")
    assert summaries(feed) == []


def test_an_engagement_that_is_over_keeps_its_past(coordinator, consultant, engagement):
    factories.milestone(engagement, on=date(2026, 3, 1), subject="Holdt")
    lifecycle.move(engagement, to=EngagementState.COMPLETED, by=consultant, reason="Slut")
    assert len(summaries(made_for(coordinator))) == 1


@pytest.mark.parametrize(
    ("fields", "rings"),
    [
        ({}, True),
        ({"party": Party.BOTH}, True),
        ({"party": Party.TASK_FORCE}, False),
        ({"kind": Kind.MEETING}, False),
        ({"optional": True}, False),
    ],
)
def test_own_deadlines_ring(coordinator, engagement, fields, rings):
    factories.milestone(engagement, on=date(2026, 3, 19), **fields)
    assert [hasattr(event, "valarm") for event in events(made_for(coordinator))] == [rings]


def test_what_is_met_or_paused_rings_no_more(coordinator, consultant, engagement):
    milestone = factories.milestone(engagement, on=date(2026, 3, 19))
    factories.milestone(engagement, on=date(2026, 3, 20))
    feed = made_for(coordinator)
    milestones.meet(milestone=milestone, on=date(2026, 3, 2), reason="Modtaget", by=consultant)
    assert [hasattr(event, "valarm") for event in events(feed)] == [False, True]
    lifecycle.move(engagement, to=EngagementState.PAUSED, by=consultant, reason="Pause")
    assert [hasattr(event, "valarm") for event in events(feed)] == [False, False]


# What changes


def test_a_moved_date_keeps_its_name_and_gets_a_higher_number_and_an_undo_a_higher_still(coordinator, consultant, engagement):
    milestone = factories.milestone(engagement, on=date(2026, 3, 19))
    feed = made_for(coordinator)
    first = events(feed)[0]
    move(milestone, date(2026, 3, 26), consultant)
    second = events(feed)[0]
    changes.undo(change_set=changes.last_accepted(engagement), by=consultant)
    third = events(feed)[0]
    assert first.uid.value == second.uid.value == third.uid.value
    assert [event.dtstart.value.day for event in (first, second, third)] == [19, 26, 19]
    assert int(first.sequence.value) < int(second.sequence.value) < int(third.sequence.value)


def test_when_it_was_last_changed_is_when_its_plan_was(coordinator, consultant, engagement, time_machine):
    milestone = factories.milestone(engagement, on=date(2026, 3, 19))
    other = factories.milestone(engagement, on=date(2026, 3, 20))
    feed = made_for(coordinator)
    for moment, act in (
        ("2026-03-03 08:00Z", lambda: move(milestone, date(2026, 3, 18), consultant)),
        ("2026-03-04 08:00Z", lambda: changes.undo(change_set=changes.last_accepted(engagement), by=consultant)),
    ):
        time_machine.move_to(moment, tick=False)
        act()
        moved, stood = events(feed)
        assert moved.last_modified.value == moved.dtstamp.value == timezone.now()
        assert stood.last_modified.value.date() == date(2026, 3, 2) and other.pk


# The answer


def test_the_answer_is_a_calendar_for_one_person_and_is_not_sent_twice(coordinator, consultant, engagement):
    milestone = factories.milestone(engagement, on=date(2026, 3, 19))
    feed = made_for(coordinator)
    first = fetched(feed)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert first["Cache-Control"] == "private, no-cache"
    assert re.fullmatch(r'"[0-9a-f]{32}"', first["ETag"])
    assert not first.cookies
    again = fetched(feed, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    move(milestone, date(2026, 3, 26), consultant)
    third = fetched(feed, **{"If-None-Match": first["ETag"]})
    assert third.status_code == 200 and third["ETag"] != first["ETag"]


def test_time_alone_changes_nothing(coordinator, engagement, time_machine):
    factories.milestone(engagement, on=date(2026, 3, 19))
    feed = made_for(coordinator)
    tag = fetched(feed)["ETag"]
    time_machine.move_to("2026-06-01 12:00 +0200")
    assert fetched(feed)["ETag"] == tag


def test_it_is_read_only_and_heads_are_cheap(coordinator, engagement):
    path = path_of(made_for(coordinator))
    assert Client().post(path).status_code == 405
    assert Client().head(path).content == b""


def test_somebody_who_is_logged_in_gets_it_too(log_in, coordinator, engagement):
    factories.milestone(engagement, on=date(2026, 3, 19))
    assert log_in(coordinator).get(path_of(made_for(coordinator))).status_code == 200


def barred(person, feed):
    barring.bar(person=person, reason="Væk", by=factories.person(Role.ADMIN))


def without_role(person, feed):
    Membership.objects.filter(user=person).update(valid_to=timezone.localdate() - timedelta(days=1))


def revoked(person, feed):
    actions.revoke(feed=feed, by=person)


def renewed(person, feed):
    actions.renew(feed=feed, by=person)


@pytest.mark.parametrize("happens", [barred, without_role, revoked, renewed])
def test_a_link_that_is_over_answers_like_one_that_never_was(coordinator, engagement, happens):
    feed = made_for(coordinator)
    assert fetched(feed).status_code == 200
    happens(coordinator, feed)
    over, never = fetched(feed), Client().get("/kalender/findes-ikke.ics")
    assert over.status_code == never.status_code == 404
    assert over.text == never.text
    assert over.headers == never.headers


def test_another_number_needs_another_signature(coordinator, consultant):
    mine, other = path_of(made_for(coordinator)), path_of(made_for(consultant))
    number, signature = mine.removeprefix("/kalender/").split(".")[0], other.split(".")[1]
    for token in (f"{number}.{signature}", number, f"{number}.", "", "x.y", str(CalendarFeed.objects.first().pk)):
        assert Client().get(f"/kalender/{token}.ics").status_code == 404


def test_the_link_of_one_engagement_dies_with_the_place_on_it(coordinator, consultant, engagement):
    jurist = factories.person(Role.LEGAL_REVIEWER)
    TeamMember.objects.create(engagement=engagement, user=jurist, role=Role.LEGAL_REVIEWER)
    feed = made_for(jurist, engagement)
    everything = made_for(jurist)
    factories.milestone(engagement, on=date(2026, 3, 19))
    assert len(summaries(feed)) == len(summaries(everything)) == 1
    TeamMember.objects.filter(user=jurist).update(valid_from="2026-01-01", valid_to="2026-03-01")
    assert fetched(feed).status_code == 404
    assert summaries(everything) == []


def test_inhabil_takes_the_municipality_out_at_once(coordinator, consultant, engagement):
    factories.milestone(engagement, on=date(2026, 3, 19))
    feed, one = made_for(consultant), made_for(consultant, engagement)
    assert len(summaries(feed)) == 1
    factories.conflict(consultant)
    assert summaries(feed) == []
    assert fetched(one).status_code == 404


def test_the_secret_is_in_no_line_of_the_log(coordinator, engagement, monkeypatch):
    stream = io.StringIO()
    (handler,) = [one for one in logging.getLogger().handlers if getattr(one.formatter, "processors", None)]
    monkeypatch.setattr(handler, "stream", stream)
    feed = made_for(coordinator)
    path = path_of(feed)
    assert fetched(feed).status_code == 200
    revoked(coordinator, feed)
    assert fetched(feed).status_code == 404
    Client().get("/konto/kalender/")
    text = stream.getvalue()
    assert text.count("GET /kalender/…") == 4 and "Not Found: /kalender/…" in text and "/konto/kalender/" in text
    assert str(feed.pk) not in text and path.split(".")[1] not in text


def test_the_number_of_queries_does_not_grow(coordinator, consultant, engagement):
    feed, found, there = made_for(coordinator), set(), 0
    for size in (1, 3, 30):
        factories.many_milestones(engagement, size - there)
        there = size
        with CaptureQueriesContext(connection) as seen:
            assert len(events(feed)) == size
        found.add(len(seen))
    assert len(found) == 1 and max(found) <= 14


# The page


def test_a_link_is_made_shown_and_renewed(log_in, coordinator, engagement):
    client = log_in(coordinator)
    made = client.post("/konto/kalender/", {"engagement": "all"}, follow=True)
    feed = CalendarFeed.objects.get()
    assert "Linket er klar." in made.text and "Alle mine forløb</h3>" in made.text
    assert f'readonly value="{feeds.address_of(feed)}"' in made.text
    renewed_page = client.post(f"/konto/kalender/{feed.pk}/nyt/", follow=True)
    newest = CalendarFeed.objects.standing().get()
    assert newest != feed and feeds.address_of(newest) in renewed_page.text and feeds.address_of(feed) not in renewed_page.text
    gone = client.post(f"/konto/kalender/{newest.pk}/spaer/", follow=True)
    assert "Linket er spærret." in gone.text and "readonly" not in gone.text
    assert [entry.verb for entry in AuditEntry.objects.filter(verb__startswith="calendar").order_by("pk")] == [
        "calendar.make", "calendar.renew", "calendar.revoke",
    ]  # fmt: skip
    assert not any(
        feeds.address_of(one).split(".")[-2] in str(entry.changes) for one in (feed, newest) for entry in AuditEntry.objects.all()
    )


def test_only_what_concerns_one_and_has_no_link_yet_is_offered(log_in, coordinator, engagement, elsewhere):
    client = log_in(coordinator)
    made_for(coordinator)
    text = client.get("/konto/kalender/").text
    assert f'<option value="{engagement.pk}">' in text and 'value="all"' not in text and "Aabenraa" not in text
    for choice in ("all", str(elsewhere.pk), "x", ""):
        response = client.post("/konto/kalender/", {"engagement": choice})
        assert response.status_code == 422
        assert ("Vælg »Hvad skal kalenderen vise?«." if choice == "" else "Vælg noget, som du ikke har et link til endnu.") in response.text
    made_for(coordinator, engagement)
    assert "<select" not in client.get("/konto/kalender/").text


def test_the_action_looks_again(coordinator, elsewhere, engagement):
    with pytest.raises(Refused, match="ikke længere et af dine"):
        made_for(coordinator, elsewhere)
    made_for(coordinator, engagement)
    with pytest.raises(Refused, match="Du har allerede et link til »Hedensted Kommune"):
        made_for(coordinator, engagement)


@pytest.mark.parametrize("verb", ["spaer", "nyt"])
def test_the_link_of_somebody_else_is_like_one_that_does_not_exist(log_in, coordinator, stranger, verb):
    feed = made_for(coordinator)
    client = log_in(stranger)
    assert client.post(f"/konto/kalender/{feed.pk}/{verb}/").status_code == 404
    assert feeds.address_of(feed) not in client.get("/konto/kalender/").text
    actions.revoke(feed=feed, by=coordinator)
    assert log_in(coordinator).post(f"/konto/kalender/{feed.pk}/{verb}/").status_code == 404
    with pytest.raises(Refused, match="allerede spærret"):
        actions.renew(feed=feed, by=coordinator)
    assert CalendarFeed.objects.count() == 1
