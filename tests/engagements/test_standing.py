"""What the database itself refuses of a milestone, how one stands today, and the sentences of its querysets."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from engagements.actions import lifecycle, milestones
from engagements.models import Milestone
from engagements.states import EngagementState, Party, Standing
from tests import factories

TODAY = date(2026, 3, 10)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]


@pytest.fixture
def _frozen(time_machine):
    time_machine.move_to("2026-03-10 12:00 +0100")


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant, starts_on=date(2026, 3, 2))


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "met"},
        {"met_at": TODAY},
        {"state": "dropped", "state_reason": ""},
        {"subject": ""},
        {"occurrences": [[TODAY, date(2026, 3, 1)]]},
    ],
    ids=["met by nobody", "met but open", "dropped without a reason", "no subject", "ends before it begins"],
)
def test_the_database_refuses_a_milestone_that_contradicts_itself(engagement, fields):
    milestone = factories.milestone(engagement, on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone.objects.filter(pk=milestone.pk).update(**fields)


@pytest.mark.parametrize(
    ("first", "last", "fields", "standing"),
    [
        (11, 11, {}, Standing.UPCOMING),
        (10, 10, {}, Standing.DUE_TODAY),
        (9, 9, {}, Standing.OVERDUE),
        (9, 11, {}, Standing.ONGOING),
        (9, 10, {}, Standing.DUE_TODAY),
        (9, 9, {"optional": True}, Standing.PAST_OPTIONAL),
        (9, 9, {"state": "met", "met_at": date(2026, 3, 9)}, Standing.MET),
        (9, 9, {"state": "met", "met_at": date(2026, 3, 10)}, Standing.MET_LATE),
        (9, 9, {"state": "dropped", "state_reason": "x"}, Standing.DROPPED),
        (None, None, {}, Standing.UPCOMING),
        (None, None, {"state": "met", "met_at": date(2026, 3, 9)}, Standing.MET),
    ],
)
def test_a_milestone_stands_as_the_clock_says(first, last, fields, standing):
    dates = {} if first is None else {"starts_on": date(2026, 3, first), "ends_on": date(2026, 3, last)}
    milestone = Milestone(**fields)
    vars(milestone).update({"starts_on": None, "ends_on": None, **dates})
    assert milestone.standing_on(TODAY) == standing


def test_querysets_say_what_is_open_owed_late_and_coming(engagement, consultant):
    late = factories.milestone(engagement, on=date(2026, 3, 9), party=Party.MUNICIPALITY)
    maybe = factories.milestone(engagement, on=date(2026, 3, 9), party=Party.BOTH, optional=True)
    coming = factories.milestone(engagement, on=date(2026, 3, 10), party=Party.TASK_FORCE)
    undated = factories.milestone(engagement, party=Party.VISO)
    met = factories.milestone(engagement, on=date(2026, 3, 8), party=Party.VISO)
    milestones.meet(milestone=met, on=TODAY, reason="x", by=consultant)
    dropped = factories.milestone(engagement, on=date(2026, 3, 8))
    milestones.drop(milestone=dropped, reason="x", by=consultant)
    found = Milestone.objects
    assert set(found.open()) == {late, maybe, coming, undated}
    assert set(found.all().standing()) == {late, maybe, coming, undated, met}
    assert set(found.all().owed_by(Party.TASK_FORCE)) == {coming, maybe}
    assert list(found.all().overdue()) == [late]
    assert list(found.all().coming()) == [coming]
    assert list(found.all().chronological()) == [met, dropped, late, maybe, coming, undated]


def test_nothing_is_overdue_while_the_engagement_pauses(engagement, consultant):
    factories.milestone(engagement, on=date(2026, 3, 9))
    lifecycle.move(engagement, to=EngagementState.PAUSED, by=consultant, reason="Pause")
    assert list(Milestone.objects.all().overdue()) == []
