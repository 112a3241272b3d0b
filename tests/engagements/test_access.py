"""Who may do what with an engagement: the table written a second time by hand, and the loads that check it."""

import pytest
from django.http import Http404
from django.utils import timezone

from accounts import access as policy
from accounts.models import Membership
from accounts.refusal import Denied
from accounts.states import Relation, Role
from engagements import access
from engagements.models import Engagement, Milestone, TeamMember
from engagements.states import EngagementState
from tests import factories

pytestmark = pytest.mark.django_db

PERMISSIONS = {
    "view": access.VIEW, "history": access.HISTORY, "notes": access.NOTES, "create": access.CREATE, "plan": access.PLAN,
    "staff": access.STAFF, "steer": access.STEER, "change_phase": access.CHANGE_PHASE, "reminders": access.REMINDERS,
    "ask": access.ASK, "mails": access.MAILS, "delegate": access.DELEGATE,
    "documents": access.DOCUMENTS, "upload": access.UPLOAD, "erase": access.ERASE_DOCUMENT,
}  # fmt: skip
# By hand: (role, on the team, of the municipality) → what they may do while the engagement runs. Everybody else may do nothing.
MAY = {
    (Role.CONSULTANT, False, False): {"view", "create"},
    (Role.CONSULTANT, True, False): {
        "view",
        "history",
        "notes",
        "reminders",
        "create",
        "plan",
        "staff",
        "steer",
        "change_phase",
        "mails",
        "delegate",
        "documents",
        "upload",
        "erase",
    },
    (Role.LEGAL_REVIEWER, True, False): {"view", "history", "notes", "reminders", "delegate", "documents"},
    (Role.VISO_CONSULTANT, True, False): {"view", "history", "notes", "reminders", "delegate", "documents"},
    (Role.COORDINATOR, False, True): {"view", "history", "notes", "reminders", "delegate", "ask", "documents", "upload", "erase"},
    (Role.LEADER, False, True): {"view", "history", "notes", "reminders", "delegate", "ask", "documents"},
}
# What is not there for those who may not see it; the rest is refused with a sentence.
PARTS = {"history", "notes", "reminders", "documents"}
# By hand: what a consultant of the team may not do in a state.
CLOSED = {
    EngagementState.PLANNED: set(),
    EngagementState.ACTIVE: set(),
    EngagementState.PAUSED: {"change_phase", "delegate"},
    EngagementState.COMPLETED: {"plan", "change_phase", "delegate", "upload"},
    EngagementState.ABORTED: {"plan", "change_phase", "delegate", "upload"},
}
TEAM_ROLES = {Role.CONSULTANT, Role.LEGAL_REVIEWER, Role.VISO_CONSULTANT}
PEOPLE = [(role, on_team, True) for role in Role for on_team in {False, role in TEAM_ROLES}]
PEOPLE += [(role, False, False) for role in (Role.COORDINATOR, Role.LEADER, Role.EMPLOYEE)]


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant)


def person_for(engagement, role: Role, on_team: bool, here: bool):
    person = factories.person(role, of="Hedensted" if here else "Aabenraa")
    if on_team:
        TeamMember.objects.create(engagement=engagement, user=person, role=role)
    return person


def expected(role: Role, on_team: bool, here: bool) -> set[str]:
    of_municipality = here and role in {Role.COORDINATOR, Role.LEADER, Role.EMPLOYEE}
    return MAY.get((role, on_team, of_municipality), set())


@pytest.mark.parametrize(("role", "on_team", "here"), PEOPLE)
def test_everybody_may_do_what_the_table_says_and_nothing_else(engagement, role, on_team, here):
    person, found = person_for(engagement, role, on_team, here), Engagement.objects.get(pk=engagement.pk)
    may = {name for name, permission in PERMISSIONS.items() if not access.why_not_engagement(person, permission, found)}
    assert may == expected(role, on_team, here)
    assert (access.why_not_create(person) == "") is ("create" in may)


@pytest.mark.parametrize(("role", "on_team", "here"), PEOPLE)
def test_visible_to_gives_exactly_what_one_may_view(engagement, role, on_team, here):
    person = person_for(engagement, role, on_team, here)
    factories.milestone(engagement)
    seen = Engagement.objects.visible_to(person).filter(pk=engagement.pk).exists()
    assert seen is ("view" in expected(role, on_team, here))
    assert Milestone.objects.visible_to(person).exists() is seen


@pytest.mark.parametrize(("role", "on_team", "here"), PEOPLE)
@pytest.mark.parametrize("name", PERMISSIONS)
def test_outside_the_scope_is_404_and_inside_it_a_sentence(engagement, role, on_team, here, name):
    person, may = person_for(engagement, role, on_team, here), expected(role, on_team, here)
    if name in may:
        assert access.get_engagement(person, engagement.pk, PERMISSIONS[name]) == engagement
        return
    if "view" in may and name not in PARTS:
        with pytest.raises(Denied) as denied:
            access.get_engagement(person, engagement.pk, PERMISSIONS[name])
        assert str(denied.value) == PERMISSIONS[name].not_yours
        return
    with pytest.raises(Http404):
        access.get_engagement(person, engagement.pk, PERMISSIONS[name])


