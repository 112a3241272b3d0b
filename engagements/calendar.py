"""Danish calendar facts, computed: ISO weeks, holidays, working days, soft weeks. Pure: no database, no clock.

Sources: docs/adr/0004-calendar.md. Store bededag was a holiday until 2023; Grundlovsdag and 24 and 31 December
are no public holidays but offices are shut, so they are not working days here.
"""

from __future__ import annotations

import calendar as _calendar
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

import holidays as _holidays

ONE_DAY = timedelta(days=1)
# Uge 7 og 8 er vinterferie, 27-31 sommerferie, 42 efterårsferie.
SOFT_WEEKS = {7: "vinterferie", 8: "vinterferie", 42: "efterårsferie"} | dict.fromkeys(range(27, 32), "sommerferie")
SHUT_DAYS = {(12, 24): "Juleaftensdag", (12, 31): "Nytårsaftensdag", (6, 5): "Grundlovsdag"}


@lru_cache(maxsize=256)
def public_holidays(year: int) -> dict[date, str]:
    """Name of each day in `year` on which offices are shut: public holidays and the shut days."""
    days = dict(_holidays.country_holidays("DK", years=year, language="da").items())
    for (month, day), name in SHUT_DAYS.items():
        days.setdefault(date(year, month, day), name)
    return days


def holiday_name(day: date) -> str | None:
    """Name of the holiday (or shut day) that `day` is, else None."""
    return public_holidays(day.year).get(day)


def is_weekend(day: date) -> bool:
    return day.isoweekday() >= 6


def is_working_day(day: date) -> bool:
    return not is_weekend(day) and holiday_name(day) is None


def next_working_day(day: date) -> date:
    """`day` itself when it is a working day, else the first one after it."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


def previous_working_day(day: date) -> date:
    """`day` itself when it is a working day, else the last one before it."""
    while not is_working_day(day):
        day -= ONE_DAY
    return day


def add_working_days(day: date, count: int) -> date:
    """The day `count` working days after `day` (before, when negative); `day` itself is not counted."""
    step = ONE_DAY if count > 0 else -ONE_DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(day) for day in each_day(start + ONE_DAY, end))


def each_day(start: date, end: date) -> Iterator[date]:
    """Every day from `start` to `end`, both included."""
    while start <= end:
        yield start
        start += ONE_DAY


def soft_holiday(day: date) -> str | None:
    """Why many are away on `day` although it is no holiday (school holidays, Christmas, the days before Easter), else None."""
    if (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 2):
        return "juleferie"
    if 1 <= (easter(day.year) - day).days - 3 <= 3:  # mandag, tirsdag og onsdag før skærtorsdag
        return "dagene op til påske"
    return SOFT_WEEKS.get(day.isocalendar().week)


@lru_cache(maxsize=256)
def easter(year: int) -> date:
    """Easter Sunday (påskedag)."""
    return next(day for day, name in public_holidays(year).items() if "Påskedag" in name.split(", "))


def weeks_in_year(year: int) -> int:
    """52 or 53: 28 December always lies in the year's last ISO week."""
    return date(year, 12, 28).isocalendar().week


def week_start(year: int, week: int) -> date:
    """Monday of the ISO week; ValueError when the year has no such week. Uge 1 kan begynde i december."""
    return date.fromisocalendar(year, week, 1)


def add_months(day: date, count: int) -> date:
    """Same day of the month `count` months later, or the month's last day when it is shorter."""
    month = day.year * 12 + day.month - 1 + count
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, _calendar.monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """Last day of the month that `day` lies in."""
    return day.replace(day=_calendar.monthrange(day.year, day.month)[1])
