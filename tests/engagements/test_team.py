"""Who works on an engagement, and that it counts from the next request."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.refusal import Denied, Refused
from accounts.states import Relation, Role
from engagements.actions import lifecycle, team
from engagements.models import Engagement, TeamMember
from engagements.states import EngagementState
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant)


@pytest.fixture
def mikkel(db):
    return factories.person(Role.CONSULTANT, name="Mikkel Engholm")


def join(engagement, user, by, role=Role.CONSULTANT) -> TeamMember:
    return team.join(engagement=engagement, user=user, role=role, by=by)


def members(engagement) -> dict[str, bool]:
    return {member.user.full_name: member.is_lead for member in Engagement.objects.get(pk=engagement.pk).team()}


def refused(action, *args, **kwargs) -> str:
    with pytest.raises(Refused) as error:
        action(*args, **kwargs)
    return str(error.value)


def test_somebody_joins_in_a_role_they_hold(engagement, consultant, mikkel):
    member = join(engagement, mikkel, consultant)
    assert members(engagement) == {"Katrine Konsulent": True, "Mikkel Engholm": False}
    entry = audit.history(engagement.scope).first()
    assert (entry.verb, entry.changes) == ("team.join", {"team": [None, "Mikkel Engholm (Konsulent)"]})
    assert member.valid_from == timezone.localdate()


def test_somebody_without_the_role_does_not_join(engagement, consultant, mikkel):
    assert refused(join, engagement, mikkel, consultant, Role.LEGAL_REVIEWER) == "Mikkel Engholm har ikke rollen Jurist."


def test_nobody_joins_twice(engagement, consultant, mikkel):
    join(engagement, mikkel, consultant)
    assert refused(join, engagement, mikkel, consultant) == "Mikkel Engholm er allerede på teamet som konsulent."


def test_the_lead_is_handed_over(engagement, consultant, mikkel):
    team.lead(member=join(engagement, mikkel, consultant), by=consultant)
    assert members(engagement) == {"Katrine Konsulent": False, "Mikkel Engholm": True}
    entry = audit.history(engagement.scope).first()
    assert (entry.verb, entry.changes) == ("team.lead", {"projektleder": ["Katrine Konsulent", "Mikkel Engholm"]})


def test_only_a_consultant_leads(engagement, consultant):
    jurist = factories.person(Role.LEGAL_REVIEWER)
    member = join(engagement, jurist, consultant, Role.LEGAL_REVIEWER)
    assert refused(team.lead, member=member, by=consultant) == "Projektlederen skal være konsulent."


def test_an_engagement_without_a_lead_gets_the_next_consultant_who_joins_or_is_chosen(engagement, consultant, mikkel):
    engagement.team_members.update(is_lead=False)
    jurist = factories.person(Role.LEGAL_REVIEWER)
    assert not join(engagement, jurist, consultant, Role.LEGAL_REVIEWER).is_lead
    team.lead(member=engagement.team_members.get(user=consultant), by=consultant)
    assert audit.history(engagement.scope).first().changes == {"projektleder": [None, "Katrine Konsulent"]}
    engagement.team_members.update(is_lead=False)
    assert join(engagement, mikkel, consultant).is_lead


def test_the_lead_hands_over_before_leaving(engagement, consultant):
    sentence = refused(team.leave, member=engagement.team_members.get(), by=consultant)
    assert sentence == "Vælg en ny projektleder, før den nuværende forlader teamet."


def test_somebody_who_joined_earlier_leaves_with_yesterday_as_the_last_day(engagement, consultant, mikkel):
    member = join(engagement, mikkel, consultant)
    TeamMember.objects.filter(pk=member.pk).update(valid_from=date(2020, 1, 1))
    team.leave(member=member, by=consultant)
    assert members(engagement) == {"Katrine Konsulent": True}
    assert TeamMember.objects.get(pk=member.pk).valid_to == timezone.localdate() - timedelta(days=1)
    entry = audit.history(engagement.scope).first()
    assert (entry.verb, entry.changes) == ("team.leave", {"team": ["Mikkel Engholm (Konsulent)", None]})


def test_somebody_who_joined_today_leaves_without_a_trace_but_the_history_s(engagement, consultant, mikkel):
    team.leave(member=join(engagement, mikkel, consultant), by=consultant)
    assert not TeamMember.objects.filter(user=mikkel).exists()
    assert [entry.verb for entry in audit.history(engagement.scope)][:2] == ["team.leave", "team.join"]


def test_who_leaves_loses_the_right_at_once(engagement, consultant, mikkel):
    member = join(engagement, mikkel, consultant)
    assert Relation.TEAM in Engagement.objects.get(pk=engagement.pk).relations_of(mikkel)[Role.CONSULTANT]
    team.leave(member=member, by=consultant)
    with pytest.raises(Denied):
        lifecycle.move(engagement, to=EngagementState.PAUSED, by=mikkel, reason="x")


@pytest.mark.parametrize("role", Role)
def test_only_a_consultant_of_the_team_changes_the_team(engagement, mikkel, role):
    person, member = factories.person(role), engagement.team_members.get()
    for action in (
        lambda: join(engagement, mikkel, person),
        lambda: team.lead(member=member, by=person),
        lambda: team.leave(member=member, by=person),
    ):
        with pytest.raises(Denied) as denied:
            action()
        assert str(denied.value) == "Det kan kun konsulenterne på forløbets team. Skriv til projektlederen, hvis noget skal ændres."


@pytest.mark.parametrize("state", EngagementState)
def test_the_team_changes_in_every_state(consultant, mikkel, state):
    engagement = factories.engagement(consultant)
    Engagement.objects.filter(pk=engagement.pk).update(state=state)
    assert join(engagement, mikkel, consultant).user == mikkel


@pytest.mark.parametrize(
    "fields",
    [{"valid_to": date(2000, 1, 1)}, {"role": Role.LEGAL_REVIEWER, "is_lead": True}],
    ids=["ends before it begins", "a jurist leads"],
)
def test_the_database_refuses_a_member_that_contradicts_itself(engagement, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        engagement.team_members.update(**fields)


def test_the_database_refuses_two_leads_and_the_same_role_twice(engagement, consultant, mikkel):
    for values in ({"user": mikkel, "is_lead": True}, {"user": consultant}):
        with pytest.raises(IntegrityError), transaction.atomic():
            TeamMember.objects.create(engagement=engagement, role=Role.CONSULTANT, **values)
