"""Every plan template on every start day of five years: free days only, order kept, time to answer kept."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from accounts.catalogue import read as read_accounts
from accounts.catalogue import read_municipalities
from engagements.calendar import each_day, is_working_day, working_days_between
from engagements.catalogue import read
from engagements.plan_items import by_days, first_day, last_day
from engagements.schedule import Planned, generate, template_item
from engagements.states import DEADLINE_KINDS, EVENT_KINDS, PRECEDENCE, Area, Phase, Precision, Purpose

TEMPLATES = {row["slug"]: row for row in read("plan_templates")["template"]}
VERSIONS = {row["slug"]: row["versions"][0] for row in read("programmes")["programme"]}
ITEMS = {slug: tuple(template_item(row) for row in template["rows"]) for slug, template in TEMPLATES.items()}
YEARS = range(2026, 2031)


def plan_of(slug: str, start: date, **flags: object) -> list[Planned]:
    return generate(ITEMS[slug], start, flags=VERSIONS[TEMPLATES[slug]["programmes"][0]] | flags)


def by_key(plan: list[Planned]) -> dict[str, Planned]:
    return {row.key: row for row in plan if row.sequence == 1}


def bad_days(plan: list[Planned]) -> list[tuple[str, date]]:
    return [
        (row.subject, day)
        for row in plan
        if row.kind in DEADLINE_KINDS | EVENT_KINDS and by_days(row.precision)
        for start, end in row.occurrences
        for day in each_day(start, end)
        if day.month == 7 or not is_working_day(day)
    ]


def broken_blocks(plan: list[Planned]) -> list[tuple[str, str]]:
    blocks: dict[str, list[Planned]] = {}
    for row in plan:
        blocks.setdefault(row.block, []).append(row)
    broken = []
    for rows in blocks.values():
        for above, below in pairwise(rows):
            both_events = above.kind in EVENT_KINDS and below.kind in EVENT_KINDS
            bound = last_day(above.occurrences) if both_events else first_day(above.occurrences)
            if first_day(below.occurrences) < bound or (both_events and first_day(below.occurrences) == bound):
                broken.append((above.subject, below.subject))
    return broken


def broken_precedence(plan: list[Planned]) -> list[tuple[str, str]]:
    holders: dict[Purpose, list[Planned]] = {}
    for row in plan:
        for purpose, _ in row.purposes:
            holders.setdefault(purpose, []).append(row)
    return [
        (a.subject, b.subject)
        for first, second in PRECEDENCE
        for a in holders.get(first, [])
        for b in holders.get(second, [])
        if first_day(b.occurrences) <= (last_day(a.occurrences) if by_days(a.precision) else first_day(a.occurrences))
    ]


def avoided(row: Planned) -> bool:
    return row.moved and any(not reason.startswith("Rækkefølge") for reason in row.reasons)


@pytest.mark.parametrize("slug", TEMPLATES)
def test_every_start_day_of_five_years_gives_free_days_in_order(slug):
    moved: Counter[int] = Counter()
    for start in each_day(date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)):
        plan = plan_of(slug, start)
        assert (bad_days(plan), broken_blocks(plan), broken_precedence(plan)) == ([], [], []), start
        rows = by_key(plan)
        if "corrections_due" in rows:
            window = working_days_between(last_day(rows["report_presented"].occurrences), first_day(rows["corrections_due"].occurrences))
            assert window >= 6, start
        moved[start.year] += sum(avoided(row) for row in plan)
    assert set(moved) == set(YEARS)
    assert min(moved.values()) > 0


@pytest.mark.parametrize("slug", TEMPLATES)
def test_every_row_of_the_catalogue_is_dated_when_all_flags_are_on(slug):
    plan = plan_of(slug, date(2026, 2, 2), uses_status_measurement=True, uses_cooperation_agreement=True, follow_up_months=8)
    assert {row.key for row in plan} == {item.key for item in ITEMS[slug]}
    assert (bad_days(plan), broken_blocks(plan), broken_precedence(plan)) == ([], [], [])


def test_the_default_template_has_the_lags_of_the_real_plan_of_2016():
    rows = by_key(plan_of("handicap-standard", date(2016, 2, 1)))
    real = {
        "call_in_letter": (2, 1),
        "materials_order": (2, 1),
        "cases_due": (2, 19),
        "materials_due": (2, 23),
        "self_evaluation_due": (2, 23),
        "orientation_meeting": (4, 15),
        "learning_seminar": (4, 28),
        "staff_interviews": (5, 9),
        "follow_up_interviews": (5, 19),
        "report_presented": (6, 16),
    }
    assert {key: (first_day(rows[key].occurrences).month, first_day(rows[key].occurrences).day) for key in real} == real
    assert rows["staff_interviews"].occurrences == ((date(2016, 5, 9), date(2016, 5, 11)),)
    interviews = first_day(rows["citizen_interviews"].occurrences)
    assert (interviews - first_day(rows["interview_list_due"].occurrences)).days == 28
    assert (interviews - date(2016, 2, 1)).days == 63


def test_the_last_rows_of_the_2016_plan_move_out_of_july_because_the_window_for_corrections_is_longer_than_it_was():
    rows = by_key(plan_of("handicap-standard", date(2016, 2, 1)))
    assert first_day(rows["corrections_due"].occurrences) == date(2016, 6, 30)
    assert first_day(rows["political_presentation"].occurrences) == date(2016, 8, 1)
    assert rows["political_presentation"].reasons == ("Juli: flyttet til første mulige arbejdsdag i august",)
    assert rows["publication"].reasons == ("Rækkefølge: lægges efter »Oplæg for det politiske niveau«",)


def test_development_is_fifteen_months_with_a_status_meeting_every_eighth_week_and_a_status_in_its_middle():
    plan = plan_of("handicap-standard", date(2026, 2, 2))
    rows = by_key(plan)
    start, end = rows["development"].occurrences[0]
    assert ((end - start).days + 1, rows["development"].precision) == (65 * 7, Precision.WEEKS)
    meetings = [row for row in plan if row.key == "status_meeting"]
    assert [row.offset for row in meetings] == [8, 16, 24, 32, 40, 48, 56, 64]
    assert [row.purposes for row in meetings] == [((Purpose.STATUS_MEETING, number),) for number in range(1, 9)]
    assert abs((first_day(rows["midterm"].occurrences) - start) - (end - first_day(rows["midterm"].occurrences))).days < 14
    assert all(row.subject == f"Statusmøde {row.sequence}" for row in meetings)
    assert (first_day(rows["status_report"].occurrences) - end).days in range(85, 130)


def test_the_programme_version_decides_how_often_the_parties_meet():
    plan = plan_of("handicap-standard", date(2026, 2, 2), meeting_interval_weeks=13)
    assert [row.offset for row in plan if row.key == "status_meeting"] == [13, 26, 39, 52]


def test_the_month_template_begins_each_block_in_its_month_when_summer_does_not_interfere():
    rows = by_key(plan_of("handicap-maaneder", date(2026, 9, 1)))
    months = {key: (first_day(rows[key].occurrences).year, first_day(rows[key].occurrences).month) for key in rows}
    assert months["kick_off"] == (2026, 10)
    assert months["citizen_interviews"] == (2026, 11)
    assert months["staff_interviews"] == (2026, 12)
    assert months["report_presented"] == (2027, 3)
    assert months["political_presentation"] == (2027, 4)
    assert months["development_workshop"] == (2027, 4)
    assert months["plan_final"] == (2027, 6)
    assert rows["development"].occurrences == ((date(2027, 8, 1), date(2028, 8, 31)),)
    assert months["final_self_evaluation"] == (2028, 9)
    assert months["status_report"] == (2028, 11)


def test_july_cascades_through_the_chained_rows_of_the_month_template():
    rows = by_key(plan_of("handicap-maaneder", date(2026, 6, 1)))
    assert rows["kick_off"].reasons == ("Juli: flyttet til første mulige arbejdsdag i august",)
    assert first_day(rows["cases_due"].occurrences) == date(2026, 8, 20)
    assert first_day(rows["staff_interviews"].occurrences) > last_day(rows["citizen_interviews"].occurrences)


def test_the_permanent_programme_reviews_cases_at_every_second_meeting_and_follows_up_after_eight_months():
    plan = plan_of("udsatte-boern-standard", date(2026, 2, 2))
    rows = by_key(plan)
    subjects = [row.subject for row in plan if row.key == "status_meeting"]
    assert subjects[:4] == ["Statusmøde 1", "Statusmøde 2 med sagsgennemgang", "Statusmøde 3", "Statusmøde 4 med sagsgennemgang"]
    assert rows["cases_due"].item.expected_count == 12
    assert [rows[key].item.phase for key in ("learning_seminar", "workshop_2")] == [Phase.ANALYSIS, Phase.ANALYSIS]
    follow_up, report = first_day(rows["follow_up_meeting"].occurrences), first_day(rows["status_report"].occurrences)
    assert (follow_up.year * 12 + follow_up.month) - (report.year * 12 + report.month) == 8
    assert "cooperation_agreement" not in rows


def test_a_theme_day_has_its_programme_two_weeks_before_and_its_evaluation_two_weeks_after():
    rows = by_key(plan_of("temadag-standard", date(2026, 9, 1)))
    day = first_day(rows["theme_day"].occurrences)
    assert (day - first_day(rows["programme_sent"].occurrences)).days == 14
    assert (first_day(rows["evaluation"].occurrences) - day).days == 14
    assert rows["theme_day_2"].item.optional


def test_a_letter_that_would_go_out_in_july_waits_and_takes_its_deadlines_with_it():
    rows = by_key(plan_of("handicap-standard", date(2026, 7, 15)))
    assert first_day(rows["call_in_letter"].occurrences) == date(2026, 8, 3)
    assert rows["materials_order"].reasons == rows["call_in_letter"].reasons
    assert first_day(rows["cases_due"].occurrences) == date(2026, 8, 21)
    assert first_day(rows["kick_off"].occurrences) == date(2026, 6, 30)


def test_a_report_published_in_winter_is_told_to_the_staff_six_weeks_later_and_not_in_august():
    rows = by_key(plan_of("handicap-standard", date(2026, 7, 15)))
    assert first_day(rows["publication"].occurrences) == date(2027, 1, 18)
    assert first_day(rows["staff_presentation"].occurrences) == date(2027, 3, 1)


def test_programmes_phases_and_templates_fit_each_other():
    programmes = {row["slug"]: row for row in read("programmes")["programme"]}
    assert {slug for template in TEMPLATES.values() for slug in template["programmes"]} == set(programmes)
    for slug, programme in programmes.items():
        assert [template["default"] for template in TEMPLATES.values() if slug in template["programmes"]].count(True) == 1
        assert set(programme["areas"]) <= set(Area.values)
        phases = {row["phase"] for row in programme["versions"][0]["phases"]}
        assert phases <= set(Phase.values)
        for name, template in TEMPLATES.items():
            if slug in template["programmes"]:
                assert {row.item.phase for row in plan_of(name, date(2026, 2, 2))} <= phases
    assert [VERSIONS[slug]["case_count"] for slug in VERSIONS] == [20, 20, 12, 0]


def test_service_areas_are_dated_and_name_the_act_with_each_paragraph():
    areas = read("service_areas")["service_area"]
    assert Counter(row["area"] for row in areas) == {"adult": 8, "child": 10, "vulnerable": 10}
    assert all(base["act"] and base["paragraphs"].startswith("§") for row in areas for base in row["legal_bases"])
    for day, paragraphs in ((date(2023, 12, 31), "§ 41"), (date(2024, 1, 1), "§ 86")):
        valid = [row for row in areas if row["valid_from"] <= day <= row.get("valid_to", date.max) and row["name"] == "Merudgifter"]
        assert [row["legal_bases"][0]["paragraphs"] for row in valid] == [paragraphs]


def test_there_are_98_municipalities_with_their_display_names_and_regions():
    rows = read_municipalities()
    names = {row["name"]: row["display_name"] for row in rows}
    assert (len(rows), len({row["code"] for row in rows}), {len(row["code"]) for row in rows}) == (98, 98, {4})
    assert names["København"] == "Københavns Kommune"
    assert names["Bornholm"] == "Bornholms Regionskommune"
    assert names["Nordfyns"] == "Nordfyns Kommune"
    assert names["Lyngby-Taarbæk"] == "Lyngby-Taarbæk Kommune"
    regions = {row["name"]: row for row in read_accounts("regions")["region"]}
    assert {row["region"] for row in rows} | {"Region Østdanmark"} == set(regions)
    assert [name for name, row in regions.items() if row.get("successor")] == ["Region Hovedstaden", "Region Sjælland"]
    assert all(regions[row["successor"]]["valid_from"] > row["valid_to"] for row in regions.values() if "successor" in row)
    assert [row["kind"] for row in read_accounts("organisations")["organisation"]] == ["sbst", "viso", "ankestyrelsen"]
