from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagements import calendar

DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "Nytårsdag"),
        (date(2026, 4, 2), "Skærtorsdag"),
        (date(2026, 4, 3), "Langfredag"),
        (date(2026, 4, 6), "Anden påskedag"),
        (date(2026, 5, 14), "Kristi himmelfartsdag"),
        (date(2026, 5, 25), "Anden pinsedag"),
        (date(2026, 12, 25), "Juledag"),
        (date(2026, 12, 26), "Anden juledag"),
        (date(2016, 4, 22), "Store bededag"),
        (date(2023, 5, 5), "Store bededag"),
        (date(2026, 12, 24), "Juleaftensdag"),
        (date(2026, 12, 31), "Nytårsaftensdag"),
        (date(2026, 6, 5), "Grundlovsdag"),
    ],
)
def test_holidays_and_shut_days_have_names(day, name):
    assert calendar.holiday_name(day) == name
    assert not calendar.is_working_day(day)


@pytest.mark.parametrize(
    "day",
    [
        date(2024, 4, 26),  # store bededag ended after 2023
        date(2026, 5, 1),
        date(2026, 5, 15),  # the Friday after Kristi himmelfart
        date(2026, 12, 23),
    ],
)
def test_working_days_that_are_often_taken_for_holidays(day):
    assert calendar.holiday_name(day) is None
    assert calendar.is_working_day(day)


def test_a_real_holiday_keeps_its_name_on_a_shut_day():
    assert calendar.holiday_name(date(2017, 6, 5)) != "Grundlovsdag"  # anden pinsedag that year


def test_weekends():
    assert [calendar.is_weekend(date(2026, 2, day)) for day in range(16, 23)] == [False] * 5 + [True] * 2


@pytest.mark.parametrize(
    ("year", "clashes"),
    [(2015, 5), (2016, 0), (2017, 4), (2018, 7)],
)
def test_the_dates_of_the_real_timetable_clash_in_every_year_but_its_own(year, clashes):
    days = [(2, 1), (2, 19), (2, 23), (3, 9), (4, 6), (4, 8), (4, 15), (4, 28), (5, 9), (5, 10), (5, 11)]
    days += [(5, 19), (6, 16), (6, 24), (6, 27), (6, 29), (8, 10)]
    assert sum(not calendar.is_working_day(date(year, month, day)) for month, day in days) == clashes


def test_next_and_previous_working_day_step_over_easter():
    assert calendar.next_working_day(date(2026, 4, 2)) == date(2026, 4, 7)
    assert calendar.previous_working_day(date(2026, 4, 6)) == date(2026, 4, 1)
    assert calendar.next_working_day(date(2026, 4, 7)) == date(2026, 4, 7)
    assert calendar.previous_working_day(date(2026, 4, 1)) == date(2026, 4, 1)


def test_the_lags_of_the_real_plan_in_working_days():
    assert calendar.add_working_days(date(2016, 2, 1), 14) == date(2016, 2, 19)
    assert calendar.add_working_days(date(2016, 2, 1), 16) == date(2016, 2, 23)
    assert calendar.add_working_days(date(2016, 2, 19), -14) == date(2016, 2, 1)
    assert calendar.add_working_days(date(2016, 2, 20), 0) == date(2016, 2, 20)
    assert calendar.working_days_between(date(2016, 6, 16), date(2016, 6, 24)) == 6
    assert calendar.working_days_between(date(2016, 6, 24), date(2016, 6, 16)) == -6


@given(DAYS, st.integers(1, 60))
def test_working_days_added_are_working_days_between(day, count):
    later = calendar.add_working_days(day, count)
    assert calendar.is_working_day(later)
    assert calendar.working_days_between(day, later) == count


def test_each_day():
    assert list(calendar.each_day(date(2026, 2, 27), date(2026, 3, 1))) == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]
    assert list(calendar.each_day(date(2026, 3, 1), date(2026, 2, 27))) == []


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 2, 9), "vinterferie"),  # uge 7
        (date(2026, 2, 22), "vinterferie"),  # Sunday of uge 8
        (date(2026, 2, 23), None),
        (date(2026, 6, 28), None),  # Sunday of uge 26
        (date(2026, 6, 29), "sommerferie"),
        (date(2026, 8, 2), "sommerferie"),  # Sunday of uge 31
        (date(2026, 8, 3), None),
        (date(2026, 10, 12), "efterårsferie"),
        (date(2026, 12, 21), None),
        (date(2026, 12, 22), "juleferie"),
        (date(2027, 1, 2), "juleferie"),
        (date(2027, 1, 3), None),
        (date(2026, 3, 29), None),  # palmesøndag
        (date(2026, 3, 30), "dagene op til påske"),
        (date(2026, 4, 1), "dagene op til påske"),
        (date(2026, 4, 2), None),  # skærtorsdag itself is a holiday
    ],
)
def test_soft_holidays(day, why):
    assert calendar.soft_holiday(day) == why


@pytest.mark.parametrize(
    "easter",
    [date(1999, 4, 4), date(2000, 4, 23), date(2008, 3, 23), date(2011, 4, 24), date(2016, 3, 27), date(2026, 4, 5), date(2038, 4, 25)],
)
def test_easter(easter):
    assert calendar.easter(easter.year) == easter


@given(st.integers(1990, 2099))
def test_easter_is_a_sunday_between_22_march_and_25_april(year):
    assert date(year, 3, 22) <= calendar.easter(year) <= date(year, 4, 25)
    assert calendar.easter(year).isoweekday() == 7


@pytest.mark.parametrize(("year", "weeks"), [(2015, 53), (2016, 52), (2020, 53), (2025, 52), (2026, 53), (2027, 52)])
def test_weeks_in_year(year, weeks):
    assert calendar.weeks_in_year(year) == weeks


def test_week_start_may_lie_in_december():
    assert calendar.week_start(2026, 1) == date(2025, 12, 29)
    assert calendar.week_start(2026, 53) == date(2026, 12, 28)


def test_week_53_of_a_short_year_is_refused():
    with pytest.raises(ValueError, match="week"):
        calendar.week_start(2027, 53)


def test_months_are_added_within_the_shorter_month():
    assert calendar.add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert calendar.add_months(date(2023, 12, 31), 2) == date(2024, 2, 29)
    assert calendar.add_months(date(2026, 1, 31), -2) == date(2025, 11, 30)
    assert calendar.add_months(date(2026, 3, 15), 24) == date(2028, 3, 15)


@given(DAYS)
def test_month_end_is_the_day_before_the_first_of_the_next(day):
    end = calendar.month_end(day)
    assert (end + timedelta(days=1)).day == 1
    assert (end.year, end.month) == (day.year, day.month)
