"""Where one row lands: its wished day, then weekends, holidays, July and whole weeks. Pure (docs/adr/0003-schedule.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from accounts.danish import MONTHS, WEEKDAYS
from engagements.calendar import (
    add_months,
    add_working_days,
    each_day,
    holiday_name,
    is_weekend,
    month_end,
    soft_holiday,
    working_days_between,
)
from engagements.plan_items import Occurrences, by_days, first_day, last_day
from engagements.states import DEADLINE_KINDS, EVENT_KINDS, PERIOD_KINDS, Kind, Precision, Unit

PROPER_NAMES = {"Kristi himmelfartsdag"}
JULY = 7
FARTHEST = 120  # days searched for a free day; July and Christmas together are far less
# Nothing longer than a working week can avoid weekends, so only its first and last day are judged.
JUDGED_WHOLE = timedelta(days=4)
# How many months a whole period of this precision steps by, so that a quarter stays a quarter.
MONTH_STEPS = {
    Precision.MONTH: 1,
    Precision.MONTHS: 1,
    Precision.QUARTER: 3,
    Precision.SEASON: 3,
    Precision.YEAR: 12,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A row that wants to begin on `nominal`. `occurrences` give its shape; `floor` is the first day that the order allows."""

    kind: Kind
    precision: Precision
    occurrences: Occurrences
    nominal: date
    anchor_day: date | None = None
    weekday: int | None = None
    floor: date | None = None
    floor_subject: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    occurrences: Occurrences
    reasons: tuple[str, ...]
    moved: bool


def lag_date(day: date, offset: int, unit: Unit, plus_days: int = 0) -> date:
    """The day `offset` units and `plus_days` days after `day`."""
    if unit == Unit.DAYS:
        day += timedelta(days=offset)
    elif unit == Unit.WEEKS:
        day += timedelta(weeks=offset)
    elif unit == Unit.WORKING_DAYS:
        day = add_working_days(day, offset)
    else:
        day = add_months(day.replace(day=1) if unit == Unit.MONTH_START else day, offset)
    return day + timedelta(days=plus_days)


@lru_cache(maxsize=16384)
def obstacle(day: date) -> str | None:
    """Why nothing should be placed on `day`: July, weekend or holiday, as the user reads it; None on a free day."""
    if day.month == JULY:
        return "Juli"
    if is_weekend(day):
        return WEEKDAYS[day.weekday()].capitalize()
    return holiday_name(day)


def judged_days(occurrences: Occurrences) -> Iterator[date]:
    """The days that must be free: every day, but only both ends of a range that no working week can hold."""
    for start, end in occurrences:
        if end - start <= JUDGED_WHOLE:
            yield from each_day(start, end)
        else:
            yield start
            yield end


def first_obstacle(occurrences: Occurrences) -> str | None:
    """What is in the way of the row, as a clause for the user: "22. april er store bededag"; None when it stands free."""
    return next((_clause(day, name) for day in judged_days(occurrences) if (name := obstacle(day))), None)


def _clause(day: date, name: str) -> str:
    if name == "Juli":
        return name
    article = "en " if is_weekend(day) else ""
    return f"{day.day}. {MONTHS[day.month - 1]} er {article}{name if name in PROPER_NAMES else name[0].lower() + name[1:]}"


def translate(occurrences: Occurrences, start: date) -> Occurrences:
    """The same occurrences with the same spacing, the first one beginning on `start`."""
    delta = start - first_day(occurrences)
    return tuple((first + delta, last + delta) for first, last in occurrences) if delta else occurrences


def place(wish: Wish) -> Placed:
    """Where the row lands, and why it does not stand where it wished to."""
    if wish.kind in PERIOD_KINDS or not by_days(wish.precision):
        return _place_period(wish)
    candidate, reasons = wish.nominal, []
    pushed = wish.floor is not None and candidate < wish.floor
    if wish.floor and pushed:
        candidate = wish.floor
        reasons.append(_order_reason(wish))
    if wish.weekday and wish.kind in EVENT_KINDS and candidate.isoweekday() != wish.weekday:
        candidate += timedelta(days=(wish.weekday - candidate.isoweekday()) % 7)
        reasons.append(f"Begynder på en {WEEKDAYS[wish.weekday - 1]}")
    name = first_obstacle(translate(wish.occurrences, candidate))
    if name:
        candidate, reason = _avoid(replace(wish, nominal=candidate), name)
        reasons.append(reason)
    return Placed(translate(wish.occurrences, candidate), tuple(reasons), pushed or name is not None)


def _order_reason(wish: Wish) -> str:
    return f"Rækkefølge: lægges efter »{wish.floor_subject}«"


