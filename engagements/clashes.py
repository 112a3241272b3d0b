"""What to say about a plan's dates: poor days, broken order, events on the same day. Pure (docs/adr/0003-schedule.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from accounts.danish import short_date, week
from engagements.calendar import each_day, holiday_name, is_weekend, soft_holiday
from engagements.ordering import Pair, purpose_pairs
from engagements.placing import JULY, soft_days
from engagements.plan_items import Occurrences, PlanItem, Remark, by_days, first_day, last_day
from engagements.states import EVENT_KINDS, PERIOD_KINDS, WarningCode

Dates = Mapping[str, Occurrences]


def remarks(items: Sequence[PlanItem]) -> dict[str, list[Remark]]:
    """What the edit page says about each open row: weekend, holiday, soft week, order. Rows without remarks are left out."""
    rows = {item.key: item for item in items if not item.dropped}
    dates = {key: item.occurrences for key, item in rows.items()}
    found = {key: day_remarks(item, item.occurrences) for key, item in rows.items() if not item.locked}
    for earlier, later in purpose_pairs(list(rows.values())):
        if swapped(rows[earlier], rows[later], dates):
            key = later if later in found else earlier
            if key in found:
                found[key].append((WarningCode.ORDER, order_sentence(rows[key], rows[earlier], rows[later], dates)))
    return {key: texts for key, texts in found.items() if texts}


def day_remarks(item: PlanItem, occurrences: Occurrences) -> list[Remark]:
    """Weekend, holiday and soft week of a row that is a matter of days; weeks and longer are not judged.

    A soft week is said once, and not of a day that is no working day anyway.
    """
    if not by_days(item.precision):
        return []
    working = [day for day in soft_days(occurrences) if not is_weekend(day) and not holiday_name(day)]
    once_a_week = {week(day): day for day in reversed(working)}.values()
    return [*_taken_days(occurrences), *((WarningCode.SOFT_HOLIDAY, _soft_sentence(day)) for day in sorted(once_a_week))]


def _taken_days(occurrences: Occurrences) -> Iterator[Remark]:
    for start, end in occurrences:
        for day in each_day(start, end):
            if is_weekend(day):
                yield WarningCode.WEEKEND, f"{short_date(day)} ligger i en weekend"
            elif name := holiday_name(day):
                yield WarningCode.HOLIDAY, f"{short_date(day)} er en fridag: {name}"


def _soft_sentence(day: date) -> str:
    return f"{short_date(day)} ligger i {week(day)}, hvor mange holder fri ({soft_holiday(day)})"


def swapped(earlier: PlanItem, later: PlanItem, dates: Dates) -> bool:
    """Whether `later` begins before `earlier` is over (before it begins, when one of them is a period)."""
    first, second = dates[earlier.key], dates[later.key]
    if not first or not second:
        return False
    bound = last_day(first) if _single_days(earlier) and _single_days(later) else first_day(first)
    return first_day(second) < bound


def _single_days(item: PlanItem) -> bool:
    return by_days(item.precision) and item.kind not in PERIOD_KINDS


def order_sentence(item: PlanItem, earlier: PlanItem, later: PlanItem, dates: Dates) -> str:
    """The broken order of two rows, told from the side of `item`, which is one of them."""
    if item.key == later.key:
        return f"Ligger før »{earlier.subject}« ({span(dates[earlier.key])}), som skal komme først"
    return f"Ligger efter »{later.subject}« ({span(dates[later.key])}), som skal komme bagefter"


def span(occurrences: Occurrences) -> str:
    """09.05.2016–11.05.2016, or one date"""
    first, last = first_day(occurrences), last_day(occurrences)
    return short_date(first) if first == last else f"{short_date(first)}–{short_date(last)}"


def clashes(item: PlanItem, rows: Mapping[str, PlanItem], pairs: Sequence[Pair], old: Dates, new: Dates) -> tuple[str, ...]:
    """What speaks against `item` standing on its `new` dates. `pairs` of a block count only when the shift broke them."""
    found = [text for _, text in day_remarks(item, new[item.key])]
    if by_days(item.precision) and not soft_days(new[item.key]) and any(day.month == JULY for days in new[item.key] for day in days):
        found.append("Ligger i juli, hvor planen ellers holder fri")
    always = purpose_pairs(list(rows.values()))
    for pair in dict.fromkeys((*always, *pairs)):
        earlier, later = rows[pair[0]], rows[pair[1]]
        if item.key in pair and swapped(earlier, later, new) and (pair in always or not swapped(earlier, later, old)):
            found.append(order_sentence(item, earlier, later, new))
    return (*found, *_same_days(item, rows, new))


def _same_days(item: PlanItem, rows: Mapping[str, PlanItem], dates: Dates) -> Iterator[str]:
    if not _is_event(item):
        return
    days = _days(dates[item.key])
    for other in rows.values():
        if other.key != item.key and _is_event(other) and not other.locked and days & _days(dates[other.key]):
            yield f"Falder sammen med »{other.subject}« ({span(dates[other.key])})"


def _is_event(item: PlanItem) -> bool:
    return item.kind in EVENT_KINDS and by_days(item.precision)


def _days(occurrences: Occurrences) -> set[date]:
    return {day for start, end in occurrences for day in each_day(start, end)}
