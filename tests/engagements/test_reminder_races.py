"""Two planners, two dispatchers and a person at the same moment, on a real database: nothing twice, nothing lost."""

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import notices
from accounts.models import Absence, Notice, OutboxMail
from accounts.states import Role
from engagements import dispatching, reminders
from engagements.actions import milestones
from engagements.models import Engagement, Milestone, Reminder
from engagements.states import MilestoneState, ReminderState
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("catalogue")


@pytest.fixture
def coordinator(catalogue):
    return factories.person(Role.COORDINATOR, name="Hanne Koordinator")


@pytest.fixture
def engagement(catalogue, coordinator):
    return factories.engagement(factories.person(Role.CONSULTANT, name="Katrine Konsulent"))


def due(engagement, number: int = 1) -> list[Milestone]:
    """Milestones whose reminders to the coordinator are all due now, each with its last step alone."""
    made = factories.many_milestones(engagement, number)
    Milestone.objects.filter(engagement=engagement).update(kind="deadline")
    reminders.reconcile([engagement])
    Reminder.objects.exclude(step="on-day").delete()
    Reminder.objects.update(due_at=timezone.now())
    return made


def keys() -> list[tuple[int, str, int]]:
    return sorted(Reminder.objects.values_list("milestone", "step", "recipient"))


def test_planners_at_the_same_moment_make_each_reminder_once(engagement):
    factories.many_milestones(engagement, 10)
    Milestone.objects.filter(engagement=engagement).update(kind="deadline")
    found = at_once(*[reminders.plan_all] * 3, *[lambda: reminders.reconcile(Engagement.objects.all())] * 3)
    assert [one for one in found if isinstance(one, Exception)] == []
    assert len(keys()) == len(set(keys())) == 10 * 4  # the day itself, 2 and 5 after, and the lead; no leader holds a role
    assert set(Reminder.objects.values_list("step", flat=True)) == {"on-day", "after-2", "after-5", "lead-7"}


def test_dispatchers_at_the_same_moment_tell_each_person_once(engagement, coordinator):
    for name in ("Nanna Ny", "Otto Overtager"):
        factories.person(Role.COORDINATOR, name=name)
    due(engagement, 5)
    found = at_once(*[dispatching.dispatch_due] * 4)
    assert sum(found) + dispatching.dispatch_due() == 15
    assert Notice.objects.count() == 15
    assert set(Reminder.objects.values_list("state", flat=True)) == {ReminderState.DISPATCHED}
    made = at_once(*[notices.gather] * 3)
    assert sum(made) + notices.gather() == 3 == OutboxMail.objects.count()


def test_one_deputy_of_many_is_told_once_whoever_dispatches(engagement, coordinator):
    deputy, today = factories.person(Role.LEADER, name="Lene Leder"), timezone.localdate()
    others = [coordinator, *(factories.person(Role.COORDINATOR) for _ in range(3))]
    due(engagement)
    for person in others:
        Absence.objects.create(user=person, deputy=deputy, first_day=today, last_day=today)
    found = at_once(*[lambda person=person: dispatching.dispatch_to(person.pk) for person in others])
    assert found == [1, 1, 1, 1]
    assert Notice.objects.filter(recipient=deputy).count() == Notice.objects.count() == 1


def test_a_dispatcher_leaves_a_person_that_another_one_has(engagement, coordinator):
    due(engagement)
    with transaction.atomic():
        type(coordinator).objects.get_queryset().select_for_update(no_key=True).get(pk=coordinator.pk)
        assert at_once(lambda: dispatching.dispatch_to(coordinator.pk)) == [0]
    assert dispatching.dispatch_to(coordinator.pk) == 1


def test_meeting_and_dispatching_at_the_same_moment_end_in_one_truth(engagement, coordinator):
    """Whoever is first: afterwards nothing waits, and a notice that was given has nothing to say any more."""
    (made,) = due(engagement)
    lead = engagement.team_members.get(is_lead=True).user
    milestone = Milestone.objects.select_related("engagement").get(pk=made.pk)
    found = at_once(lambda: milestones.meet(milestone=milestone, on=timezone.localdate(), reason="Kom", by=lead), dispatching.dispatch_due)
    assert [one for one in found if isinstance(one, Exception)] == []
    assert Milestone.objects.get(pk=made.pk).state == MilestoneState.MET
    assert not Reminder.objects.waiting().exists()
    notices.gather()
    told = list(Notice.objects.select_related("recipient"))
    assert [line for one in told for line in notices.KINDS[one.kind].describe([one])] == []


def test_a_sweep_leaves_an_engagement_that_somebody_is_changing(engagement, coordinator):
    factories.many_milestones(engagement, 1)
    other = factories.engagement(factories.person(Role.CONSULTANT))
    with transaction.atomic():
        Engagement.objects.select_for_update().get(pk=engagement.pk)
        assert at_once(reminders.plan_all) == [1]
    assert (reminders.plan_all(), other.pk > engagement.pk) == (2, True)


def test_cancelling_never_touches_what_was_dispatched_meanwhile(engagement, coordinator):
    """The planner read the row while it waited; another transaction dispatched it before the planner's update came."""
    (made,) = due(engagement)
    row = Reminder.objects.get(milestone=made, recipient=coordinator)
    dispatching.dispatch_due()
    assert reminders.move(Reminder.objects.filter(pk=row.pk), to=ReminderState.CANCELLED, cancelled_because="For sent") == 0
    assert Reminder.objects.get(pk=row.pk).state == ReminderState.DISPATCHED