def _avoid(wish: Wish, name: str) -> tuple[date, str]:
    """A free day near `wish.nominal`, which is taken by `name`: before it for deadlines, after it for events."""
    earlier, later = _search(wish, -1), _search(wish, 1)
    if wish.floor and earlier and earlier < wish.floor:
        earlier = None
    if wish.kind in DEADLINE_KINDS:
        if earlier and _leaves_time(wish, earlier):
            return earlier, _reason(name, "forrige")
        if later:
            short = earlier and wish.anchor_day and wish.anchor_day < wish.nominal
            return later, _reason(name, "næste") + (", så tiden ikke bliver for kort" if short else "")
    elif later and not (earlier and _passes_anchor(wish, later)):
        return later, _reason(name, "næste")
    elif earlier:
        return earlier, _reason(name, "forrige")
    return wish.nominal, f"{name}: der er ingen ledig dag i nærheden"


def _free(occurrences: Occurrences) -> bool:
    return first_obstacle(occurrences) is None


def _free_and_quiet(occurrences: Occurrences) -> bool:
    return _free(occurrences) and not soft_days(occurrences)


def _search(wish: Wish, direction: int, free: Callable[[Occurrences], bool] = _free) -> date | None:
    """The nearest day in `direction` on which the whole row is free; an event with a wished weekday moves by whole weeks."""
    step = timedelta(days=direction * (7 if wish.weekday and wish.kind in EVENT_KINDS else 1))
    day = wish.nominal + step
    while abs(day - wish.nominal).days <= FARTHEST:
        if free(translate(wish.occurrences, day)):
            return day
        day += step
    return None


def _leaves_time(wish: Wish, earlier: date) -> bool:
    """Whether a deadline put forward still lies after its anchor and keeps more than half of the working days from it."""
    if wish.anchor_day is None or wish.nominal < wish.anchor_day:
        return True
    if earlier <= wish.anchor_day:
        return False
    return 2 * working_days_between(wish.anchor_day, earlier) > working_days_between(wish.anchor_day, wish.nominal)


def _passes_anchor(wish: Wish, later: date) -> bool:
    """Whether an event that belongs before its anchor would end up on or after it."""
    return wish.anchor_day is not None and wish.nominal < wish.anchor_day <= last_day(translate(wish.occurrences, later))


def _reason(name: str, where: str) -> str:
    if name == "Juli":
        return "Juli: flyttet til sidste arbejdsdag i juni" if where == "forrige" else "Juli: flyttet til første mulige arbejdsdag i august"
    return f"{name}: flyttet til {where} arbejdsdag"


def _place_period(wish: Wish) -> Placed:
    """Whole weeks begin on the first Monday from the wished day; whole months in the month it lies in, from the 16th in the next."""
    wished = _snap(wish, wish.nominal)
    if wish.floor and first_day(wished) < wish.floor:
        later = _snap(wish, wish.floor)
        while first_day(later) < wish.floor:  # rounding to months went backwards
            later = _snap(wish, add_months(first_day(later), MONTH_STEPS.get(wish.precision, 1)))
        return Placed(later, (_order_reason(wish),), True)
    return Placed(wished, (), False)


def _snap(wish: Wish, day: date) -> Occurrences:
    old = first_day(wish.occurrences)
    if wish.precision in MONTH_STEPS:
        step = MONTH_STEPS[wish.precision]
        months = _month_number(day) + (day.day > 15) - _month_number(old)
        return _add_whole_months(wish.occurrences, (2 * months + step) // (2 * step) * step)
    if wish.precision == Precision.PART_OF_MONTH:
        part = min((day.day - 1) // 10, 2)
        first = day.replace(day=1 + 10 * part)
        return ((first, month_end(day) if part == 2 else first + timedelta(days=9)),)
    if wish.precision in (Precision.WEEK, Precision.WEEKS):
        day += timedelta(days=-day.weekday() % 7)
    return translate(wish.occurrences, day)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month


def _add_whole_months(occurrences: Occurrences, count: int) -> Occurrences:
    return tuple(
        (add_months(first.replace(day=1), count), month_end(add_months(last.replace(day=1), count))) for first, last in occurrences
    )


def proposal(wish: Wish) -> Occurrences | None:
    """A better place for a row that the user puts on `wish.nominal`; None when that is a good day."""
    wanted = translate(wish.occurrences, wish.nominal)
    if wish.kind in PERIOD_KINDS or not by_days(wish.precision):
        return None
    if first_obstacle(wanted):
        better = place(wish).occurrences
        if better == wanted:
            return None
        return proposal(replace(wish, nominal=first_day(better))) or better
    if soft_days(wanted):
        near = [day for day in (_search(wish, -1, _free_and_quiet), _search(wish, 1, _free_and_quiet)) if day]
        return translate(wish.occurrences, min(near, key=lambda day: abs(day - wish.nominal))) if near else None
    return None


def soft_days(occurrences: Occurrences) -> tuple[date, ...]:
    """The single days and end points that lie in a week when many are away."""
    ends = sorted({day for occurrence in occurrences for day in occurrence})
    return tuple(day for day in ends if soft_holiday(day))
