"""The geometry of the timeline: axis, phases, marks, moved dates. Nothing here needs the database."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagements.calendar import add_months, month_end
from engagements.states import Phase, Standing
from engagements.timeline import PLOT_LEFT, PLOT_RIGHT, SEAM, WIDTH, Bar, Scale, Zoom, draw, window
from engagements.timeline_marks import LOOKS
from engagements.timeline_text import text_width
from tests.engagements.drawing import TODAY, bar, marks, only, render, xs

# Geometry


@settings(deadline=None)
@given(st.dates(date(1990, 1, 1), date(2080, 1, 1)), st.integers(0, 1500), st.data())
def test_a_later_day_lies_further_right_and_every_day_lies_in_the_plot(first, length, data):
    scale = Scale(first, first + timedelta(days=length), PLOT_LEFT, PLOT_RIGHT)
    earlier = first + timedelta(days=data.draw(st.integers(0, length)))
    later = earlier + timedelta(days=data.draw(st.integers(0, length)))
    assert scale.start(first) == PLOT_LEFT
    assert scale.end(scale.last) == pytest.approx(PLOT_RIGHT)
    assert scale.start(earlier) < scale.middle(earlier) < scale.end(earlier)
    if later > earlier:
        assert scale.end(earlier) <= scale.start(later) + 1e-6
    if later <= scale.last:
        assert PLOT_LEFT < scale.middle(later) < PLOT_RIGHT


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2080, 1, 1)), st.integers(1, 40))
def test_week_numbers_never_touch_and_stay_in_the_plot(start, months):
    first = start.replace(day=1)
    weeks = draw([], today=start, first=first, last=month_end(add_months(first, months - 1))).weeks
    assert weeks
    edges = [(week.x - week.width / 2, week.x + week.width / 2) for week in weeks]
    assert all(right < left for (_, right), (left, _) in pairwise(edges))
    assert edges[0][0] >= PLOT_LEFT
    assert edges[-1][1] <= PLOT_RIGHT


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2080, 1, 1)), st.integers(1, 1200))
def test_months_and_years_fill_the_plot_and_their_names_fit(first, length):
    timeline = draw([], today=first, first=first, last=first + timedelta(days=length))
    for spans in (timeline.months, timeline.years):
        assert spans[0].x == PLOT_LEFT
        assert spans[-1].x + spans[-1].width == pytest.approx(PLOT_RIGHT, abs=0.2)
        assert all(one.x + one.width == pytest.approx(two.x, abs=0.2) for one, two in pairwise(spans))
    assert all(text_width(month.label, 12) <= month.width for month in timeline.months)
    assert all(year.x + text_width(year.label, 13) <= WIDTH for year in timeline.years)


PERIODS = st.builds(
    lambda start, length: (start, start + timedelta(days=length)),
    st.dates(date(2015, 1, 1), date(2018, 12, 31)),
    st.sampled_from([0, 0, 2, 6, 40, 900]),
)
BARS = st.builds(
    lambda spans, before, is_exact, **fields: Bar(
        occurrences=tuple(sorted(spans)), baseline=tuple(sorted(before)), is_exact=is_exact, **fields
    ),
    spans=st.lists(PERIODS, max_size=3),
    before=st.lists(PERIODS, max_size=3),
    is_exact=st.booleans(),
    subject=st.text(min_size=1, max_size=80),
    phase=st.sampled_from(Phase),
    standing=st.sampled_from(Standing),
    optional=st.booleans(),
    lane=st.sampled_from("abc"),
)


@settings(deadline=None)
@given(st.lists(BARS, max_size=6), st.sampled_from([*Zoom, None]))
def test_every_mark_lies_between_the_labels_and_the_right_edge(bars, zoom):
    first, last = window(bars, TODAY, zoom) if zoom else (date(2016, 3, 10), date(2016, 3, 12))
    timeline = draw(bars, today=TODAY, first=first, last=last)
    for mark in marks(timeline):
        paths = [path for shape in mark.shapes for path in (shape.outline, shape.core, shape.symbol)]
        paths += [path for ghost in mark.ghosts for path in (ghost.outline, ghost.line)]
        assert all(SEAM < x < WIDTH for path in paths for x in xs(path))
        for ghost in mark.ghosts:
            width = text_width(ghost.note, 12)
            assert ghost.note_x - width * (ghost.note_anchor == "end") >= PLOT_LEFT - 0.1 or not ghost.note
            assert ghost.note_x + width * (ghost.note_anchor == "start") <= PLOT_RIGHT + 0.1
    for one, two in pairwise(timeline.bands):
        assert one.x + one.width <= two.x + 0.16  # three roundings


# Axis


def test_week_53_of_2026_has_its_number():
    timeline = draw([], today=date(2026, 12, 1), first=date(2026, 12, 1), last=date(2027, 1, 31))
    assert [week.label for week in timeline.weeks] == ["49", "50", "51", "52", "53", "1", "2", "3", "4"]
    assert [year.label for year in timeline.years] == ["2026", "2027"]
    assert [month.css for month in timeline.months] == ["", "is-january"]
    assert {month.year for month in timeline.months} == {2026, 2027}


@pytest.mark.parametrize(("months", "names"), [(12, ["januar", "februar"]), (27, ["jan", "feb"]), (40, ["J", "F"])])
def test_month_names_are_as_long_as_there_is_room_for(months, names):
    timeline = draw([], today=TODAY, first=date(2026, 1, 1), last=month_end(add_months(date(2026, 1, 1), months - 1)))
    assert [month.label for month in timeline.months[:2]] == names
    assert timeline.months[0].title == names[0]


def test_a_year_of_one_narrow_month_is_written_short():
    timeline = draw([], today=TODAY, first=date(2025, 12, 1), last=date(2028, 5, 31))
    assert [year.label for year in timeline.years] == ["’25", "2026", "2027", "2028"]


def test_the_axis_gives_up_what_it_has_no_room_for():
    decades = draw([], today=TODAY, first=date(1990, 1, 1), last=date(2049, 12, 31))
    assert (decades.weeks, decades.months) == ((), ())
    assert len(decades.years) == 60
    assert draw([], today=TODAY, first=date(1, 1, 1), last=date(9999, 12, 31)).years == ()


def test_a_window_that_ends_before_it_begins_is_one_day():
    timeline = draw([], today=TODAY, first=date(2016, 5, 2), last=date(2016, 1, 1))
    assert timeline.title == "Tidslinje fra maj 2016 til maj 2016"
    assert len(timeline.months) == 1


def test_today_hangs_over_its_day_and_stays_inside_the_plot():
    scale = Scale(date(2016, 1, 1), date(2016, 12, 31), PLOT_LEFT, PLOT_RIGHT)
    for day in (date(2016, 1, 1), date(2016, 11, 23), date(2016, 12, 31)):
        today = draw([], today=day, first=scale.first, last=scale.last).today
        assert today.x == pytest.approx(scale.middle(day), abs=0.06)
        assert PLOT_LEFT - 0.1 <= today.label_left <= today.x <= today.label_left + today.label_width <= PLOT_RIGHT + 0.1
    assert draw([], today=date(2016, 11, 23), first=scale.first, last=scale.last).today.label == "I dag, uge 47"


def test_there_is_no_line_when_today_lies_outside_and_no_room_is_kept_for_it():
    inside, outside = draw([bar([(5, 2)])], today=TODAY), draw([bar([(5, 2)])], today=date(2017, 1, 1))
    assert outside.today is None
    assert outside.height < inside.height
    assert "I dag" not in render(outside)


# Phases


def test_a_phase_lasts_until_the_next_begins():
    bars = [
        bar([(1, 18), (2, 14)], [(6, 29)]),
        bar([(8, 8), (11, 13)], phase=Phase.PLANNING),
        bar([date(2017, 1, 1), date(2017, 3, 31)], phase=Phase.CLOSING),
    ]
    timeline = draw(bars, today=TODAY)
    scale = Scale(date(2016, 1, 1), date(2017, 3, 31), PLOT_LEFT, PLOT_RIGHT)
    assert [band.label for band in timeline.bands] == ["Analyse", "Udviklingsplan", "Afslutning"]
    starts = [date(2016, 1, 18), date(2016, 8, 8), date(2017, 1, 1)]
    assert [band.x for band in timeline.bands] == pytest.approx([scale.start(day) for day in starts], abs=0.06)
    assert timeline.bands[0].css == "phase--analysis"


def test_a_phase_that_was_written_before_the_one_above_it_begins_after_it():
    """The literal years of the 2016 plan: the development window starts before the analysis."""
    bars = [
        bar([(1, 18), (6, 29)]),
        bar([(8, 8), (11, 13)], phase=Phase.PLANNING),
        bar([date(2015, 11, 2), date(2017, 1, 29)], phase=Phase.DEVELOPMENT),
        bar([date(2017, 1, 1), date(2017, 3, 31)], phase=Phase.CLOSING),
    ]
    timeline = draw(bars, today=TODAY)
    scale = Scale(date(2015, 11, 1), date(2017, 3, 31), PLOT_LEFT, PLOT_RIGHT)
    assert [band.title for band in timeline.bands] == ["Analyse", "Udviklingsplan", "Udvikling", "Afslutning"]
    assert timeline.bands[2].x == pytest.approx(scale.start(date(2016, 11, 14)), abs=0.06)


def test_a_phase_that_is_wholly_over_before_the_one_above_it_has_no_band():
    timeline = draw([bar([(5, 2), (9, 1)]), bar([(3, 1)], phase=Phase.PLANNING)], today=TODAY)
    assert [band.title for band in timeline.bands] == ["Analyse"]
    assert "Udviklingsplan" in [item.label for item in timeline.legend]


def test_a_phase_outside_the_window_and_one_of_dropped_rows_have_no_band():
    bars = [bar([(5, 2)]), bar([date(2018, 1, 2)], phase=Phase.CLOSING), bar([(6, 1)], phase=Phase.PLANNING, standing=Standing.DROPPED)]
    first, last = window(bars, TODAY, Zoom.YEAR)
    assert [band.title for band in draw(bars, today=TODAY, first=first, last=last).bands] == ["Analyse"]


def test_a_phase_too_narrow_for_its_name_is_explained_in_the_legend():
    timeline = draw([bar([(1, 4)]), bar([(12, 20)], phase=Phase.FOLLOW_UP)], today=TODAY)
    assert [(band.label, band.title) for band in timeline.bands] == [("Analyse", "Analyse"), ("", "Opfølgning")]
    assert [item.label for item in timeline.legend] == ["Kommende", "Opfølgning"]


# Marks


def test_a_day_is_a_diamond_in_the_middle_of_its_day():
    timeline = draw([bar([(5, 2)])], today=TODAY, first=date(2016, 5, 1), last=date(2016, 5, 31))
    scale = Scale(date(2016, 5, 1), date(2016, 5, 31), PLOT_LEFT, PLOT_RIGHT)
    shape = only(only(marks(timeline)).shapes)
    middle = scale.middle(date(2016, 5, 2))
    assert xs(shape.outline) == pytest.approx([middle - 8, middle, middle + 8, middle], abs=0.06)


def test_days_in_a_row_are_one_wide_diamond_and_days_apart_are_several():
    wide, apart = draw([bar([(5, 9), (5, 11)])], today=TODAY), draw([bar([(4, 6)], [(4, 8)])], today=TODAY)
    assert len(xs(only(only(marks(wide)).shapes).outline)) == 6
    assert [len(xs(shape.outline)) for shape in only(marks(apart)).shapes] == [4, 4]


def test_a_period_is_a_bar_from_its_first_day_to_its_last():
    timeline = draw([bar([(1, 18), (2, 14)], is_exact=False)], today=TODAY)
    scale = Scale(date(2016, 1, 1), date(2016, 2, 29), PLOT_LEFT, PLOT_RIGHT)
    edges = xs(only(only(marks(timeline)).shapes).outline)
    assert (min(edges), max(edges)) == pytest.approx((scale.start(date(2016, 1, 18)), scale.end(date(2016, 2, 14))), abs=0.06)


def test_a_bar_that_goes_on_outside_the_window_ends_in_an_arrow_at_its_edge():
    whole = bar([date(2015, 1, 1), date(2017, 12, 31)], is_exact=False)
    timeline = draw([whole], today=TODAY, first=date(2016, 1, 1), last=date(2016, 12, 31))
    edges = xs(only(only(marks(timeline)).shapes).outline)
    assert len(edges) == 6
    assert (edges.count(PLOT_LEFT), edges.count(PLOT_RIGHT)) == (1, 1)


def test_a_week_in_a_long_engagement_is_still_seen_at_the_very_edge():
    bars = [bar([date(2012, 1, 2)]), bar([(12, 31)], subject="Uge", is_exact=False, standing=Standing.MET)]
    shape = only(marks(draw(bars, today=TODAY))[1].shapes)
    assert max(xs(shape.outline)) - min(xs(shape.outline)) == pytest.approx(6, abs=0.1)
    assert shape.symbol_css == "is-beside"
    assert max(xs(shape.symbol)) < min(xs(shape.outline))


def test_the_sign_of_a_narrow_bar_stands_to_its_right_and_of_a_wide_one_inside():
    bars = [
        bar([date(2012, 1, 2), date(2012, 1, 8)], subject="Uge", is_exact=False, standing=Standing.OVERDUE),
        bar([date(2012, 2, 1), date(2016, 6, 30)], is_exact=False, standing=Standing.OVERDUE),
    ]
    narrow, wide = (only(mark.shapes) for mark in marks(draw(bars, today=TODAY)))
    assert (narrow.symbol_css, wide.symbol_css) == ("is-beside", "is-inside")
    assert min(xs(narrow.symbol)) > max(xs(narrow.outline))


def test_every_standing_has_its_own_look_and_says_it_in_words():
    assert set(LOOKS) == set(Standing)
    signs = {}
    for standing in Standing:
        mark = only(marks(draw([bar([(5, 2)], standing=standing)], today=TODAY)))
        shape = only(mark.shapes)
        assert mark.title == f"Læringsseminar: mandag d. 2. maj 2016 (uge 18). {standing.label}."
        signs[standing] = (mark.css, bool(shape.core), shape.symbol)
    met, late, overdue, dropped = (signs[one] for one in (Standing.MET, Standing.MET_LATE, Standing.OVERDUE, Standing.DROPPED))
    assert met == late
    assert len({met[2], overdue[2], dropped[2]}) == 3
    assert signs[Standing.DUE_TODAY][1]
    assert not signs[Standing.UPCOMING][1]


def test_a_bar_under_way_shows_how_much_of_it_has_passed():
    ongoing = bar([(5, 2), (5, 31)], is_exact=False, standing=Standing.ONGOING)
    short, long = (only(only(marks(draw([ongoing], today=date(2016, 5, day)))).shapes).core for day in (5, 20))
    assert max(xs(short)) < max(xs(long)) < max(xs(only(only(marks(draw([ongoing], today=TODAY))).shapes).outline))
    assert only(only(marks(draw([ongoing], today=date(2016, 4, 1)))).shapes).core == ""


def test_what_may_be_left_out_is_marked_and_said():
    mark = only(marks(draw([bar([(5, 2)], optional=True)], today=TODAY)))
    assert mark.css == "phase--analysis is-open is-optional"
    assert mark.title.endswith("Kommende. Eventuel.")


# Moved dates


def test_a_moved_date_shows_where_it_stood_before():
    timeline = draw([bar([(6, 23)], before=[[(6, 16)]])], today=TODAY, first=date(2016, 5, 1), last=date(2016, 7, 31))
    mark = only(marks(timeline))
    ghost, shape = only(mark.ghosts), only(mark.shapes)
    assert (ghost.title, ghost.note, ghost.note_anchor) == ("Læringsseminar. Før: 16. juni 2016.", "Før: 16. juni", "end")
    assert max(xs(ghost.outline)) < min(xs(shape.outline))
    assert xs(ghost.line) == pytest.approx([xs(ghost.outline)[1], xs(shape.outline)[1]], abs=0.11)
    assert mark.title.endswith("Kommende. Før: 16. juni 2016.")
    assert [item.label for item in timeline.legend] == ["Kommende", "Tidligere dato", "Analyse"]


def test_the_note_stands_where_there_is_room_for_it():
    window_of_may = {"today": TODAY, "first": date(2016, 5, 1), "last": date(2016, 5, 31)}

    def note(*spans, **changes):
        return only(only(marks(draw([bar(*spans, **changes)], **window_of_may))).ghosts)

    assert note([(5, 10)], before=[[(5, 20)]]).note_anchor == "start"
    assert note([(5, 10)], before=[[(5, 2)]]).note_anchor == "start"  # too near the left edge for its own side
    assert note([(5, 20)], before=[[(5, 30)]]).note_anchor == "end"
    assert note([(5, 31)], before=[[(5, 1)]]).note == ""
    assert note([(6, 20)], before=[[(5, 20)]]).note == "Før: 20. maj"
    assert note([(5, 20)], before=[[date(2015, 5, 19), (5, 19)]]).note == "Før: 19. maj 2015 – 19. maj 2016"


def test_a_line_with_several_rows_or_dates_has_no_notes():
    together = [bar([(5, 12)], before=[[(5, 10)]], lane="a"), bar([(6, 2)], lane="a")]
    several = bar([(5, 12)], [(5, 20)], before=[[(5, 10)]])
    assert [ghost.note for mark in marks(draw(together, today=TODAY)) for ghost in mark.ghosts] == [""]
    assert [ghost.note for ghost in only(marks(draw([several], today=TODAY))).ghosts] == [""]


def test_a_date_that_became_one_and_a_part_that_stayed():
    kept = bar([(5, 12)], before=[[(5, 12)], [(5, 20)]])
    assert [ghost.title for ghost in only(marks(draw([kept], today=TODAY))).ghosts] == ["Læringsseminar. Før: 20. maj 2016."]
    outside = draw([kept], today=TODAY, first=date(2016, 5, 1), last=date(2016, 5, 15))
    assert only(marks(outside)).ghosts == ()
