"""The lines, words and window of the timeline, and what the template prints. Nothing here needs the database."""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagements.states import Standing
from engagements.timeline import Zoom, draw, window
from engagements.timeline_text import common_start, shorten, text_width, when, when_in_full
from tests.engagements.drawing import TODAY, bar, days, generated_plan, only, render

# Lanes


def test_rows_of_one_lane_share_a_line_named_by_what_they_have_in_common():
    meetings = [bar([(month, 2)], subject=f"Statusmøde {number}", lane="status") for number, month in enumerate((5, 6, 7), 1)]
    lane = only(draw(meetings, today=TODAY).lanes)
    assert lane.label == "Statusmøde (3)"
    assert lane.title == "Statusmøde (3): Statusmøde 1, Statusmøde 2 og Statusmøde 3"
    assert len(lane.marks) == 3
    unlike = [bar([(5, 2)], subject="Møde", lane="Andet"), bar([(5, 3)], subject="Brev", lane="Andet")]
    assert only(draw(unlike, today=TODAY).lanes).label == "Andet (2)"


def test_lanes_keep_the_order_of_the_rows_and_do_not_overlap():
    timeline = draw([bar([(7, 1)], subject="B"), bar([(5, 1)], subject="A"), bar([(6, 1)], subject="C")], today=TODAY)
    assert [lane.label for lane in timeline.lanes] == ["B", "A", "C"]
    assert all(one.bottom == two.top for one, two in pairwise(timeline.lanes))
    assert timeline.lanes[0].top == timeline.plot_top
    assert timeline.lanes[-1].bottom == timeline.plot_bottom < timeline.height


def test_a_dropped_line_is_told_apart():
    lane = only(draw([bar([(5, 2)], standing=Standing.DROPPED)], today=TODAY).lanes)
    assert lane.css == "phase--analysis is-dropped"


# Window and summary


def test_the_whole_engagement_goes_from_the_first_month_to_the_last_with_old_dates():
    bars = [bar([(2, 10)], before=[[(1, 31)]]), bar([date(2017, 2, 3)]), bar(before=[[date(2010, 1, 1)]])]
    assert window(bars, TODAY) == (date(2016, 1, 1), date(2017, 2, 28))
    timeline = draw(bars, today=TODAY)
    assert timeline.summary == (
        "Tidslinje fra januar 2016 til februar 2017: 2 milepæle, 0 opfyldt, 0 overskredet, 1 uden dato i perioden. "
        "De samme data findes som liste."
    )


@pytest.mark.parametrize(("today", "year"), [(2016, 2016), (2014, 2016), (2019, 2018), (2017, 2018), (2030, 2018)])
def test_the_year_is_this_one_or_the_nearest_with_anything(today, year):
    bars = [bar([(5, 2)]), bar([date(2018, 1, 2)])]
    assert window(bars, date(today, 6, 1), Zoom.YEAR) == (date(year, 1, 1), date(year, 12, 31))


def test_a_year_in_the_middle_of_a_long_period_has_something():
    whole = [bar([date(2015, 1, 1), date(2018, 12, 31)], is_exact=False)]
    assert window(whole, date(2017, 6, 1), Zoom.YEAR) == (date(2017, 1, 1), date(2017, 12, 31))


def test_the_summary_counts_what_is_met_overdue_and_dropped():
    standings = [Standing.MET, Standing.MET_LATE, Standing.OVERDUE, Standing.DROPPED]
    bars = [bar([(5, day)], subject=f"Række {day}", standing=standing) for day, standing in enumerate(standings, 1)]
    assert draw(bars, today=TODAY).summary == (
        "Tidslinje fra maj 2016 til maj 2016: 3 milepæle, 2 opfyldt, 1 overskredet, 1 bortfaldet. De samme data findes som liste."
    )


def test_an_empty_plan_has_no_lanes_and_says_so():
    for zoom in Zoom:
        assert window([], TODAY, zoom) == (date(2016, 1, 1), date(2016, 12, 31))
    timeline = draw([], today=TODAY)
    assert (timeline.lanes, timeline.bands, timeline.legend) == ((), (), ())
    html = render(timeline)
    assert "Ingen milepæle har en dato i perioden." in html
    assert "<svg" not in html


