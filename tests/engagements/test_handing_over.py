"""With a role go the places on teams, the lead included."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import audit, handover
from accounts.actions import handing_over
from accounts.models import Membership, User
from accounts.refusal import Refused
from accounts.states import Role
from engagements.actions import team
from engagements.models import Engagement, TeamMember
from engagements.states import EngagementState
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db) -> User:
    return factories.person(Role.ADMIN, name="Ane Administrator")


@pytest.fixture
def mikkel(db) -> User:
    return factories.person(Role.CONSULTANT, name="Mikkel Engholm")


def day(offset: int):
    return timezone.localdate() + timedelta(days=offset)


def role_of(person) -> Membership:
    return person.memberships.get()


def hand_over(person, to, by, first=0) -> None:
    handing_over.hand_over(membership=role_of(person), to=to, from_day=day(first), by=by)


def members(engagement, on: int = 0) -> dict[str, bool]:
    """Name → leads, of those on the team on a day."""
    rows = TeamMember.objects.filter(engagement=engagement, valid_from__lte=day(on)).exclude(valid_to__lt=day(on))
    return {row.user.full_name: row.is_lead for row in rows.select_related("user")}


def test_the_colleague_takes_every_place_over_and_leads(admin, consultant, mikkel):
    both = [factories.engagement(consultant), factories.engagement(consultant, of="Skive")]
    TeamMember.objects.update(valid_from=factories.LONG_AGO)
    hand_over(consultant, mikkel, admin)
    for engagement in both:
        assert members(engagement) == {"Mikkel Engholm": True}
        entry = audit.history(engagement.scope).first()
        assert (entry.verb, entry.by) == ("team.hand_over", admin)
        assert entry.changes["team"] == ["Katrine Konsulent (Konsulent)", "Mikkel Engholm (Konsulent)"]
    assert TeamMember.objects.filter(user=consultant, valid_to=day(-1)).count() == 2


def test_a_place_of_today_goes_without_a_trace_but_the_history_s(admin, consultant, mikkel):
    engagement = factories.engagement(consultant)
    hand_over(consultant, mikkel, admin)
    assert not TeamMember.objects.filter(user=consultant).exists()
    assert members(engagement) == {"Mikkel Engholm": True}


def test_until_the_day_the_giver_leads_and_from_it_the_colleague(admin, consultant, mikkel):
    engagement = factories.engagement(consultant)
    hand_over(consultant, mikkel, admin, first=7)
    assert members(engagement) == members(engagement, 6) == {"Katrine Konsulent": True}
    assert members(engagement, 7) == {"Mikkel Engholm": True}


@pytest.mark.parametrize("first", [0, 7])
def test_a_colleague_who_is_on_the_team_leads_from_the_day(admin, consultant, mikkel, first):
    engagement = factories.engagement(consultant)
    team.join(engagement=engagement, user=mikkel, role=Role.CONSULTANT, by=consultant)
    TeamMember.objects.update(valid_from=factories.LONG_AGO)
    hand_over(consultant, mikkel, admin, first)
    assert members(engagement, first - 1) == {"Katrine Konsulent": True, "Mikkel Engholm": False}
    assert members(engagement, first) == {"Mikkel Engholm": True}


def test_a_colleague_who_leads_goes_on_leading(admin, consultant, mikkel):
    engagement = factories.engagement(mikkel)
    team.join(engagement=engagement, user=consultant, role=Role.CONSULTANT, by=mikkel)
    hand_over(consultant, mikkel, admin)
    assert members(engagement) == {"Mikkel Engholm": True}


def test_a_colleague_who_comes_later_comes_sooner(admin, consultant, mikkel):
    engagement = factories.engagement(consultant)
    TeamMember.objects.create(engagement=engagement, user=mikkel, role=Role.CONSULTANT, valid_from=day(30))
    hand_over(consultant, mikkel, admin, first=3)
    assert members(engagement, 2) == {"Katrine Konsulent": True}
    assert members(engagement, 3) == members(engagement, 40) == {"Mikkel Engholm": True}
    assert TeamMember.objects.filter(user=mikkel).count() == 1


@pytest.mark.parametrize("state", [EngagementState.COMPLETED, EngagementState.ABORTED])
def test_an_engagement_that_is_over_keeps_its_team(admin, consultant, mikkel, state):
    engagement = factories.engagement(consultant)
    Engagement.objects.filter(pk=engagement.pk).update(state=state)
    hand_over(consultant, mikkel, admin)
    assert members(engagement) == {"Katrine Konsulent": True}


def test_a_jurist_hands_over_the_places_of_a_jurist(admin, consultant):
    jonas, amalie = factories.person(Role.LEGAL_REVIEWER, name="Jonas"), factories.person(Role.LEGAL_REVIEWER, name="Amalie")
    engagement = factories.engagement(consultant, team=[(jonas, Role.LEGAL_REVIEWER)])
    hand_over(jonas, amalie, admin)
    assert members(engagement) == {"Katrine Konsulent": True, "Amalie": False}


def test_a_colleague_who_is_inhabil_is_refused_with_every_place_named_and_nothing_moves(admin, consultant, mikkel):
    for place in ("Skive", "Hedensted", "Aabenraa"):
        factories.engagement(consultant, of=place)
    for place in ("Skive", "Hedensted"):
        factories.conflict(mikkel, of=place)
    with pytest.raises(Refused) as refused:
        hand_over(consultant, mikkel, admin)
    assert str(refused.value) == (
        "Mikkel Engholm er inhabil i forhold til Hedensted Kommune og Skive Kommune og kan ikke overtage forløb dér. "
        "Vælg en anden kollega, eller sæt først en anden på teamet."
    )
    assert TeamMember.objects.filter(user=mikkel).count() == 0
    assert role_of(consultant).valid_to is None


def test_the_preview_lists_the_places(log_in, admin, consultant, mikkel):
    engagement = factories.engagement(consultant)
    factories.engagement(mikkel, of="Skive", team=[(consultant, Role.CONSULTANT)])
    texts = [belonging.text for belonging in handover.belongings(role_of(consultant), mikkel)]
    assert texts == [f"Projektleder i {engagement}", f"På teamet i {Engagement.objects.get(municipality__name='Skive')}"]
    url = f"/brugere/{consultant.pk}/roller/{role_of(consultant).pk}/overdrag/"
    text = log_in(admin).get(url, {"to": mikkel.pk, "from_day": f"{day(0):%d.%m.%Y}"}).text
    assert all(line in text for line in texts)
