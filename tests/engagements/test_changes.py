"""Change sets: before and after of every row, one click that puts everything back, and the reasons why it sometimes may not."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from accounts import audit
from accounts.refusal import Denied, Refused
from engagements import timetable
from engagements.actions import changes, importing, lifecycle, milestones, moving
from engagements.actions.changes import Edit
from engagements.models import ChangeSet, Milestone, MilestonePurpose
from engagements.states import ChangeKind, EngagementState, MilestoneState, Mode, Precision, Purpose
from tests import factories
from tests.engagements.rows import stored

DAY, OTHER_DAY = date(2026, 3, 9), date(2026, 3, 18)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_summer")]


@pytest.fixture
def _summer(time_machine):
    time_machine.move_to("2026-06-15 12:00 +0200")


@pytest.fixture
def engagement(consultant):
    """A whole plan from the template, with something met, something dropped, and something with a note and a moved date."""
    made = factories.engagement(consultant, starts_on=date(2026, 3, 2), plan=True)
    milestones.meet(milestone=target(made, Purpose.CALL_IN_LETTER), on=date(2026, 3, 3), reason="Sendt", by=consultant)
    milestones.drop(milestone=target(made, Purpose.MATERIALS_ORDER), reason="Ikke nødvendig", by=consultant)
    factories.milestone(made, on=DAY, note="Husk kaffe\nog kage", place="Hedensted", expected_count=4, optional=True)
    return made


def target(engagement, purpose=Purpose.CASES_DUE) -> Milestone:
    return engagement.milestones.get(purposes__purpose=purpose, purposes__sequence=1)


def values_of(milestone: Milestone, **changed):
    return {name: getattr(milestone, name) for name in (*milestones.EDITABLE, "mode", "anchor")} | changed


def fresh(**fields):
    return {
        "subject": "Ny", "phase": "analysis", "kind": "meeting", "party": "both", "precision": Precision.DAY,
        "occurrences": [[DAY, DAY]], **fields,
    }  # fmt: skip


def add(engagement, by):
    milestones.add(engagement=engagement, values=fresh(), purpose=Purpose.OTHER, by=by)


def edit(engagement, by):
    milestone = target(engagement)
    milestones.edit(milestone=milestone, values=values_of(milestone, subject="Ændret", note="Ny note"), purpose=Purpose.CASES_DUE, by=by)


def edit_purpose_and_anchor(engagement, by):
    milestone = target(engagement)
    values = values_of(milestone, mode=Mode.RELATIVE, anchor=target(engagement, Purpose.KICK_OFF))
    milestones.edit(milestone=milestone, values=values, purpose=Purpose.OTHER, by=by)


def move(engagement, by):
    moving.move(
        milestone=target(engagement),
        occurrences=((OTHER_DAY, OTHER_DAY),),
        precision=Precision.DAY,
        source_text="18. marts",
        with_followers=True,
        reason="Ferie",
        by=by,
        plan_number=engagement.plan_number,
    )


def meet(engagement, by):
    milestones.meet(milestone=target(engagement), on=date(2026, 3, 20), reason="Modtaget", by=by)


def drop(engagement, by):
    milestones.drop(milestone=target(engagement), reason="Aftalt", by=by)


def reopen_met(engagement, by):
    milestones.reopen(milestone=target(engagement, Purpose.CALL_IN_LETTER), reason="Fejl", by=by)


def reopen_dropped(engagement, by):
    milestones.reopen(milestone=target(engagement, Purpose.MATERIALS_ORDER), reason="Alligevel", by=by)


def delete(engagement, by):
    milestones.delete(milestone=target(engagement), reason="", by=by)


def take_in(engagement, by, replace=True):
    read = timetable.read("Indsend sager\t1. april 2026\nMøde\t5. maj 2026\n", year=None, today=date(2026, 6, 15))
    importing.import_timetable(
        engagement=engagement, rows=read.rows, replace=replace, past_is_met=True, by=by, plan_number=engagement.plan_number
    )


def take_in_beside(engagement, by):
    take_in(engagement, by, replace=False)


KINDS = [
    (ChangeKind.ADD, add),
    (ChangeKind.EDIT, edit),
    (ChangeKind.EDIT, edit_purpose_and_anchor),
    (ChangeKind.MOVE, move),
    (ChangeKind.MEET, meet),
    (ChangeKind.DROP, drop),
    (ChangeKind.REOPEN, reopen_met),
    (ChangeKind.REOPEN, reopen_dropped),
    (ChangeKind.DELETE, delete),
    (ChangeKind.IMPORT, take_in),
    (ChangeKind.IMPORT, take_in_beside),
]


def test_every_kind_of_change_but_the_first_is_undone_below():
    assert {kind for kind, _ in KINDS} | {ChangeKind.CREATE} == set(ChangeKind)


@pytest.mark.parametrize(("kind", "change"), KINDS)
def test_undo_puts_every_column_of_every_row_back(engagement, consultant, kind, change):
    before = stored(engagement)
    change(engagement, consultant)
    last = changes.last_accepted(engagement)
    assert (last.kind, last.by) == (kind, consultant)
    assert stored(engagement) != before
    changes.undo(change_set=last, by=consultant)
    assert stored(engagement) == before


def test_changes_are_undone_one_after_the_other_back_to_the_first(engagement, consultant):
    history = []
    for change in (add, edit, move, meet, reopen_met, reopen_dropped, take_in, take_in_beside):
        history.append(stored(engagement))
        change(engagement, consultant)
    while history:
        changes.undo(change_set=changes.last_accepted(engagement), by=consultant)
        assert stored(engagement) == history.pop()


def test_a_change_raises_the_plan_s_number_and_so_does_its_undo(engagement, consultant):
    number = engagement.plan_number
    edit(engagement, consultant)
    assert engagement.plan_number == number + 1
    last = changes.last_accepted(engagement)
    changes.undo(change_set=last, by=consultant)
    engagement.refresh_from_db()
    last.refresh_from_db()
    assert (engagement.plan_number, last.undone_by) == (number + 2, consultant)
    assert last.undone_at is not None


def test_a_change_set_keeps_before_and_after_of_what_changed_and_nothing_else(engagement, consultant):
    milestone = target(engagement)
    edit(engagement, consultant)
    (change,) = changes.last_accepted(engagement).changes.all()
    assert change.milestone_id == milestone.pk
    different = {name for name in change.before if change.before[name] != change.after[name]}
    assert different == {"subject", "note"}
    assert (change.before["subject"], change.after["subject"]) == (milestone.subject, "Ændret")
    assert str(change) == f"{change.change_set_id}: {milestone.pk}"


def test_an_edit_that_changes_nothing_leaves_no_rows(engagement, consultant):
    milestone = target(engagement)
    change_set = milestones.edit(milestone=milestone, values=values_of(milestone), purpose=Purpose.CASES_DUE, by=consultant)
    assert list(change_set.changes.all()) == []


def test_the_history_tells_which_dates_moved_and_why(engagement, consultant):
    milestone = target(engagement)
    old = [[day.isoformat() for day in pair] for pair in milestone.occurrences]
    move(engagement, consultant)
    entry = audit.history(engagement.scope).first()
    assert (entry.verb, entry.by, entry.reason) == ("timetable.move", consultant, "Ferie")
    assert entry.changes[f"{milestone.subject}: occurrences"] == [old, [["2026-03-18", "2026-03-18"]]]


def refused(change_set, by) -> str:
    with pytest.raises(Refused) as error:
        changes.undo(change_set=change_set, by=by)
    return str(error.value)


def test_a_change_is_undone_once(engagement, consultant):
    edit(engagement, consultant)
    last = changes.last_accepted(engagement)
    changes.undo(change_set=last, by=consultant)
    before = stored(engagement)
    assert refused(last, consultant) == "Ændringen er allerede fortrudt."
    assert stored(engagement) == before


def test_only_the_last_change_is_undone(engagement, consultant):
    edit(engagement, consultant)
    first = changes.last_accepted(engagement)
    add(engagement, consultant)
    assert refused(first, consultant) == "Kun den seneste ændring kan fortrydes. Der er ændret i tidsplanen siden."


def test_the_opening_of_the_plan_cannot_be_undone(consultant):
    engagement = factories.engagement(consultant, starts_on=date(2026, 3, 2), plan=True)
    opening = engagement.change_sets.get()
    assert changes.last_accepted(engagement) is None
    assert refused(opening, consultant) == ("Oprettelsen af tidsplanen kan ikke fortrydes. Ret eller slet i stedet de enkelte milepæle.")


def test_a_plan_without_changes_has_nothing_to_undo(consultant):
    assert changes.last_accepted(factories.engagement(consultant)) is None


def test_what_was_touched_since_is_not_undone(engagement, consultant):
    edit(engagement, consultant)
    milestones.meet_purpose(engagement=engagement, purpose=Purpose.CASES_DUE, by=consultant)
    last = changes.last_accepted(engagement)
    assert refused(last, consultant) == "Ændringen kan ikke fortrydes, fordi en af milepælene er rørt siden."
    assert target(engagement).state == MilestoneState.MET


def test_a_stranger_and_a_person_without_the_right_undo_nothing(engagement, consultant, coordinator):
    edit(engagement, consultant)
    last = changes.last_accepted(engagement)
    with pytest.raises(Denied) as denied:
        changes.undo(change_set=last, by=coordinator)
    assert str(denied.value) == "Det kan kun konsulenterne på forløbets team. Skriv til projektlederen, hvis noget skal ændres."


def test_nothing_is_undone_when_the_engagement_is_over(engagement, consultant):
    edit(engagement, consultant)
    lifecycle.move(engagement, to=EngagementState.COMPLETED, by=consultant, reason="Færdig")
    with pytest.raises(Denied) as denied:
        changes.undo(change_set=changes.last_accepted(engagement), by=consultant)
    assert str(denied.value) == "Forløbet er afsluttet eller afbrudt, så tidsplanen kan ikke ændres. Genåbn forløbet først."


def test_a_change_seen_on_an_older_plan_is_refused(engagement, consultant):
    milestone, seen = target(engagement), engagement.plan_number
    add(engagement, consultant)
    before = stored(engagement)
    with pytest.raises(Refused) as error:
        milestones.edit(milestone=milestone, values=values_of(milestone), purpose=Purpose.OTHER, by=consultant, plan_number=seen)
    assert str(error.value) == "Tidsplanen er ændret af en anden, siden du åbnede siden. Se den nye tidsplan igennem, og prøv igen."
    assert stored(engagement) == before


def test_a_purpose_is_held_by_one_open_milestone(engagement, consultant):
    dropped = target(engagement)
    milestones.drop(milestone=dropped, reason="Aftalt", by=consultant)
    factories.milestone(engagement, on=DAY, purpose=Purpose.CASES_DUE)
    before = stored(engagement)
    with pytest.raises(Refused) as error:
        milestones.reopen(milestone=dropped, reason="Alligevel", by=consultant)
    assert str(error.value) == (
        "Forløbet har allerede en åben milepæl med formålet. Vælg et andet formål, eller lad den anden bortfalde først."
    )
    assert stored(engagement) == before


def test_another_fault_of_the_database_is_not_called_a_taken_purpose(engagement, consultant):
    milestone = target(engagement)
    milestone.subject = ""
    with pytest.raises(IntegrityError, match="milestone_has_subject"):
        changes.write(engagement=engagement, kind=ChangeKind.EDIT, summary="x", edits=[Edit(milestone)], by=consultant)


def test_a_repeated_purpose_gets_the_next_number(engagement, consultant):
    meetings = MilestonePurpose.objects.filter(engagement=engagement, purpose=Purpose.STATUS_MEETING)
    last = max(row.sequence for row in meetings)
    made = factories.milestone(engagement, on=DAY, purpose=Purpose.STATUS_MEETING)
    assert made.purposes.get().sequence == last + 1 > 2
    assert str(made.purposes.get()) == f"Statusmøde {last + 1}"
    assert str(target(engagement).purposes.get()) == "Indsendelse af sager"


def test_the_row_after_the_last_is_numbered_on(engagement, consultant):
    last = engagement.milestones.order_by("position").last().position
    assert factories.milestone(engagement, on=DAY).position == last + 1
    assert factories.milestone(factories.engagement(consultant), on=DAY).position == 1


def test_an_anchor_may_stand_below_the_row_that_follows_it(engagement, consultant):
    follower = Milestone(engagement=engagement, position=98, **fresh(mode=Mode.RELATIVE, subject="Følger"))
    leader = Milestone(engagement=engagement, position=99, **fresh(subject="Fører"))
    follower.anchor = leader
    changes.write(engagement=engagement, kind=ChangeKind.ADD, summary="To", edits=[Edit(follower), Edit(leader)], by=consultant)
    assert Milestone.objects.get(pk=follower.pk).anchor_id == leader.pk
    changes.undo(change_set=changes.last_accepted(engagement), by=consultant)
    assert not Milestone.objects.filter(pk__in=[follower.pk, leader.pk]).exists()


def test_a_long_summary_and_reason_are_cut_to_what_the_row_holds(engagement, consultant):
    subject = "x" * 300
    change_set = milestones.edit(
        milestone=target(engagement), values=values_of(target(engagement), subject=subject), purpose=Purpose.CASES_DUE, by=consultant
    )
    assert ChangeSet.objects.get(pk=change_set.pk).summary == f"Ændret: {subject}"[:300]


def test_a_deleted_milestone_keeps_its_past(engagement, consultant):
    milestone = target(engagement)
    edit(engagement, consultant)
    delete(engagement, consultant)
    kinds = [change.change_set.kind for change in milestone.changes.order_by("-pk")]
    assert kinds == [ChangeKind.DELETE, ChangeKind.EDIT, ChangeKind.CREATE]
    assert not Milestone.objects.filter(pk=milestone.pk).exists()


def test_followers_of_a_deleted_milestone_stand_where_they_stood(engagement, consultant):
    milestone = target(engagement)
    followers = {row.pk: row.occurrences for row in milestone.followers.all()}
    assert followers
    delete(engagement, consultant)
    for row in Milestone.objects.filter(pk__in=followers):
        assert (row.occurrences, row.mode, row.anchor_id) == (followers[row.pk], Mode.FIXED, None)


def test_a_milestone_can_be_met_before_its_day_and_counts_late_after_it(engagement, consultant):
    milestone = target(engagement)
    meet(engagement, consultant)
    milestone.refresh_from_db()
    assert milestone.standing_on(date(2026, 6, 15)) == ("met_late" if date(2026, 3, 20) > milestone.ends_on else "met")
    assert milestone.met_at - milestone.ends_on == date(2026, 3, 20) - milestone.ends_on > timedelta(days=-30)
