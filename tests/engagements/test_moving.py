"""Moving a date: all consequences first, then all of it, only this, or nothing."""

from datetime import date

import pytest

from accounts.refusal import Denied, Refused
from accounts.states import Role
from engagements.actions import changes, milestones, moving
from engagements.models import Milestone
from engagements.states import Kind, MilestoneState, Mode, Precision, Unit
from tests import factories
from tests.engagements.rows import stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]


def day(text: str):
    found = date.fromisoformat(text)
    return ((found, found),)


def row(text: str):
    return [list(pair) for pair in day(text)]


@pytest.fixture
def _frozen(time_machine):
    time_machine.move_to("2026-03-02 12:00 +0100")


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant, starts_on=date(2026, 3, 2))


@pytest.fixture
def chain(engagement):
    """A deadline on Monday 9 March; a meeting 14 days after it; a report 7 days after the meeting."""
    first = factories.milestone(engagement, on=date(2026, 3, 9), subject="Frist")
    second = factories.milestone(engagement, on=date(2026, 3, 23), subject="Møde", kind=Kind.MEETING, mode=Mode.RELATIVE, anchor=first)
    third = factories.milestone(engagement, on=date(2026, 3, 30), subject="Rapport", kind=Kind.DELIVERY, mode=Mode.RELATIVE, anchor=second)
    return first, second, third


def move(milestone, text, by, *, with_followers=True, plan_number=None, precision=Precision.DAY, **extra):
    number = milestone.engagement.plan_number if plan_number is None else plan_number
    return moving.move(
        milestone=milestone,
        occurrences=day(text),
        precision=precision,
        source_text="som skrevet",
        with_followers=with_followers,
        reason="Ferie",
        by=by,
        plan_number=number,
        **extra,
    )


def dates(*rows) -> list[str]:
    return [Milestone.objects.get(pk=one.pk).starts_on.isoformat() for one in rows]


def test_a_preview_shows_the_row_and_all_that_follows_and_writes_nothing(engagement, chain):
    before = stored(engagement)
    hits = moving.preview(milestone=chain[0], occurrences=day("2026-03-10"))
    assert [(hit.key, hit.new) for hit in hits] == [
        (str(chain[0].pk), day("2026-03-10")),
        (str(chain[1].pk), day("2026-03-24")),
        (str(chain[2].pk), day("2026-03-31")),
    ]
    assert stored(engagement) == before


def test_an_accepted_move_takes_the_followers_along_in_one_change_set(engagement, chain, consultant):
    change_set = move(chain[0], "2026-03-10", consultant)
    assert dates(*chain) == ["2026-03-10", "2026-03-24", "2026-03-31"]
    assert (change_set.summary, change_set.reason) == ("3 datoer flyttet: Frist til 10. marts 2026", "Ferie")
    assert [change.why for change in change_set.changes.all()] == ["Valgt dato", "Følger med", "Følger med"]
    assert [row.was_moved for row in Milestone.objects.filter(engagement=engagement)] == [True, True, True]


def test_a_follower_moved_off_a_holiday_keeps_the_reason(engagement, chain, consultant):
    move(chain[0], "2026-03-23", consultant)  # the meeting would fall on 6 April 2026, the second day of Easter
    meeting = Milestone.objects.get(pk=chain[1].pk)
    assert (meeting.starts_on, meeting.adjusted_because) == (date(2026, 4, 7), "6. april er anden påskedag: flyttet til næste arbejdsdag")


def test_only_this_leaves_the_rest_standing_and_rewrites_its_distance(engagement, chain, consultant):
    first, second, third = chain
    change_set = move(first, "2026-03-11", consultant, with_followers=False)
    assert dates(first, second, third) == ["2026-03-11", "2026-03-23", "2026-03-30"]
    assert change_set.summary == "1 dato flyttet: Frist til 11. marts 2026"
    assert {change.milestone_id: change.why for change in change_set.changes.all()} == {
        first.pk: "Valgt dato", second.pk: "Lod stå; afstanden er regnet om",
    }  # fmt: skip
    second.refresh_from_db()
    assert (second.offset, second.unit) == (12, Unit.DAYS)
    move(first, "2026-03-12", consultant)
    assert dates(first, second, third) == ["2026-03-12", "2026-03-24", "2026-03-31"]


def test_a_moved_follower_keeps_its_anchor_at_its_new_distance(engagement, chain, consultant):
    first, second, third = chain
    move(second, "2026-03-25", consultant)
    second.refresh_from_db()
    assert (second.anchor, second.mode, second.offset) == (first, Mode.RELATIVE, 16)
    move(first, "2026-03-10", consultant)
    assert dates(second, third) == ["2026-03-26", "2026-04-01"]  # 2 April is Maundy Thursday


