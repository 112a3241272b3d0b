"""Two people at the same moment, on a real database: one of them wins, the other is told."""

from datetime import date

import pytest
from django.test import Client

from accounts.refusal import Refused
from accounts.states import Role
from engagements.actions import changes, lifecycle, milestones, moving, team
from engagements.models import ChangeSet, Engagement, Milestone, TeamMember
from engagements.states import EngagementState, MilestoneState, Precision
from tests import factories
from tests.engagements.reading import page
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("catalogue")
DAY = date(2026, 3, 9)


@pytest.fixture
def engagement(catalogue):
    made = factories.engagement(factories.person(Role.CONSULTANT), starts_on=date(2026, 3, 2))
    factories.milestone(made, on=DAY)
    return made


def fresh(engagement) -> Milestone:
    return Milestone.objects.select_related("engagement").get(engagement=engagement)


def lead(engagement):
    return engagement.team_members.get(is_lead=True).user


def outcomes(found) -> list[str]:
    """The kinds of what happened, in a fixed order; the sentence of a refusal."""
    return sorted(str(one) if isinstance(one, Refused) else type(one).__name__ for one in found)


def test_the_same_preview_is_accepted_once(engagement):
    seen, by = engagement.plan_number, lead(engagement)

    def accept():
        return moving.move(
            milestone=fresh(engagement), occurrences=((date(2026, 3, 10),) * 2,), precision=Precision.DAY, source_text="",
            with_followers=True, reason="", by=by, plan_number=seen,
        )  # fmt: skip

    assert outcomes(at_once(accept, accept, accept)) == ["ChangeSet", changes.SOMEBODY_ELSE, changes.SOMEBODY_ELSE]
    assert ChangeSet.objects.filter(kind="move").count() == 1
    assert Engagement.objects.get(pk=engagement.pk).plan_number == seen + 1


def test_the_same_change_is_undone_once(engagement):
    by, last = lead(engagement), changes.last_accepted(engagement)
    found = at_once(*[lambda: changes.undo(change_set=ChangeSet.objects.get(pk=last.pk), by=by)] * 3)
    assert outcomes(found) == ["NoneType", *["Ændringen er allerede fortrudt."] * 2]


def test_a_date_that_is_moved_while_somebody_meets_the_milestone_is_not_lost(engagement):
    by, seen, milestone = lead(engagement), engagement.plan_number, fresh(engagement)
    loaded_before = fresh(engagement)

    def move():
        return moving.move(
            milestone=milestone, occurrences=((date(2026, 3, 10),) * 2,), precision=Precision.DAY, source_text="",
            with_followers=True, reason="", by=by, plan_number=seen,
        )  # fmt: skip

    found = at_once(move, lambda: milestones.meet(milestone=loaded_before, on=DAY, reason="Kom", by=by))
    stored = fresh(engagement)
    moved_first = not any(isinstance(one, Refused) for one in found)
    assert (stored.state, stored.starts_on) == (MilestoneState.MET, date(2026, 3, 10) if moved_first else DAY)


def test_two_milestones_are_never_given_the_same_purpose_and_number(engagement):
    by = lead(engagement)
    found = at_once(*[lambda: factories.milestone(Engagement.objects.get(pk=engagement.pk), on=DAY, by=by, purpose="status_meeting")] * 4)
    assert outcomes(found) == ["Milestone"] * 4
    assert sorted(one.purposes.get().sequence for one in found) == [1, 2, 3, 4]
    assert len({one.position for one in found}) == 4


def test_a_person_joins_once_and_one_person_leads(engagement):
    by, other = lead(engagement), factories.person(Role.CONSULTANT, name="Mikkel Engholm")
    found = at_once(*[lambda: team.join(engagement=engagement, user=other, role=Role.CONSULTANT, by=by)] * 3)
    assert outcomes(found) == [*["Mikkel Engholm er allerede på teamet som konsulent."] * 2, "TeamMember"]
    members = list(engagement.team_members.all())
    at_once(*[lambda member=member: team.lead(member=member, by=by) for member in members])
    assert TeamMember.objects.filter(engagement=engagement, is_lead=True).count() == 1


def test_an_engagement_is_paused_once(engagement):
    by = lead(engagement)
    found = at_once(*[lambda: lifecycle.move(Engagement.objects.get(pk=engagement.pk), to=EngagementState.PAUSED, by=by, reason="x")] * 2)
    assert outcomes(found) == ["Forløbet er sat på pause og kan ikke blive sat på pause.", "NoneType"]


def test_two_clicks_in_the_browser_give_one_change_and_one_page_that_says_so(engagement):
    milestone, by = fresh(engagement), lead(engagement)

    def click() -> int:
        client = Client()
        client.force_login(by)
        posted = {"dates": "10. marts 2026", "plan_number": engagement.plan_number, "followers": "all"}
        return client.post(page(engagement, f"milepaele/{milestone.pk}/flyt/gem/"), posted).status_code

    assert sorted(at_once(click, click)) == [302, 409]
