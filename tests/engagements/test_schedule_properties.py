"""What holds for every plan that is shifted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagements.calendar import each_day, is_working_day
from engagements.plan_items import PlanItem
from engagements.schedule import CycleError, dependants, generate, shift
from engagements.states import Edge, Kind, Unit
from tests.engagements.planning import applied, by_key, template

KINDS = [Kind.DEADLINE, Kind.MEETING, Kind.INTERVIEW, Kind.PUBLICATION]


@st.composite
def plans(draw) -> list[PlanItem]:
    """A plan whose rows count from earlier ones and stand where the engine would put them."""
    rows = [{"key": "r0", "kind": draw(st.sampled_from(KINDS))}]
    for number in range(1, draw(st.integers(2, 9))):
        anchor = draw(st.sampled_from(["", *(row["key"] for row in rows)]))
        rows.append(
            {
                "key": f"r{number}",
                "kind": draw(st.sampled_from(KINDS)),
                "anchor": anchor,
                "edge": draw(st.sampled_from(list(Edge))),
                "offset": draw(st.integers(1, 60)),
                "unit": draw(st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS])),
                "length": draw(st.integers(1, 3)),
            }
        )
    start = draw(st.dates(date(2026, 1, 1), date(2030, 12, 31)))
    return [
        PlanItem(
            planned.key, planned.subject, planned.kind, planned.occurrences, planned.precision, mode=planned.mode, anchor=planned.anchor,
            edge=planned.edge, offset=planned.offset, unit=planned.unit, position=planned.position,
        )
        for planned in generate(template(*rows), start, flags={})
    ]  # fmt: skip


@given(plans(), st.integers(-40, 40), st.data())
@settings(max_examples=150, deadline=None)
def test_only_rows_that_hang_on_the_moved_one_move_and_they_land_on_free_days(items, days, data):
    key = data.draw(st.sampled_from([item.key for item in items]))
    old = by_key(items)[key].occurrences
    found = shift(items, date(2026, 1, 1), key, tuple((start + timedelta(days), end + timedelta(days)) for start, end in old))
    assert {consequence.key for consequence in found} - {key} <= set(dependants(items, key))
    for consequence in found[1:]:
        assert consequence.new != consequence.old
        assert all(is_working_day(day) and day.month != 7 for start, end in consequence.new for day in each_day(start, end))


@given(plans(), st.data())
@settings(max_examples=100, deadline=None)
def test_moving_a_row_to_where_it_stands_moves_nothing(items, data):
    key = data.draw(st.sampled_from([item.key for item in items]))
    old = by_key(items)[key].occurrences
    assert [(found.key, found.old, found.new) for found in shift(items, date(2026, 1, 1), key, old)] == [(key, old, old)]


@given(plans(), st.integers(-40, 40), st.data())
@settings(max_examples=150, deadline=None)
def test_moving_a_row_there_and_back_restores_the_plan(items, days, data):
    key = data.draw(st.sampled_from([item.key for item in items]))
    old = by_key(items)[key].occurrences
    there = applied(
        items, shift(items, date(2026, 1, 1), key, tuple((start + timedelta(days), end + timedelta(days)) for start, end in old))
    )
    assert applied(there, shift(there, date(2026, 1, 1), key, old)) == items


@given(plans(), st.data())
@settings(max_examples=50, deadline=None)
def test_a_circle_is_always_refused(items, data):
    chosen = data.draw(st.sampled_from([item for item in items if item.anchor is not None] or [None]))
    if chosen is not None:
        circle = [replace(item, anchor=chosen.key) if item.key == chosen.anchor else item for item in items]
        with pytest.raises(CycleError):
            shift(circle, date(2026, 1, 1), chosen.key, chosen.occurrences)
