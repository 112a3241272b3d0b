"""Where single rows land: free days, whole weeks and months, lags."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engagements.placing import Wish, lag_date, place, proposal
from engagements.plan_items import first_day
from engagements.schedule import own_lag, shift
from engagements.states import Edge, Kind, Precision, Unit
from tests.engagements.planning import START, one, row

# --- placing one row ---


def wish(kind: Kind, day: date, length: int = 1, **fields) -> Wish:
    precision = Precision.DAY if length == 1 else Precision.DAYS
    return Wish(kind, precision, ((day, day + timedelta(days=length - 1)),), day, **fields)


@pytest.mark.parametrize(
    ("case", "day", "reasons"),
    [
        (wish(Kind.DEADLINE, date(2026, 5, 2)), "2026-05-01", ["2. maj er en lørdag: flyttet til forrige arbejdsdag"]),
        (wish(Kind.MEETING, date(2026, 5, 2)), "2026-05-04", ["2. maj er en lørdag: flyttet til næste arbejdsdag"]),
        (wish(Kind.MEETING, date(2026, 5, 14)), "2026-05-15", ["14. maj er Kristi himmelfartsdag: flyttet til næste arbejdsdag"]),
        (wish(Kind.DEADLINE, date(2026, 7, 14)), "2026-06-30", ["Juli: flyttet til sidste arbejdsdag i juni"]),
        (wish(Kind.INTERVIEW, date(2026, 6, 29), 3), "2026-08-03", ["Juli: flyttet til første mulige arbejdsdag i august"]),
        (wish(Kind.SEMINAR, date(2026, 5, 11), 2, weekday=3), "2026-05-20", None),
        (wish(Kind.DEADLINE, date(2026, 5, 11), weekday=3), "2026-05-11", []),
        (wish(Kind.MEETING, date(2026, 5, 8), 9), "2026-05-11", ["16. maj er en lørdag: flyttet til næste arbejdsdag"]),
        (
            wish(Kind.DEADLINE, date(2026, 5, 2), anchor_day=date(2026, 5, 1)),
            "2026-05-04",
            ["2. maj er en lørdag: flyttet til næste arbejdsdag, så tiden ikke bliver for kort"],
        ),
        (
            wish(Kind.NOTICE, date(2026, 5, 2), anchor_day=date(2026, 5, 2)),
            "2026-05-04",
            ["2. maj er en lørdag: flyttet til næste arbejdsdag"],
        ),
        (wish(Kind.DEADLINE, date(2026, 5, 2), anchor_day=date(2026, 5, 30)), "2026-05-01", None),
        (
            wish(Kind.DEADLINE, date(2026, 5, 2), floor=date(2026, 5, 2)),
            "2026-05-04",
            ["2. maj er en lørdag: flyttet til næste arbejdsdag"],
        ),
        (
            wish(Kind.MEETING, date(2026, 5, 2), anchor_day=date(2026, 5, 4)),
            "2026-05-01",
            ["2. maj er en lørdag: flyttet til forrige arbejdsdag"],
        ),
        (wish(Kind.MEETING, date(2026, 5, 2), anchor_day=date(2026, 5, 4), floor=date(2026, 5, 2)), "2026-05-04", None),
    ],
)
def test_a_row_finds_its_day(case, day, reasons):
    placed = place(case)
    assert first_day(placed.occurrences) == date.fromisoformat(day)
    assert reasons is None or list(placed.reasons) == reasons


def test_a_wished_weekday_is_said_and_kept_when_the_day_is_taken():
    placed = place(wish(Kind.MEETING, date(2026, 4, 1), weekday=1))  # 6. april er 2. påskedag
    assert placed.occurrences == one(2026, 4, 13)
    assert placed.reasons[0] == "Begynder på en mandag"
    assert placed.reasons[1].endswith("påskedag: flyttet til næste arbejdsdag")
    assert not place(wish(Kind.MEETING, date(2026, 5, 5), weekday=4, anchor_day=date(2026, 5, 1))).moved


@pytest.mark.parametrize("kind", [Kind.MEETING, Kind.DEADLINE])
def test_a_row_that_no_week_can_hold_stays_and_says_so(kind):
    week = tuple((date(2026, 3, day),) * 2 for day in range(2, 9))
    placed = place(Wish(kind, Precision.DAYS, week, date(2026, 3, 2)))
    assert (placed.occurrences, placed.reasons) == (week, ("7. marts er en lørdag: der er ingen ledig dag i nærheden",))


def test_an_event_before_its_anchor_goes_back_when_nothing_else_is_free():
    pair = (*one(2026, 6, 25), *one(2026, 6, 26))
    placed = place(Wish(Kind.MEETING, Precision.DAYS, pair, date(2026, 7, 20), anchor_day=date(2026, 8, 3)))
    assert placed.occurrences == (*one(2026, 6, 29), *one(2026, 6, 30))
    assert placed.reasons == ("Juli: flyttet til sidste arbejdsdag i juni",)


def test_a_proposal_that_is_the_same_day_is_none():
    week = tuple((date(2026, 3, day),) * 2 for day in range(2, 9))
    assert proposal(Wish(Kind.MEETING, Precision.DAYS, week, date(2026, 3, 2))) is None


@pytest.mark.parametrize(
    ("unit", "offset", "expected"),
    [
        (Unit.DAYS, 10, "2026-02-10"),
        (Unit.WEEKS, -2, "2026-01-17"),
        (Unit.WORKING_DAYS, 5, "2026-02-06"),
        (Unit.MONTHS, 1, "2026-02-28"),
        (Unit.MONTH_START, 2, "2026-03-01"),
    ],
)
def test_lags_in_every_unit(unit, offset, expected):
    assert lag_date(date(2026, 1, 31), offset, unit) == date.fromisoformat(expected)
    assert lag_date(date(2026, 1, 31), offset, unit, 3) == date.fromisoformat(expected) + timedelta(days=3)


def test_the_own_lag_of_a_row_reproduces_its_date():
    anchor = ((date(2026, 3, 2), date(2026, 3, 4)),)
    assert own_lag(one(2026, 3, 20), anchor) == (18, Unit.DAYS, 0)
    assert own_lag(one(2026, 3, 20), anchor, Edge.END) == (16, Unit.DAYS, 0)
    assert own_lag(one(2026, 3, 20), date(2026, 3, 1)) == (19, Unit.DAYS, 0)


# --- whole weeks and months ---


@pytest.mark.parametrize(
    ("precision", "old", "days", "new"),
    [
        (Precision.WEEKS, ("2026-08-10", "2026-09-20"), 7, ("2026-08-17", "2026-09-27")),
        (Precision.WEEKS, ("2026-08-10", "2026-09-20"), 3, ("2026-08-17", "2026-09-27")),
        (Precision.WEEK, ("2026-12-28", "2027-01-03"), 7, ("2027-01-04", "2027-01-10")),
        (Precision.MONTHS, ("2027-01-01", "2027-03-31"), 14, None),
        (Precision.MONTHS, ("2027-01-01", "2027-03-31"), 21, ("2027-02-01", "2027-04-30")),
        (Precision.MONTH, ("2027-01-01", "2027-01-31"), 31, ("2027-02-01", "2027-02-28")),
        (Precision.QUARTER, ("2026-10-01", "2026-12-31"), 30, None),
        (Precision.QUARTER, ("2026-10-01", "2026-12-31"), 60, ("2027-01-01", "2027-03-31")),
        (Precision.SEASON, ("2026-03-01", "2026-05-31"), 92, ("2026-06-01", "2026-08-31")),
        (Precision.YEAR, ("2026-01-01", "2026-12-31"), 300, ("2027-01-01", "2027-12-31")),
        (Precision.PART_OF_MONTH, ("2026-06-11", "2026-06-20"), 10, ("2026-06-21", "2026-06-30")),
        (Precision.PART_OF_MONTH, ("2026-06-11", "2026-06-20"), 20, ("2026-07-01", "2026-07-10")),
        (Precision.OPEN, ("2026-06-11", "2026-06-20"), 2, ("2026-06-13", "2026-06-22")),
        (Precision.DAYS, ("2026-06-11", "2026-06-20"), 2, ("2026-06-13", "2026-06-22")),
    ],
)
def test_periods_move_by_whole_weeks_months_and_quarters(precision, old, days, new):
    occurrences = ((date.fromisoformat(old[0]), date.fromisoformat(old[1])),)
    anchor = one(2026, 1, 5)
    lag = own_lag(occurrences, anchor)
    items = [row("a", anchor), row("b", occurrences, Kind.PERIOD, precision=precision, anchor="a", offset=lag[0], unit=lag[1])]
    moved = shift(items, START, "a", ((anchor[0][0] + timedelta(days),) * 2,))[1:]
    expected = [((date.fromisoformat(new[0]), date.fromisoformat(new[1])),)] if new else []
    assert [found.new for found in moved] == expected


def test_a_period_of_months_is_pushed_a_whole_month_by_the_order():
    june = ((date(2026, 6, 1), date(2026, 6, 30)),)
    wish = Wish(Kind.PERIOD, Precision.MONTH, june, date(2026, 6, 1), floor=date(2026, 6, 10), floor_subject="a")
    placed = place(wish)
    assert (placed.occurrences, placed.moved) == (((date(2026, 7, 1), date(2026, 7, 31)),), True)
    assert placed.reasons == ("Rækkefølge: lægges efter »a«",)
