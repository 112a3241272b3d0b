"""The ladder: which reminder on which day, counted in dates and working days. Pure."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from engagements.calendar import is_working_day
from engagements.ladder import HORIZON, LADDERS, STEPS, Audience, Facts, Wanted, at_eight, true_of, wanted
from engagements.states import DEADLINE_KINDS, EVENT_KINDS, PERIOD_KINDS, Kind

OWER, GUEST, LEAD, LEADER = 1, 2, 3, 4
PEOPLE = {
    Audience.OWING: frozenset({OWER}),
    Audience.TAKING_PART: frozenset({OWER, GUEST, LEAD}),
    Audience.LEAD: frozenset({LEAD}),
    Audience.LEADERS: frozenset({LEADER}),
}
LONG_AGO = date(2015, 1, 1)


def facts(first: date, last: date | None = None, kind: Kind = Kind.DEADLINE, **fields) -> Facts:
    values = {"is_open": True, "optional": False, "dated_on": LONG_AGO, **fields}
    return Facts(kind=kind, starts_on=first, ends_on=last or first, **values)


def days(of: Facts, holders=PEOPLE) -> list[tuple[str, str, int]]:
    """(step, day, recipient) of everything that is true of the milestone, in order."""
    found = sorted(true_of(of, holders), key=lambda one: (one.day, one.step, one.recipient))
    return [(one.step, one.day.isoformat(), one.recipient) for one in found]


def test_every_kind_has_a_ladder_and_every_step_a_name_of_its_own():
    assert set(LADDERS) == set(Kind) == DEADLINE_KINDS | EVENT_KINDS | PERIOD_KINDS
    assert {step for steps in LADDERS.values() for step in steps} == set(STEPS.values())


@pytest.mark.parametrize("kind", sorted(DEADLINE_KINDS))
def test_a_deadline_is_chased_before_on_and_after_its_day(kind):
    assert days(facts(date(2026, 3, 16), kind=kind)) == [
        ("before-14", "2026-02-24", OWER),
        ("before-7", "2026-03-05", OWER),
        ("before-1", "2026-03-13", OWER),
        ("on-day", "2026-03-16", OWER),
        ("after-2", "2026-03-18", OWER),
        ("after-5", "2026-03-23", OWER),
        ("lead-7", "2026-03-25", LEAD),
        ("leaders-10", "2026-03-30", LEADER),
    ]


def test_the_municipal_leaders_hear_nothing_where_the_municipality_does_not_owe():
    holders = PEOPLE | {Audience.LEADERS: frozenset()}
    assert [step for step, _, _ in days(facts(date(2026, 3, 16)), holders)][-1] == "lead-7"


@pytest.mark.parametrize("kind", sorted(EVENT_KINDS))
def test_an_event_is_told_to_both_parties_before_its_first_day_and_asked_about_after_its_last(kind):
    assert days(facts(date(2026, 3, 16), date(2026, 3, 18), kind=kind)) == [
        *[("first-7", "2026-03-05", person) for person in (OWER, GUEST, LEAD)],
        *[("first-1", "2026-03-13", person) for person in (OWER, GUEST, LEAD)],
        ("held-2", "2026-03-20", LEAD),
    ]


@pytest.mark.parametrize("kind", sorted(PERIOD_KINDS))
def test_a_period_is_told_before_its_end_alone(kind):
    assert days(facts(date(2026, 1, 5), date(2026, 3, 16), kind=kind)) == [("before-7", "2026-03-05", OWER)]


@pytest.mark.parametrize(
    "of",
    [
        facts(date(2026, 3, 16), optional=True),
        facts(date(2026, 3, 16), kind=Kind.MEETING, optional=True),
        facts(date(2026, 3, 16), is_open=False),
        facts(date(2026, 3, 16), dated_on=date(2026, 3, 17)),
        Facts(Kind.DEADLINE, is_open=True, optional=False, starts_on=None, ends_on=None, dated_on=LONG_AGO),
    ],
    ids=["optional", "optional meeting", "met", "set after it was due", "no date"],
)
def test_some_milestones_are_never_reminded_of(of):
    assert days(of) == []


def test_a_date_set_on_its_own_day_is_reminded_of():
    assert days(facts(date(2026, 3, 16), dated_on=date(2026, 3, 16)))[3] == ("on-day", "2026-03-16", OWER)


def test_days_of_a_pause_are_left_out_up_to_and_including_its_last():
    paused = facts(date(2026, 3, 16), paused_until=date(2026, 3, 16))
    assert [step for step, _, _ in days(paused)] == ["after-2", "after-5", "lead-7", "leaders-10"]


def test_only_steps_from_today_to_the_horizon_are_made():
    on = date(2026, 3, 16)
    assert {one.step for one in wanted(facts(on), PEOPLE, date(2026, 3, 13))} == {
        "before-1", "on-day", "after-2", "after-5", "lead-7", "leaders-10",
    }  # fmt: skip
    first = date(2026, 2, 24)
    assert wanted(facts(on), PEOPLE, first - HORIZON - timedelta(days=1)) == set()
    assert wanted(facts(on), PEOPLE, first - HORIZON) == {Wanted(on, "before-14", OWER, first)}


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30), date(2026, 10, 24), date(2026, 10, 25)])
def test_it_is_eight_o_clock_in_denmark_whichever_way_the_clock_is_turned(day):
    moment = at_eight(day)
    assert (moment.astimezone(ZoneInfo("Europe/Copenhagen")).hour, moment.date()) == (8, day)
    summer = date(2026, 3, 29) <= day < date(2026, 10, 25)
    assert moment.astimezone(ZoneInfo("UTC")).hour == (6 if summer else 7)


@pytest.mark.parametrize(
    ("due", "step", "day"),
    [
        (date(2026, 3, 29), "on-day", "2026-03-29"),  # a Sunday of 23 hours
        (date(2026, 3, 30), "before-1", "2026-03-27"),
        (date(2026, 10, 26), "before-1", "2026-10-23"),
        (date(2028, 2, 29), "on-day", "2028-02-29"),
        (date(2028, 3, 1), "before-1", "2028-02-29"),
        (date(2028, 2, 28), "after-2", "2028-03-01"),
        (date(2027, 1, 4), "before-1", "2026-12-30"),  # week 53 of 2026, without 31 December and New Year's Day
        (date(2026, 12, 28), "after-5", "2027-01-06"),
        (date(2026, 4, 7), "before-1", "2026-04-01"),  # over Easter
        (date(2026, 12, 28), "before-1", "2026-12-23"),
    ],
)
def test_days_are_counted_in_dates_over_clock_changes_leap_days_and_holidays(due, step, day):
    found = {name: on for name, on, _ in days(facts(due))}
    assert found[step] == day


def test_every_step_but_the_day_itself_lies_on_a_working_day():
    for offset in range(0, 730, 3):
        due = date(2026, 1, 1) + timedelta(days=offset)
        steps = {one.step: one.day for one in true_of(facts(due), PEOPLE)}
        assert steps.pop("on-day") == due
        assert all(is_working_day(day) for day in steps.values()), due