@pytest.mark.parametrize("state", EngagementState)
@pytest.mark.parametrize("name", sorted(PERMISSIONS.keys() - {"ask"}))  # which is for the municipality
def test_the_state_closes_some_rights_of_the_team(engagement, consultant, state, name):
    Engagement.objects.filter(pk=engagement.pk).update(state=state)
    found = Engagement.objects.get(pk=engagement.pk)
    assert access.why_not_engagement(consultant, PERMISSIONS[name], found) == (PERMISSIONS[name].not_now if name in CLOSED[state] else "")
    if name in CLOSED[state]:
        with pytest.raises(Denied) as denied:
            access.require_engagement(consultant, PERMISSIONS[name], found)
        assert str(denied.value) == PERMISSIONS[name].not_now != ""


def behaviour(engagement, people) -> list[str]:
    """Everything that the table above is about, observed."""
    found = []
    for state in EngagementState:
        Engagement.objects.filter(pk=engagement.pk).update(state=state)
        fresh = Engagement.objects.get(pk=engagement.pk)
        found += [access.why_not_engagement(person, permission, fresh) for person in people for permission in PERMISSIONS.values()]
    return found


@pytest.mark.parametrize(
    "row", [row for row in access.ROWS if row.object == access.ENGAGEMENT], ids=lambda row: f"{row.action} {row.field} {row.role}"
)
def test_no_row_of_the_table_can_be_taken_out_unnoticed(monkeypatch, engagement, row):
    people = [person_for(engagement, *combination) for combination in PEOPLE]
    before = behaviour(engagement, people)
    monkeypatch.setattr(policy, "POLICY", [other for other in policy.POLICY if other != row])
    assert behaviour(engagement, people) != before


def test_a_person_with_two_roles_has_the_rights_of_both(engagement, stranger):
    assert not Engagement.objects.visible_to(stranger).exists()
    Membership.objects.create(user=stranger, organisation=factories.municipality("Hedensted"), role=Role.LEADER)
    again = type(stranger).objects.get(pk=stranger.pk)
    assert Engagement.objects.visible_to(again).get() == engagement
    assert access.get_engagement(again, engagement.pk) == engagement


def test_a_role_counts_only_where_it_is_held(engagement, stranger):
    """Employee here and coordinator there makes nobody a coordinator here, and a jurist of the team no consultant of it."""
    Membership.objects.create(user=stranger, organisation=factories.municipality("Hedensted"), role=Role.EMPLOYEE)
    jurist = person_for(engagement, Role.LEGAL_REVIEWER, True, True)
    Membership.objects.create(
        user=jurist, organisation=factories.person(Role.CONSULTANT).memberships.get().organisation, role=Role.CONSULTANT
    )
    found = Engagement.objects.get(pk=engagement.pk)
    assert access.why_not_engagement(stranger, access.VIEW, found) == access.VIEW.not_yours
    assert not Engagement.objects.visible_to(stranger).exists()
    assert access.why_not_engagement(jurist, access.NOTES, found) == ""
    assert access.why_not_engagement(jurist, access.PLAN, found) == access.PLAN.not_yours


def test_a_right_ends_with_the_role(engagement, consultant, coordinator):
    yesterday = timezone.localdate() - timezone.timedelta(days=1)
    for person in (consultant, coordinator):
        person.memberships.update(valid_to=yesterday)
        again = type(person).objects.get(pk=person.pk)
        assert not Engagement.objects.visible_to(again).exists()
        with pytest.raises(Http404):
            access.get_engagement(again, engagement.pk)


def test_a_right_ends_with_the_place_on_the_team(engagement):
    jurist = person_for(engagement, Role.LEGAL_REVIEWER, True, True)
    assert Engagement.objects.visible_to(jurist).get() == engagement
    TeamMember.objects.filter(user=jurist).update(valid_from="2020-01-01", valid_to="2020-12-31")
    assert not Engagement.objects.visible_to(jurist).exists()
    assert Engagement.objects.get(pk=engagement.pk).relations_of(jurist) == {Role.LEGAL_REVIEWER: {Relation.NONE}}


def test_a_team_is_that_of_the_person_who_is_asked_for(engagement, consultant):
    other = factories.engagement(factories.person(Role.CONSULTANT), of="Aabenraa")
    assert list(Engagement.objects.all().of_team(consultant)) == [engagement]
    assert set(Engagement.objects.visible_to(consultant)) == {engagement, other}


def test_creating_is_refused_with_the_sentence(coordinator, consultant):
    access.require_create(consultant)
    with pytest.raises(Denied) as denied:
        access.require_create(coordinator)
    assert str(denied.value) == access.why_not_create(coordinator) == "Kun taskforcens konsulenter kan oprette forløb."
