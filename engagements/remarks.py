"""What looks wrong in a timetable, row by row, by fixed formulas. Pure.

Weekends and holidays are judged for days and day ranges; weeks and longer are periods, which are judged for overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.danish import join, plain_date, week, week_range
from engagements import calendar
from engagements.expressions import Expression, Period, write
from engagements.states import DAY_PRECISIONS, Phase, Precision, WarningCode

PERIODS = set(Precision) - DAY_PRECISIONS - {Precision.OPEN, Precision.UNKNOWN}
LONGEST_RANGE = timedelta(days=366)  # a longer range of days holds every weekend and holiday anyway
NAMED_DAYS = 5


@dataclass(frozen=True)
class Remark:
    code: WarningCode
    message: str


@dataclass(frozen=True)
class Dated:
    """What the formulas look at."""

    expression: Expression
    phase: Phase
    bundled: bool

    @property
    def start(self) -> date | None:
        return self.expression.occurrences[0][0] if self.expression.occurrences else None


def remarks(rows: list[Dated], year: int) -> list[tuple[Remark, ...]]:
    """The remarks on each row, in the order of the codes; `year` is the one given or inferred."""
    found: list[tuple[Remark, ...]] = []
    first_of_phase: dict[Phase, int] = {}
    last_of_phase: dict[Phase, int] = {}
    latest: int | None = None  # the row above that has a date
    for index, row in enumerate(rows):
        above = last_of_phase.get(row.phase)
        if above is None and latest is not None:
            above = first_of_phase[rows[latest].phase]
        before = rows[index - 1] if index else None
        found.append(tuple(_row_remarks(row, rows[above] if above is not None else None, before, year, is_first=latest is None)))
        if row.start:
            first_of_phase.setdefault(row.phase, index)
            last_of_phase[row.phase] = latest = index
    return found


def _row_remarks(row: Dated, above: Dated | None, before: Dated | None, year: int, *, is_first: bool) -> Iterator[Remark]:
    expression = row.expression
    if not expression.understood:
        yield Remark(WarningCode.NOT_UNDERSTOOD, " ".join(expression.notes) if expression.source_text else "Der mangler en dato.")
    if expression.precision in DAY_PRECISIONS:
        yield from _day_remarks(expression.occurrences)
    out_of_order = bool(row.start and above and above.start and row.start < above.start)
    if out_of_order and above:
        yield Remark(WarningCode.ORDER, f"Begynder før {_named(above, row.phase)}.")
    if before and (shared := _shared_weeks(before, row)):
        yield Remark(WarningCode.OVERLAP, f"Overlapper rækken over i {week_range(*shared)}.")
    yield from _year_remarks(row, above if out_of_order else None, year, is_first=is_first)
    if row.bundled:
        yield Remark(WarningCode.BUNDLED, "Rækken rummer flere begivenheder. Overvej at dele den.")


def _named(above: Dated, phase: Phase) -> str:
    which = "rækken over i samme fase" if above.phase == phase else f"fasen {above.phase.label}"
    return f"{which} ({write(above.expression.occurrences, above.expression.precision)})"


def _year_remarks(row: Dated, violated: Dated | None, year: int, *, is_first: bool) -> Iterator[Remark]:
    """A written year does not fit the order of the rows, the year given, or the weekday beside it."""
    expression, start = row.expression, row.start
    if expression.mismatch:
        yield Remark(WarningCode.YEAR_MISMATCH, " ".join(expression.notes))
    elif expression.written_years and start:
        if violated and violated.start and start.year < violated.start.year:
            yield Remark(WarningCode.YEAR_MISMATCH, f"Årstallet {expression.written_years[0]} passer ikke med rækkefølgen.")
        elif is_first and year not in expression.written_years and year != start.year:
            yield Remark(WarningCode.YEAR_MISMATCH, f"Årstallet {expression.written_years[0]} passer ikke med {year}.")


def _day_remarks(occurrences: tuple[Period, ...]) -> Iterator[Remark]:
    days = days_of(occurrences)
    if weekend := [day for day in days if calendar.is_weekend(day)]:
        yield Remark(WarningCode.WEEKEND, f"{_listed(plain_date(day) for day in weekend)} falder i en weekend.")
    names = [(day, calendar.holiday_name(day)) for day in days]
    if holidays := [f"{plain_date(day)} ({name})" for day, name in names if name]:
        yield Remark(WarningCode.HOLIDAY, f"{_listed(holidays)} er en helligdag eller lukkedag.")
    ends = dict.fromkeys(day for period in occurrences for day in period)
    if soft := [f"{plain_date(day)} ({week(day)}, {why})" for day in ends if (why := calendar.soft_holiday(day))]:
        yield Remark(WarningCode.SOFT_HOLIDAY, f"{_listed(soft)} ligger i en ferie.")


def _listed(days: Iterable[str]) -> str:
    named = list(days)
    rest = len(named) - NAMED_DAYS
    return join(named) if rest <= 1 else f"{', '.join(named[:NAMED_DAYS])} og {rest} dage mere"


def _shared_weeks(before: Dated, row: Dated) -> Period | None:
    """The first weeks that two consecutive periods of different phases share."""
    if before.phase == row.phase or before.expression.precision not in PERIODS or row.expression.precision not in PERIODS:
        return None
    shared = [
        (max(_monday(a_start), _monday(b_start)), min(a_end, b_end))
        for a_start, a_end in before.expression.occurrences
        for b_start, b_end in row.expression.occurrences
        if _monday(a_start) <= b_end and _monday(b_start) <= a_end
    ]
    return min(shared, default=None)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def days_of(occurrences: tuple[Period, ...]) -> list[date]:
    """Every day of the periods, each once, in order."""
    return sorted({day for start, end in occurrences for day in calendar.each_day(start, min(end, start + LONGEST_RANGE))})


def disturbed_days(expressions: Iterable[Expression]) -> set[date]:
    """Distinct days, the middle of ranges included, that fall on a weekend or holiday, or not on the weekday written beside them."""
    days: set[date] = set()
    wrong: set[date] = set()
    for expression in expressions:
        if expression.precision in DAY_PRECISIONS:
            days.update(days_of(expression.occurrences))
            if expression.mismatch:
                wrong.add(expression.occurrences[0][0])
    return wrong | {day for day in days if not calendar.is_working_day(day)}
