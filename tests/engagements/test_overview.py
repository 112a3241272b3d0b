"""Rows whose texts are ready: how a milestone is told on the lists, and what the pages count."""

from datetime import date

import pytest

from engagements import overview
from engagements.actions import lifecycle, milestones
from engagements.models import Engagement, Milestone
from engagements.states import EngagementState, Phase, Precision, Purpose
from tests import factories

TODAY = date(2026, 3, 10)  # a Tuesday
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]


@pytest.fixture
def _frozen(time_machine):
    time_machine.move_to("2026-03-10 12:00 +0100")


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant, starts_on=date(2026, 3, 2))


def rows(engagement):
    return overview.rows_of(engagement.milestones.chronological().prefetch_related("purposes"), TODAY)


@pytest.mark.parametrize(
    ("first", "last", "fields", "dates", "weeks", "when"),
    [
        (date(2026, 3, 10), None, {}, "tirsdag d. 10. marts 2026", "uge 11", "i dag"),
        (date(2026, 3, 13), None, {}, "fredag d. 13. marts 2026", "uge 11", "om 3 arbejdsdage"),
        (date(2026, 3, 9), None, {}, "mandag d. 9. marts 2026", "uge 11", "for 1 arbejdsdag siden"),
        (date(2026, 3, 9), None, {"optional": True}, "mandag d. 9. marts 2026", "uge 11", ""),
        (date(2026, 4, 28), None, {}, "tirsdag d. 28. april 2026", "uge 18", "om 7 uger"),
        (date(2026, 1, 20), None, {}, "tirsdag d. 20. januar 2026", "uge 4", "for 7 uger siden"),
        (date(2026, 11, 20), None, {}, "fredag d. 20. november 2026", "uge 47", ""),
        (date(2026, 3, 16), date(2026, 3, 29), {"precision": Precision.WEEKS}, "uge 12-13 2026", "", "om 4 arbejdsdage"),
        (date(2026, 3, 2), date(2026, 3, 29), {"precision": Precision.WEEKS}, "uge 10-13 2026", "", ""),
        (None, None, {}, "Ingen dato endnu", "", ""),
    ],
)
def test_a_milestone_is_told_with_date_week_and_distance(engagement, first, last, fields, dates, weeks, when):
    factories.milestone(engagement, on=first, until=last, **fields)
    (row,) = rows(engagement)
    assert (row.dates, row.weeks, row.when, row.party, row.before) == (dates, weeks, when, "Kommunen", "")


@pytest.mark.parametrize(
    ("first", "then", "precision", "before"),
    [
        ([[date(2026, 3, 9)] * 2], [[date(2026, 3, 16)] * 2], Precision.DAY, "mandag d. 9. marts 2026"),
        ([[date(2026, 3, 9), date(2026, 3, 15)]], [[date(2026, 3, 17)] * 2], Precision.DAY, "9.-15. marts 2026"),
        ([[date(2026, 3, 9)] * 2], [[date(2026, 3, 16), date(2026, 3, 22)]], Precision.WEEK, "mandag d. 9. marts 2026"),
        ([[date(2026, 3, 9)] * 2, [date(2026, 3, 11)] * 2], [[date(2026, 3, 16)] * 2], Precision.DAY, "9. og 11. marts 2026"),
        ([[date(2026, 3, 9), date(2026, 3, 15)]], [[date(2026, 3, 16), date(2026, 3, 22)]], Precision.WEEK, "uge 11 2026"),
    ],
)
def test_a_moved_milestone_shows_its_first_dates_as_exactly_as_they_were(engagement, first, then, precision, before):
    milestone = factories.milestone(engagement, on=TODAY)
    Milestone.objects.filter(pk=milestone.pk).update(baseline=first, occurrences=then, precision=precision)
    assert rows(engagement)[0].before == before


def test_the_page_counts_what_is_met_late_and_standing(engagement, consultant):
    met, dropped = factories.milestone(engagement, on=date(2026, 3, 2)), factories.milestone(engagement, on=date(2026, 3, 3))
    factories.milestone(engagement, on=date(2026, 3, 4))
    factories.milestone(engagement)
    milestones.meet(milestone=met, on=TODAY, reason="x", by=consultant)
    milestones.drop(milestone=dropped, reason="x", by=consultant)
    assert overview.counted(rows(engagement)) == (1, 1, 3)


def test_the_next_are_the_open_ones_from_today_and_a_period_that_has_begun_by_its_end(engagement, consultant):
    period = factories.milestone(engagement, on=date(2026, 3, 2), until=date(2026, 3, 18), precision=Precision.WEEKS, subject="Periode")
    for subject, day in [("Sent", 9), ("Fjerde", 30), ("I dag", 10), ("Møde", 12)]:
        factories.milestone(engagement, on=date(2026, 3, day), subject=subject)
    met = factories.milestone(engagement, on=date(2026, 3, 11))
    milestones.meet(milestone=met, on=TODAY, reason="x", by=consultant)
    assert [row.milestone.subject for row in overview.next_rows(rows(engagement), TODAY)] == ["I dag", "Møde", period.subject]


def test_rows_stand_under_their_phase_in_the_programme_s_order(engagement):
    for phase in (Phase.CLOSING, Phase.APPLICATION, Phase.ANALYSIS):
        factories.milestone(engagement, on=TODAY, phase=phase)
    assert [phase for phase, _ in overview.by_phase(rows(engagement), engagement)] == [Phase.ANALYSIS, Phase.CLOSING, Phase.APPLICATION]


@pytest.mark.parametrize(
    ("state", "marks"),
    [
        (EngagementState.PLANNED, ["done", "coming", "coming", "coming"]),
        (EngagementState.ACTIVE, ["done", "current", "coming", "coming"]),
        (EngagementState.PAUSED, ["done", "current", "coming", "coming"]),
        (EngagementState.COMPLETED, ["done", "done", "done", "done"]),
    ],
)
def test_the_strip_shows_done_current_and_coming_phases(engagement, consultant, state, marks):
    lifecycle.change_phase(engagement=engagement, to=Phase.PLANNING, by=consultant)
    Engagement.objects.filter(pk=engagement.pk).update(state=state)
    found = overview.phase_marks(Engagement.objects.get(pk=engagement.pk))
    assert [mark.state for mark in found] == marks
    assert (found[0].label, found[0].months) == ("Analyse", "ca. 6 måneder")


def test_the_timeline_leaves_out_what_is_dropped_or_undated_and_repetitions_share_a_lane(engagement, consultant):
    dropped = factories.milestone(engagement, on=TODAY)
    milestones.drop(milestone=dropped, reason="x", by=consultant)
    factories.milestone(engagement)
    single = factories.milestone(engagement, on=TODAY, purpose=Purpose.CASES_DUE)
    for day in (16, 23):
        factories.milestone(engagement, on=date(2026, 3, day), purpose=Purpose.STATUS_MEETING)
    assert [bar.lane for bar in overview.bars(rows(engagement))] == [str(single.pk), "status_meeting", "status_meeting"]
