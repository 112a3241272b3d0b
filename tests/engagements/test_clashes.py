"""What the edit page says about a running plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from engagements.clashes import day_remarks
from engagements.schedule import remarks
from engagements.states import Kind, Precision, Purpose, WarningCode
from tests.engagements.planning import one, row


def test_remarks_on_weekend_holiday_soft_week_and_order():
    items = [
        row("corrections", one(2016, 6, 24), Kind.DEADLINE, purposes=(Purpose.CORRECTIONS_DUE,)),
        row("publication", one(2016, 6, 19), Kind.PUBLICATION, purposes=(Purpose.PUBLICATION,)),
        row("bededag", ((date(2016, 4, 21), date(2016, 4, 22)),), precision=Precision.DAYS),
        row("soft", one(2016, 2, 19), Kind.DEADLINE),
        row("fine", one(2016, 3, 2), Kind.DEADLINE),
        row("weeks", ((date(2016, 7, 4), date(2016, 7, 17)),), Kind.PERIOD, precision=Precision.WEEKS),
        row("met", one(2016, 6, 19), locked=True),
        row("dropped", one(2016, 6, 19), locked=True, dropped=True),
    ]
    assert remarks(items) == {
        "publication": [
            (WarningCode.WEEKEND, "19.06.2016 ligger i en weekend"),
            (WarningCode.ORDER, "Ligger før »corrections« (24.06.2016), som skal komme først"),
        ],
        "bededag": [(WarningCode.HOLIDAY, "22.04.2016 er en fridag: Store bededag")],
        "soft": [(WarningCode.SOFT_HOLIDAY, "19.02.2016 ligger i uge 7, hvor mange holder fri (vinterferie)")],
    }


def test_a_broken_order_is_told_at_the_row_that_is_still_open():
    corrections = row("corrections", one(2016, 6, 24), Kind.DEADLINE, purposes=(Purpose.CORRECTIONS_DUE,))
    publication = row("publication", one(2016, 6, 17), Kind.PUBLICATION, purposes=(Purpose.PUBLICATION,), locked=True)
    sentence = "Ligger efter »publication« (17.06.2016), som skal komme bagefter"
    assert remarks([corrections, publication]) == {"corrections": [(WarningCode.ORDER, sentence)]}
    assert remarks([replace(corrections, locked=True), publication]) == {}


def test_a_row_that_holds_several_purposes_is_never_out_of_order_with_itself():
    both = (Purpose.FINAL_SELF_EVALUATION, Purpose.STATUS_REPORT)
    months = ((date(2017, 1, 1), date(2017, 3, 31)),)
    assert remarks([row("closing", months, Kind.PERIOD, precision=Precision.MONTHS, purposes=both)]) == {}


def test_rows_in_their_order_get_no_remark():
    rows = [
        row("corrections", one(2016, 6, 22), Kind.DEADLINE, purposes=(Purpose.CORRECTIONS_DUE,)),
        row("publication", one(2016, 6, 22), Kind.PUBLICATION, purposes=(Purpose.PUBLICATION,)),
    ]
    assert remarks(rows) == {}


def test_a_soft_week_is_said_once_and_not_of_days_that_are_free_anyway():
    christmas = ((date(2026, 12, 24), date(2026, 12, 26)),)
    assert [code for code, _ in day_remarks(row("a", christmas, precision=Precision.DAYS), christmas)] == [
        WarningCode.HOLIDAY,
        WarningCode.HOLIDAY,
        WarningCode.WEEKEND,
    ]
    winter = ((date(2027, 2, 15), date(2027, 2, 17)),)
    assert day_remarks(row("a", winter, precision=Precision.DAYS), winter) == [
        (WarningCode.SOFT_HOLIDAY, "15.02.2027 ligger i uge 7, hvor mange holder fri (vinterferie)")
    ]
