"""Moving rows of a running plan, generating plans from small templates, refusing circles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engagements.clashes import swapped
from engagements.plan_items import first_day
from engagements.schedule import CycleError, dependants, generate, shift
from engagements.states import Kind, Mode, Precision, Unit
from tests.engagements.planning import START, after, applied, by_key, hedensted, one, row, template

# --- the walk of the issue ---


def test_moving_the_deadline_for_cases_shows_every_consequence_of_the_2016_plan():
    cases, orientation, seminar = shift(hedensted(), START, "cases", one(2016, 2, 26))
    assert (cases.key, cases.old, cases.new) == ("cases", one(2016, 2, 19), one(2016, 2, 26))
    assert (orientation.key, orientation.old, orientation.new) == ("orientation", one(2016, 4, 15), one(2016, 4, 25))
    assert orientation.reasons == ("22. april er store bededag: flyttet til næste arbejdsdag",)
    assert (seminar.key, seminar.old, seminar.new) == ("seminar", one(2016, 4, 28), one(2016, 5, 9))
    assert seminar.reasons == ("8. maj er en søndag: flyttet til næste arbejdsdag",)
    assert seminar.clashes == ("Falder sammen med »Interviews i kommunen« (09.05.2016–11.05.2016)",)
    assert orientation.clashes == ()


def test_moving_the_deadline_back_restores_the_2016_plan():
    there = applied(hedensted(), shift(hedensted(), START, "cases", one(2016, 2, 26)))
    assert applied(there, shift(there, START, "cases", one(2016, 2, 19))) == hedensted()


def test_rows_that_count_from_the_moved_one_are_told():
    assert dependants(hedensted(), "cases") == ["orientation", "seminar"]
    assert dependants(hedensted(), "citizens") == ["list"]
    assert dependants(hedensted(), "report") == []


def test_moving_the_letter_translates_rows_of_several_days_with_their_spacing():
    moved = {found.key: found for found in shift(hedensted(), START, "letter", one(2016, 2, 2))}
    assert moved["citizens"].new == (*one(2016, 4, 11), *one(2016, 4, 13))  # 7. og 9. april: den 9. er en lørdag
    assert moved["list"].new == one(2016, 3, 14)


# --- what the user chose is kept, with remarks ---


def test_a_row_put_on_a_saturday_stays_there_and_is_offered_a_better_day():
    (found, *_) = shift(hedensted(), START, "report", one(2016, 6, 18))
    assert found.new == one(2016, 6, 18)
    assert found.clashes == ("18.06.2016 ligger i en weekend",)
    assert found.proposal == one(2016, 6, 20)


def test_a_deadline_on_a_holiday_is_offered_the_day_before():
    (found, *_) = shift(hedensted(), START, "cases", one(2016, 4, 22))
    assert "22.04.2016 er en fridag: Store bededag" in found.clashes
    assert found.proposal == one(2016, 4, 21)


def test_a_deadline_in_a_week_when_many_are_away_is_offered_the_nearest_ordinary_day():
    (found, *_) = shift(hedensted(), START, "list", one(2016, 2, 19))
    assert found.clashes == ("19.02.2016 ligger i uge 7, hvor mange holder fri (vinterferie)",)
    assert found.proposal == one(2016, 2, 12)
    (later, *_) = shift(hedensted(), START, "list", one(2016, 2, 26))
    assert later.proposal == one(2016, 2, 29)


def test_a_meeting_in_july_is_offered_august_and_warned_although_the_week_is_an_ordinary_one():
    (found,) = shift([row("a", one(2027, 6, 1))], START, "a", one(2027, 7, 1))  # torsdag i uge 26
    assert found.clashes == ("Ligger i juli, hvor planen ellers holder fri",)
    assert found.proposal == one(2027, 8, 9)  # uge 31 er også sommerferie


def test_a_good_day_needs_no_proposal():
    assert shift(hedensted(), START, "report", one(2016, 6, 15))[0].proposal is None


def test_the_proposal_for_a_deadline_does_not_come_before_the_plan_starts():
    (found,) = shift([row("a", one(2026, 2, 3), Kind.DEADLINE, offset=1)], date(2026, 1, 30), "a", one(2026, 1, 31))
    assert found.proposal == one(2026, 2, 2)
    (fixed,) = shift([row("a", one(2026, 2, 3), Kind.DEADLINE, mode=Mode.FIXED)], date(2026, 1, 30), "a", one(2026, 1, 31))
    assert fixed.proposal == one(2026, 1, 30)


def test_no_proposal_when_no_free_day_can_be_found():
    week = tuple((date(2026, 3, day),) * 2 for day in range(2, 9))
    (found,) = shift([row("a", week, precision=Precision.DAYS)], START, "a", tuple((day + timedelta(7),) * 2 for day, _ in week))
    assert found.proposal is None
    quiet = tuple((date(2026, 1, 5) + timedelta(days),) * 2 for days in range(0, 371, 7))  # every Monday of a year
    (found,) = shift([row("a", quiet, precision=Precision.DAYS)], START, "a", quiet)
    assert found.proposal is None


def test_weeks_and_longer_are_neither_judged_nor_proposed():
    july = ((date(2026, 6, 29), date(2026, 7, 12)),)
    (found,) = shift([row("a", july, Kind.PERIOD, precision=Precision.WEEKS)], START, "a", july)
    assert (found.clashes, found.proposal) == ((), None)


# --- order ---


def test_a_row_moved_past_its_successor_is_told_so_from_both_sides():
    found = shift(hedensted(), START, "orientation", one(2016, 5, 12))
    assert "Ligger efter »Interviews i kommunen« (09.05.2016–11.05.2016), som skal komme bagefter" in found[0].clashes
    assert "Ligger efter »Interviews i kommunen« (09.05.2016–11.05.2016), som skal komme bagefter" in found[1].clashes
    (report, *_) = shift(hedensted(), START, "report", one(2016, 5, 10))
    assert "Ligger før »Interviews i kommunen« (09.05.2016–11.05.2016), som skal komme først" in report.clashes


def test_an_order_within_a_block_that_was_broken_before_is_not_told_again():
    items = [row("a", one(2026, 3, 10), block="b"), row("b", one(2026, 3, 4), block="b", position=1)]
    assert shift(items, START, "b", one(2026, 3, 5))[0].clashes == ()
    assert shift(items, START, "b", one(2026, 3, 10))[0].clashes == ("Falder sammen med »a« (10.03.2026)",)


def test_a_met_row_stays_and_is_told_as_a_clash_when_the_order_breaks():
    items = by_key(hedensted())
    items["seminar"] = replace(items["seminar"], locked=True)
    found = shift(list(items.values()), START, "cases", one(2016, 3, 11))
    assert [consequence.key for consequence in found] == ["cases", "orientation"]
    assert "Ligger efter »seminar« (28.04.2016), som skal komme bagefter" in found[1].clashes


def test_a_dropped_row_passes_the_shift_on_without_moving_or_clashing():
    items = by_key(hedensted())
    items["orientation"] = replace(items["orientation"], locked=True, dropped=True)
    found = shift(list(items.values()), START, "cases", one(2016, 2, 26))
    assert [consequence.key for consequence in found] == ["cases", "seminar"]
    assert found[1].new == one(2016, 5, 9)
    assert dependants(list(items.values()), "cases") == ["seminar"]
    assert shift(list(items.values()), START, "orientation", one(2016, 4, 18))[0].clashes == ()


def test_a_row_is_pushed_behind_an_earlier_row_of_its_block_that_the_shift_brought_too_near():
    items = [
        row("a", one(2026, 3, 2)),
        row("b", one(2026, 3, 9), block="x", position=1, **after("a", offset=7)),
        row("c", one(2026, 3, 11), block="x", position=2, **after("a", offset=9, mode=Mode.NOT_BEFORE, not_before=date(2026, 3, 11))),
        row("d", one(2026, 3, 12), block="x", position=3, **after("a", offset=2, mode=Mode.NOT_BEFORE, not_before=date(2026, 3, 12))),
    ]
    found = {consequence.key: consequence for consequence in shift(items, START, "a", one(2026, 3, 3))}
    assert (found["b"].new, found["c"].new, found["d"].new) == (one(2026, 3, 10), one(2026, 3, 12), one(2026, 3, 13))
    assert found["d"].reasons == ("Rækkefølge: lægges efter »c«",)


def test_an_undated_row_neither_moves_nor_moves_others():
    items = [row("a", ()), row("b", one(2026, 3, 9), **after("a", offset=7)), row("c", (), **after("b", offset=7))]
    assert [found.key for found in shift(items, START, "b", one(2026, 3, 10))] == ["b"]
    assert [found.new for found in shift(items, START, "a", one(2026, 3, 3))] == [one(2026, 3, 3), one(2026, 3, 10)]
    assert [found.key for found in shift(applied(items, shift(items, START, "a", one(2026, 3, 2))), START, "a", ())] == ["a"]
    assert not swapped(items[0], items[1], {"a": (), "b": one(2026, 3, 9)})


def test_a_fixed_row_stays_although_it_once_counted_from_another():
    items = [row("a", one(2026, 3, 2)), row("b", one(2026, 3, 9), **after("a", offset=7, mode=Mode.FIXED))]
    assert [found.key for found in shift(items, START, "a", one(2026, 3, 3))] == ["a"]
    assert dependants(items, "a") == []


def test_an_order_that_was_broken_before_or_cannot_be_told_pushes_nobody():
    items = [
        row("u", (), block="x"),
        row("a", one(2026, 3, 2), position=1),
        row("b", one(2026, 3, 20), block="x", position=2),
        row("c", one(2026, 3, 9), block="x", position=3, **after("a", offset=7)),
    ]
    assert [found.new for found in shift(items, START, "a", one(2026, 3, 3))] == [one(2026, 3, 3), one(2026, 3, 10)]
    items = [
        row("a", one(2026, 3, 2), block="x"),
        row("b", one(2026, 3, 9), block="x", position=1, **after("c", offset=5)),
        row("c", one(2026, 3, 4)),
    ]
    assert [found.key for found in shift(items, START, "a", ())] == ["a"]


# --- circles and other impossible templates ---


def test_rows_that_count_from_each_other_are_refused_by_name():
    items = [row("a", one(2026, 3, 2), subject="A", anchor="b"), row("b", one(2026, 3, 3), subject="B", anchor="a")]
    with pytest.raises(CycleError, match="»A« og »B« regnes fra hinanden i ring"):
        shift(items, START, "a", one(2026, 3, 9))
    with pytest.raises(CycleError, match="»A« regnes fra sig selv"):
        dependants([row("a", one(2026, 3, 2), subject="A", anchor="a")], "a")
    with pytest.raises(CycleError, match="»A« regnes fra »x«, som ikke findes i planen"):
        dependants([row("a", one(2026, 3, 2), subject="A", anchor="x")], "a")


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([{"key": "a", "anchor": "b"}, {"key": "b", "anchor": "c"}, {"key": "c", "anchor": "a"}], "»A«, »B« og »C« regnes fra hinanden"),
        ([{"key": "a", "anchor": "x"}], "»A« regnes fra »x«"),
        ([{"key": "a"}, {"key": "a"}], "samme nøgle"),
        ([{"key": "a", "every_weeks": 8}], "»A« gentages, men har ingen række at slutte ved"),
        ([{"key": "p"}, {"key": "a", "every_weeks": 8, "until": "p"}, {"key": "b", "anchor": "a"}], "»B« kan ikke regnes fra »A«"),
    ],
)
def test_impossible_templates_are_refused(rows, sentence):
    with pytest.raises(CycleError, match=sentence):
        generate(template(*rows), START, flags={})


def test_a_row_that_counts_from_a_row_left_out_keeps_its_date_and_hangs_on_the_next_one():
    rows = template(
        {"key": "a", "offset": 7, "only_if": "flag"},
        {"key": "b", "anchor": "a", "offset": 7},
        {"key": "c", "anchor": "b", "edge": "end", "offset": 1, "unit": "weeks", "only_if": "flag"},
        {"key": "d", "anchor": "c", "offset": 3, "plus_days": 1},
    )
    b, d = generate(rows, date(2026, 3, 2), flags={"flag": False})
    assert (b.key, b.occurrences, b.anchor, b.offset) == ("b", one(2026, 3, 16), None, 14)
    assert (d.key, d.occurrences, d.anchor, d.offset, d.unit, d.plus_days) == ("d", one(2026, 3, 27), "b", 11, Unit.DAYS, 0)
    assert [planned.anchor for planned in generate(rows, date(2026, 3, 2), flags={"flag": 8})] == [None, "a", "b", "c"]


def test_a_fixed_row_is_dated_once_and_hangs_on_nothing():
    rows = template({"key": "a"}, {"key": "b", "anchor": "a", "offset": 7, "mode": "fixed"})
    planned = generate(rows, date(2026, 3, 2), flags={})[1]
    assert (planned.anchor, planned.mode, planned.occurrences) == (None, Mode.FIXED, one(2026, 3, 9))


def test_lengths_give_precisions_and_whole_periods():
    rows = template(
        {"key": "a", "length": 2},
        {"key": "b", "kind": "period", "length": 1, "length_unit": "months"},
        {"key": "c", "kind": "period", "length": 2, "length_unit": "month_start"},
        {"key": "d", "kind": "period", "length": 1, "length_unit": "weeks"},
    )
    plan = generate(rows, date(2026, 3, 3), flags={})
    assert [(planned.precision, planned.occurrences[0]) for planned in plan] == [
        (Precision.DAYS, (date(2026, 3, 3), date(2026, 3, 4))),
        (Precision.MONTH, (date(2026, 3, 1), date(2026, 3, 31))),
        (Precision.MONTHS, (date(2026, 3, 1), date(2026, 4, 30))),
        (Precision.WEEK, (date(2026, 3, 9), date(2026, 3, 15))),
    ]


def test_a_repeated_row_that_would_be_pushed_beyond_its_end_is_left_out():
    rows = template(
        {"key": "p", "kind": "period", "length": 17, "length_unit": "weeks"},
        {"key": "m", "anchor": "p", "every_weeks": 8, "until": "p"},
    )
    plan = generate(rows, date(2026, 3, 9), flags={"meeting_interval_weeks": 4})  # 16 uger efter er 29. juni; perioden slutter 5. juli
    assert [first_day(planned.occurrences) for planned in plan if planned.key == "m"] == [date(2026, 5, 4), date(2026, 6, 29)]
    plan = generate(rows, date(2026, 3, 16), flags={})  # 6. juli flyttes til august, efter periodens slutning
    assert [first_day(planned.occurrences) for planned in plan if planned.key == "m"] == [date(2026, 5, 11)]


def test_rows_meant_for_the_same_day_share_it_unless_both_are_events_or_the_calendar_would_swap_them():
    rows = template({"key": "a", "block": "x"}, {"key": "b", "block": "x"}, {"key": "c", "kind": "deadline", "block": "x"})
    plan = generate(rows, date(2026, 3, 2), flags={})
    assert [first_day(planned.occurrences) for planned in plan] == [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 3)]
    rows = template({"key": "a", "block": "x"}, {"key": "c", "kind": "deadline", "block": "x"})
    plan = generate(rows, date(2026, 3, 2), flags={})
    assert [first_day(planned.occurrences) for planned in plan] == [date(2026, 3, 2), date(2026, 3, 2)]
    rows = template(
        {"key": "s"},
        {"key": "a", "anchor": "s", "offset": 40, "block": "x"},
        {"key": "c", "anchor": "s", "offset": 40, "kind": "deadline", "block": "x"},
    )
    plan = generate(rows, date(2026, 5, 25), flags={})  # 4. juli: mødet til august, fristen ville gå til juni
    assert [first_day(planned.occurrences) for planned in plan[1:]] == [date(2026, 8, 3), date(2026, 8, 3)]
    assert plan[2].reasons[0] == "Rækkefølge: lægges efter »A«"