def test_a_row_that_hangs_on_the_start_keeps_hanging_there(engagement, consultant):
    milestone = factories.milestone(engagement, on=date(2026, 3, 9), mode=Mode.NOT_BEFORE, anchor=None)
    move(milestone, "2026-03-10", consultant)
    milestone.refresh_from_db()
    assert (milestone.mode, milestone.anchor, milestone.offset, milestone.not_before) == (Mode.RELATIVE, None, 8, None)


def test_a_fixed_date_stays_fixed(engagement, chain, consultant):
    move(chain[0], "2026-03-10", consultant)
    assert Milestone.objects.get(pk=chain[0].pk).mode == Mode.FIXED


def test_an_undated_row_gets_its_first_date_without_counting_as_moved(engagement, consultant):
    milestone = factories.milestone(engagement)
    move(milestone, "2026-03-10", consultant)
    milestone.refresh_from_db()
    assert milestone.occurrences == milestone.baseline == row("2026-03-10")
    assert (milestone.precision, milestone.source_text, milestone.was_moved) == (Precision.DAY, "som skrevet", False)


def test_a_row_whose_anchor_has_lost_its_date_keeps_its_old_distance(engagement, chain, consultant):
    first, second, _ = chain
    Milestone.objects.filter(pk=first.pk).update(occurrences=[], precision=Precision.UNKNOWN)
    move(second, "2026-03-25", consultant)
    second.refresh_from_db()
    assert (second.starts_on, second.offset, second.anchor) == (date(2026, 3, 25), 14, first)


def test_a_met_and_a_dropped_follower_stay(engagement, chain, consultant):
    first, second, third = chain
    milestones.meet(milestone=second, on=date(2026, 3, 2), reason="x", by=consultant)
    milestones.drop(milestone=third, reason="x", by=consultant)
    for with_followers in (True, False):
        move(first, "2026-03-10" if with_followers else "2026-03-11", consultant, with_followers=with_followers)
        assert dates(second, third) == ["2026-03-23", "2026-03-30"]


@pytest.mark.parametrize("state", [MilestoneState.MET, MilestoneState.DROPPED])
def test_only_an_open_milestone_is_moved(engagement, chain, consultant, state):
    met_at = date(2026, 3, 2) if state == MilestoneState.MET else None
    milestones.move(chain[0], to=state, by=consultant, reason="x", met_at=met_at)
    before = stored(engagement)
    with pytest.raises(Refused) as error:
        move(chain[0], "2026-03-10", consultant)
    assert str(error.value) == "Kun en åben milepæl kan flyttes. Genåbn den først."
    assert stored(engagement) == before


def test_a_met_milestone_has_no_preview(engagement, chain, consultant):
    milestones.meet(milestone=chain[0], on=date(2026, 3, 2), reason="Modtaget", by=consultant)
    with pytest.raises(Refused) as refusal:
        moving.preview(milestone=Milestone.objects.get(pk=chain[0].pk), occurrences=day("2026-03-10"))
    assert str(refusal.value) == "Kun en åben milepæl kan flyttes. Genåbn den først."


def test_a_preview_of_an_older_plan_is_refused(engagement, chain, consultant):
    seen = engagement.plan_number
    factories.milestone(engagement, on=date(2026, 3, 9))
    before = stored(engagement)
    with pytest.raises(Refused) as error:
        move(chain[0], "2026-03-10", consultant, plan_number=seen)
    assert str(error.value) == changes.SOMEBODY_ELSE
    assert stored(engagement) == before


def test_a_move_to_no_date_at_all_is_refused(engagement, chain, consultant):
    before = stored(engagement)
    with pytest.raises(Refused) as error:
        moving.move(
            milestone=chain[0], occurrences=(), precision=Precision.OPEN, source_text="løbende", with_followers=True,
            reason="", by=consultant, plan_number=engagement.plan_number,
        )  # fmt: skip
    assert str(error.value) == "Skriv en dato eller en periode. »Løbende« kan ikke flyttes til."
    assert stored(engagement) == before


@pytest.mark.parametrize("role", Role)
def test_only_a_consultant_of_the_team_moves_a_date(engagement, chain, role):
    with pytest.raises(Denied):
        move(chain[0], "2026-03-10", factories.person(role))
    assert dates(chain[0]) == ["2026-03-09"]


def test_a_moved_plan_is_put_back_whole(engagement, chain, consultant):
    before = stored(engagement)
    changes.undo(change_set=move(chain[0], "2026-03-23", consultant), by=consultant)
    assert stored(engagement) == before