def test_a_plan_of_one_day_fills_its_month():
    timeline = draw([bar([(5, 2)])], today=TODAY)
    assert timeline.title == "Tidslinje fra maj 2016 til maj 2016"
    assert len(timeline.lanes) == 1
    assert [week.label for week in timeline.weeks] == ["18", "19", "20", "21"]


# Words


@settings(deadline=None)
@given(st.text(max_size=120), st.integers(60, 300))
def test_a_label_is_never_wider_than_its_column(text, width):
    short = shorten(text, width, 14)
    assert text_width(short, 14) <= width
    assert short == text or short.endswith("…")


@pytest.mark.parametrize(
    ("text", "width", "short"),
    [
        ("Læringsseminar", 252, "Læringsseminar"),
        ("Frist for oversigt over borgere til interviews", 200, "Frist for oversigt over borger…"),
        ("Afsluttende selvevaluering og redegørelse", 215, "Afsluttende selvevaluering…"),
        ("Sagsgennemgangskoordinatorinterviewmøder", 120, "Sagsgennemgan…"),
    ],
)
def test_labels_end_with_a_whole_word_where_that_leaves_little_room_empty(text, width, short):
    assert shorten(text, width, 14) == short


def test_common_start_of_subjects():
    assert common_start(["Statusmøde 1", "Statusmøde 2 med sagsgennemgang"]) == "Statusmøde"
    assert common_start(["Møde", "Brev"]) == ""


@pytest.mark.parametrize(
    ("spans", "is_exact", "text"),
    [
        ([[(4, 28)]], True, "torsdag d. 28. april 2016 (uge 17)"),
        ([[(5, 9), (5, 11)]], True, "9.-11. maj 2016 (uge 19)"),
        ([[(4, 6)], [(4, 8)]], True, "6. og 8. april 2016 (uge 14)"),
        ([[(1, 18), (2, 14)]], False, "uge 3-6 2016 (18. januar – 14. februar 2016)"),
        ([[(1, 18), (1, 24)], [(2, 1), (2, 7)]], False, "uge 3 og 5 2016"),
        ([[date(2017, 1, 1), date(2017, 3, 31)]], False, "januar-marts 2017"),
        ([[(6, 11), (6, 20)]], False, "11.-20. juni 2016"),
    ],
)
def test_dates_are_written_in_the_unit_they_fill(spans, is_exact, text):
    assert when_in_full(days(*spans), is_exact) == text


def test_a_week_of_exact_days_is_written_as_days():
    assert when(days([(1, 18), (1, 24)]), True) == "18.-24. januar 2016"


# The page


def test_the_template_prints_well_formed_svg_without_style_or_script():
    moved = [replace(row, baseline=days([date(2026, 10, 2)])) if number == 3 else row for number, row in enumerate(generated_plan())]
    timeline = draw(moved, today=date(2027, 6, 14), id_prefix="plan")
    html = render(timeline)
    figure = ElementTree.fromstring(html.replace("data-2d", 'data-2d=""'))
    assert not re.search(r"style=|<style|<script|\bon\w+=", html)
    ids = [element.get("id") for element in figure.iter() if element.get("id")]
    assert ids == ["plan-titel", "plan-resume"]
    plot = only(element for element in figure.iter("svg") if element.get("role") == "img")
    assert plot.get("viewBox") == f"272 0 888 {timeline.height}"
    assert plot.findtext("desc") == timeline.summary
    region = only(element for element in figure.iter("div") if element.get("role") == "region")
    assert (region.get("tabindex"), region.get("aria-label")) == ("0", timeline.title)
    numbers = [value for element in plot.iter() for name, value in element.items() if name in {"x", "y", "width", "height", "d"}]
    assert numbers
    assert not any("," in number for number in numbers)


def test_two_timelines_on_a_page_share_no_id():
    ids = [set(re.findall(r'id="([^"]+)"', render(draw([bar([(5, 2)])], today=TODAY, id_prefix=prefix)))) for prefix in ("a", "b")]
    assert not ids[0] & ids[1]


def test_subjects_are_escaped():
    html = render(draw([bar([(5, 2)], subject="<script>alert(1)</script> & mere")], today=TODAY))
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_two_years_of_milestones_make_a_small_page():
    rows = generated_plan()
    bars = [replace(row, lane=str(number)) for number, row in enumerate((rows * 2)[:60])]
    timeline = draw(bars, today=date(2027, 6, 14))
    assert len(timeline.lanes) == 60
    assert len(render(timeline)) < 70_000
