"""Taking a pasted timetable in: *Erstat*, *Tilføj*, anchors, what lies in the past, and the walk of the issue with the 2016 plan."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from accounts import audit
from accounts.refusal import Denied, Refused
from accounts.states import Role
from engagements import timetable
from engagements.actions import changes, drafting, importing, milestones, moving
from engagements.models import Milestone, MilestoneTemplate, TimetableDraft
from engagements.states import EngagementState, MilestoneState, Mode, Precision, Purpose, Unit
from tests import factories
from tests.engagements.rows import stored

HEDENSTED = (Path(__file__).parent / "fixtures" / "hedensted_2016.txt").read_text(encoding="utf-8")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]


@pytest.fixture
def _frozen(time_machine):
    time_machine.move_to("2016-02-10 12:00 +0100")


def rows_of(text: str = HEDENSTED):
    return timetable.read(text, year=None, today=date(2016, 2, 10)).rows


def take_in(engagement, by, rows=None, *, replace=True, past_is_met=False, plan_number=None):
    return importing.import_timetable(
        engagement=engagement,
        rows=rows_of() if rows is None else rows,
        replace=replace,
        past_is_met=past_is_met,
        by=by,
        plan_number=engagement.plan_number if plan_number is None else plan_number,
    )


@pytest.fixture
def planned(consultant):
    return factories.engagement(consultant, starts_on=date(2016, 2, 1), plan=True)


@pytest.fixture
def empty(consultant):
    return factories.engagement(consultant, starts_on=date(2016, 2, 1))


def of(engagement, purpose) -> Milestone:
    return engagement.milestones.get(purposes__purpose=purpose, purposes__dropped=False)


def shape(engagement):
    """What the 21 rows must look like whichever plan they came into."""
    rows = engagement.milestones.standing().order_by("position")
    return [(row.subject, row.occurrences, row.phase, row.party, row.kind, row.precision, row.optional) for row in rows]


# Erstat


def test_replacing_an_empty_plan_gives_exactly_the_rows(empty, consultant):
    change_set = take_in(empty, consultant)
    read = rows_of()
    assert shape(empty) == [
        (row.subject, [list(pair) for pair in row.occurrences], row.phase, row.party, row.kind, row.precision, row.optional) for row in read
    ]
    assert (change_set.summary, change_set.changes.count(), len(read)) == ("Tidsplan indlæst: 21 rækker", 21, 21)


def test_replacing_a_template_plan_leaves_the_same_rows_standing(empty, planned, consultant):
    take_in(empty, consultant)
    take_in(planned, consultant)
    assert shape(planned) == shape(empty)


def test_replacing_updates_rows_of_the_same_purpose_and_drops_the_other_open_ones(planned, consultant):
    cases, meeting = of(planned, Purpose.CASES_DUE), of(planned, Purpose.KICK_OFF)
    met = of(planned, Purpose.THEME_DAY)
    milestones.meet(milestone=met, on=date(2016, 2, 9), reason="Holdt", by=consultant)
    take_in(planned, consultant)
    cases.refresh_from_db()
    meeting.refresh_from_db()
    met.refresh_from_db()
    assert (cases.subject, cases.occurrences) == ("Frist for at indsende sager", [[date(2016, 2, 19)] * 2])
    assert (meeting.state, meeting.state_reason) == (MilestoneState.DROPPED, "Erstattet af den indlæste tidsplan")
    assert meeting.purposes.get().dropped
    assert met.state == MilestoneState.MET


def test_an_imported_row_counts_as_agreed_from_the_start(planned, consultant):
    take_in(planned, consultant)
    assert not any(row.was_moved for row in planned.milestones.standing())
    assert of(planned, Purpose.CASES_DUE).source_text == "19. februar"


def test_a_bundled_row_holds_all_its_purposes(empty, consultant):
    take_in(empty, consultant)
    assert of(empty, Purpose.MATERIALS_DUE) == of(empty, Purpose.SELF_EVALUATION_DUE)


def test_undo_of_an_import_puts_the_template_plan_back(planned, consultant):
    before = stored(planned)
    changes.undo(change_set=take_in(planned, consultant), by=consultant)
    assert stored(planned) == before


# Tilføj


def test_adding_leaves_the_plan_and_puts_every_row_below_it(planned, consultant):
    before = [row.pk for row in planned.milestones.order_by("position")]
    take_in(planned, consultant, rows_of("Frist for at indsende sager\t19. februar 2016\n"), replace=False)
    rows = list(planned.milestones.order_by("position"))
    assert [row.pk for row in rows[:-1]] == before
    assert [(row.purpose, row.sequence) for row in rows[-1].purposes.all()] == [("cases_due", 2)]
    assert all(row.is_open for row in rows)


def test_adding_after_a_dropped_repetition_finds_a_free_number(planned, consultant):
    numbered = planned.milestones.filter(purposes__purpose=Purpose.STATUS_MEETING).order_by("purposes__sequence")
    last = numbered.count()
    milestones.drop(milestone=numbered.first(), reason="Aflyst", by=consultant)
    take_in(planned, consultant, rows_of("Statusmøde\t19. februar 2018\n"), replace=False)
    assert planned.milestones.get(starts_on=date(2018, 2, 19)).purposes.get().sequence == last + 1


def test_replacing_after_a_met_repetition_finds_a_free_number(planned, consultant):
    numbered = list(planned.milestones.filter(purposes__purpose=Purpose.STATUS_MEETING).order_by("purposes__sequence"))
    milestones.meet(milestone=numbered[2], on=date(2016, 2, 9), reason="Holdt", by=consultant)
    take_in(planned, consultant, rows_of("Statusmøde\t19. februar 2018\nStatusmøde\t19. april 2018\n"))
    standing = planned.milestones.standing().filter(purposes__purpose=Purpose.STATUS_MEETING)
    assert sorted(standing.values_list("purposes__sequence", flat=True)) == [3, 4, 5]


def test_what_is_delivered_of_a_bundled_row_stays_delivered(planned, consultant, coordinator):
    both = rows_of("Materialer og selvevaluering sendes til taskforcen\t23. februar 2016\n")
    take_in(planned, consultant, both)
    milestones.meet_purpose(engagement=planned, purpose=Purpose.MATERIALS_DUE, by=coordinator)
    planned.refresh_from_db()
    again = {"materials_due": coordinator, "self_evaluation_due": None}
    take_in(planned, consultant, both)
    assert {row.purpose: row.met_by for row in of(planned, Purpose.MATERIALS_DUE).purposes.all()} == again
    split = "Selvevaluering sendes til taskforcen\t23. februar 2016\nMaterialer sendes til taskforcen\t24. februar 2016\n"
    take_in(planned, consultant, rows_of(split))
    standing = planned.milestones.standing().order_by("position")
    assert [[(one.purpose, one.sequence, one.met_by) for one in row.purposes.order_by("purpose")] for row in standing] == [
        [("materials_due", 1, coordinator), ("self_evaluation_due", 1, None)],
        [("materials_due", 2, None)],
    ]


# The past


def test_what_lies_in_the_past_is_met_only_when_asked_for(empty, planned, consultant):
    take_in(empty, consultant)
    assert set(empty.milestones.values_list("state", flat=True)) == {"open"}
    take_in(planned, consultant, past_is_met=True)
    met = planned.milestones.filter(state=MilestoneState.MET)
    assert {(row.subject, row.met_at, row.met_by, row.state_reason) for row in met} == {
        ("Modtager brev om indkaldelse af sager", date(2016, 2, 1), consultant, "Lå før indlæsningen af tidsplanen"),
        ("Modtager bestilling på materiale og selvevaluering", date(2016, 2, 1), consultant, "Lå før indlæsningen af tidsplanen"),
    }


# Anchors


def test_an_imported_row_hangs_where_the_template_hangs_its_purpose(planned, consultant):
    take_in(planned, consultant)
    orientation, cases = of(planned, Purpose.ORIENTATION_MEETING), of(planned, Purpose.CASES_DUE)
    assert (orientation.anchor, orientation.mode, orientation.offset, orientation.unit) == (cases, Mode.RELATIVE, 56, Unit.DAYS)
    letter = of(planned, Purpose.CALL_IN_LETTER)
    assert (cases.anchor, cases.mode, cases.offset) == (letter, Mode.RELATIVE, 18)
    assert (letter.anchor, letter.mode, letter.offset) == (None, Mode.RELATIVE, 0)


def test_a_row_without_a_known_purpose_stands_fixed(planned, consultant):
    take_in(planned, consultant)
    assert planned.milestones.standing().filter(purposes=None, mode=Mode.RELATIVE).count() == 0


def test_a_row_whose_anchor_is_not_in_the_text_hangs_on_the_start(empty, consultant):
    take_in(empty, consultant, rows_of("Orientering om sagsgennemgang\t15. april 2016\n"))
    milestone = of(empty, Purpose.ORIENTATION_MEETING)
    assert (milestone.anchor, milestone.mode, milestone.offset) == (None, Mode.RELATIVE, 74)


def test_a_row_hangs_on_what_is_met_already(planned, consultant):
    cases = of(planned, Purpose.CASES_DUE)
    milestones.meet(milestone=cases, on=date(2016, 2, 9), reason="x", by=consultant)
    take_in(planned, consultant, rows_of("Orientering om sagsgennemgang\t15. april 2016\n"))
    assert of(planned, Purpose.ORIENTATION_MEETING).anchor == cases


def test_an_undated_row_follows_nothing(empty, consultant):
    (row,) = rows_of("Orientering om sagsgennemgang\t15. april 2016\n")
    take_in(empty, consultant, [replace(row, occurrences=(), precision=Precision.UNKNOWN)])
    milestone = of(empty, Purpose.ORIENTATION_MEETING)
    assert (milestone.mode, milestone.anchor, milestone.occurrences) == (Mode.FIXED, None, [])


def test_two_purposes_in_one_row_never_make_a_circle(empty, consultant):
    (row,) = rows_of("Orientering om sagsgennemgang\t15. april 2016\n")
    both = replace(row, purposes=(Purpose.ORIENTATION_MEETING, Purpose.CASES_DUE))
    take_in(empty, consultant, [both])
    assert empty.milestones.get().anchor is None


def test_a_programme_without_a_template_gives_fixed_dates(empty, consultant):
    empty.programme_version.plan_templates.all().delete()
    take_in(empty, consultant)
    assert set(empty.milestones.values_list("mode", flat=True)) == {Mode.FIXED}


def test_a_fixed_row_of_the_template_stays_fixed(empty, consultant):
    MilestoneTemplate.objects.filter(purposes__contains=[Purpose.CASES_DUE]).update(mode=Mode.FIXED)
    take_in(empty, consultant)
    assert of(empty, Purpose.CASES_DUE).mode == Mode.FIXED


# Refusals


def test_an_import_of_nothing_is_refused(planned, consultant):
    before = stored(planned)
    with pytest.raises(Refused) as error:
        take_in(planned, consultant, [])
    assert str(error.value) == "Vælg mindst én række, der skal indlæses."
    assert stored(planned) == before


def test_an_import_seen_on_an_older_plan_is_refused(planned, consultant):
    with pytest.raises(Refused) as error:
        take_in(planned, consultant, plan_number=planned.plan_number - 1)
    assert str(error.value) == changes.SOMEBODY_ELSE


@pytest.mark.parametrize("role", Role)
def test_only_a_consultant_of_the_team_imports_or_keeps_a_draft(planned, role):
    person = factories.person(role)
    with pytest.raises(Denied):
        take_in(planned, person)
    with pytest.raises(Denied):
        drafting.keep(engagement=planned, text="x", year=None, by=person)


# The draft


def test_a_new_paste_replaces_the_person_s_last_one_and_an_import_ends_it(planned, consultant):
    drafting.keep(engagement=planned, text="gammel", year=2016, by=consultant)
    draft = drafting.keep(engagement=planned, text="ny", year=None, by=consultant)
    assert [(one.text, one.year) for one in TimetableDraft.objects.all()] == [("ny", None)]
    assert str(draft) == f"{planned.pk} {consultant.pk}"
    take_in(planned, consultant)
    assert not TimetableDraft.objects.exists()


def test_a_refused_import_keeps_the_draft(planned, consultant):
    drafting.keep(engagement=planned, text="ny", year=None, by=consultant)
    with pytest.raises(Refused):
        take_in(planned, consultant, plan_number=0)
    assert TimetableDraft.objects.get().text == "ny"


# The walk of the issue


@pytest.mark.parametrize("plan", [True, False], ids=["on the template's plan", "on an empty plan"])
def test_the_2016_plan_is_imported_moved_and_undone(consultant, plan):
    engagement = factories.engagement(consultant, starts_on=date(2016, 2, 1), plan=plan)
    take_in(engagement, consultant)
    cases = of(engagement, Purpose.CASES_DUE)
    cases.engagement = engagement
    before, new = stored(engagement), ((date(2016, 2, 26),) * 2,)
    hits = {Milestone.objects.get(pk=hit.key).subject: hit for hit in moving.preview(milestone=cases, occurrences=new)}
    orientation = hits["Fælles møde hos Ankestyrelsen med orientering om sagsgennemgangen"]
    seminar = hits["Læringsdag i Hedensted"]
    assert orientation.old == ((date(2016, 4, 15),) * 2,)
    assert orientation.new == ((date(2016, 4, 25),) * 2,)
    assert orientation.reasons == ("22. april er store bededag: flyttet til næste arbejdsdag",)
    assert seminar.new == ((date(2016, 5, 9),) * 2,)
    assert seminar.clashes == ("Falder sammen med »Taskforcen holder interviews med fagfolk i 3 dage« (09.05.2016–11.05.2016)",)
    change_set = moving.move(
        milestone=cases, occurrences=new, precision=Precision.DAY, source_text="26. februar", with_followers=True,
        reason="Kommunen bad om en uge mere", by=consultant, plan_number=engagement.plan_number,
    )  # fmt: skip
    assert of(engagement, Purpose.LEARNING_SEMINAR).starts_on == date(2016, 5, 9)
    assert audit.history(engagement.scope).first().reason == "Kommunen bad om en uge mere"
    changes.undo(change_set=change_set, by=consultant)
    assert stored(engagement) == before


def test_an_engagement_that_is_only_planned_takes_a_timetable(consultant):
    engagement = factories.engagement(consultant, active=False)
    take_in(engagement, consultant)
    assert (engagement.state, engagement.milestones.count()) == (EngagementState.PLANNED, 21)


def test_a_row_of_both_parties_has_no_counterpart(consultant):
    made = factories.engagement(consultant, starts_on=date(2016, 2, 1))
    read = timetable.read("Emne\tDato\nFælles møde mellem parterne\t1. februar 2016", year=None, today=date(2026, 1, 5))
    importing.import_timetable(
        engagement=made, rows=read.rows, replace=True, past_is_met=False, by=consultant, plan_number=made.plan_number
    )
    assert [(row.party, row.counterpart) for row in made.milestones.all()] == [("both", "")]
