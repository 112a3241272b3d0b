"""Overdragelse: a colleague gets role and places on teams in one step, or nothing happens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import handover
from accounts.actions import handing_over
from accounts.actions.roles import NOT_ONESELF
from accounts.models import AuditEntry, Membership, User
from accounts.refusal import Denied, Refused
from accounts.states import Role
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(db) -> User:
    """Works in Hedensted, but not as coordinator."""
    return factories.person(Role.EMPLOYEE, name="Kim Kollega")


def day(offset: int):
    return timezone.localdate() + timedelta(days=offset)


def hand_over(person, to, by, first=0) -> None:
    handing_over.hand_over(membership=person.memberships.order_by("pk").first(), to=to, from_day=day(first), by=by)


def refused(*args, **kwargs) -> str:
    with pytest.raises(Refused) as error:
        hand_over(*args, **kwargs)
    return str(error.value)


def fresh(user: User) -> User:
    return User.objects.get_queryset().get(pk=user.pk)


def dates(person, role) -> list[tuple]:
    return list(person.memberships.filter(role=role).order_by("valid_from").values_list("valid_from", "valid_to"))


def test_the_colleague_has_the_role_from_today_and_the_giver_no_more(leader, coordinator, colleague):
    hand_over(coordinator, colleague, leader)
    assert fresh(coordinator).roles() == set()
    assert fresh(colleague).roles() == {Role.EMPLOYEE, Role.COORDINATOR}
    assert dates(coordinator, Role.COORDINATOR) == [(factories.LONG_AGO, day(-1))]
    assert dates(colleague, Role.COORDINATOR) == [(day(0), None)]
    of_giver, of_taker = (
        list(AuditEntry.objects.filter(target_id=str(person.pk), verb__startswith="role.").values_list("verb", flat=True))
        for person in (coordinator, colleague)
    )
    assert (of_giver, of_taker) == (["role.hand_over"], ["role.take_over"])


def test_a_handing_over_can_wait_for_a_day(leader, coordinator, colleague):
    hand_over(coordinator, colleague, leader, first=10)
    assert fresh(coordinator).roles() == {Role.COORDINATOR}
    assert dates(coordinator, Role.COORDINATOR) == [(factories.LONG_AGO, day(9))]
    assert dates(colleague, Role.COORDINATOR) == [(day(10), None)]


def test_a_role_of_today_that_is_handed_over_today_never_was(leader, coordinator, colleague):
    coordinator.memberships.update(valid_from=day(0))
    hand_over(coordinator, colleague, leader)
    assert dates(coordinator, Role.COORDINATOR) == []


def test_a_colleague_who_holds_the_role_keeps_it_and_one_who_will_gets_it_sooner(leader, coordinator):
    other = factories.person(Role.COORDINATOR, name="Otto Også")
    hand_over(coordinator, other, leader)
    assert dates(other, Role.COORDINATOR) == [(factories.LONG_AGO, None)]
    third = factories.person(Role.EMPLOYEE)
    factories.membership(third, Role.COORDINATOR, valid_from=day(30))
    hand_over(other, third, leader, first=3)
    assert dates(third, Role.COORDINATOR) == [(day(3), None)]


@pytest.mark.parametrize("first", [-1, -100])
def test_nothing_is_handed_over_in_the_past(leader, coordinator, colleague, first):
    assert refused(coordinator, colleague, leader, first).startswith("En rolle kan tidligst overdrages i dag")


def test_a_role_that_is_over_by_then_is_not_handed_over(leader, coordinator, colleague):
    coordinator.memberships.update(valid_to=day(5))
    assert refused(coordinator, colleague, leader, 6) == "Rollen er ophørt inden den dag. Vælg en tidligere dag."
    hand_over(coordinator, colleague, leader, 5)
    assert dates(colleague, Role.COORDINATOR) == [(day(5), day(5))]


def test_the_colleague_works_in_the_organisation(leader, coordinator, stranger):
    assert refused(coordinator, stranger, leader) == "Sofie Fremmed arbejder ikke i Hedensted Kommune. Invitér først personen."
    barred = factories.person(Role.EMPLOYEE, name="Bo", is_active=False)
    assert "arbejder ikke" in refused(coordinator, barred, leader)
    assert "arbejder ikke" in refused(coordinator, coordinator, leader)


def test_nobody_hands_a_role_over_to_themselves(leader, coordinator):
    assert refused(coordinator, leader, leader) == NOT_ONESELF
    hand_over(leader, coordinator, leader)  # one's own, to somebody else
    assert fresh(leader).roles() == set()


def test_a_colleague_who_is_inhabil_takes_nothing_over(leader, coordinator, colleague):
    factories.conflict(colleague)
    assert refused(coordinator, colleague, leader) == "Kim Kollega er inhabil i forhold til Hedensted Kommune. Vælg en anden kollega."


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.ADMIN}])
def test_only_an_administrator_hands_over_the_roles_of_an_authority(role, consultant):
    other = factories.person(Role.CONSULTANT)
    with pytest.raises(Denied):
        hand_over(consultant, other, factories.person(role))


def test_when_a_hook_fails_nothing_has_happened(monkeypatch, leader, coordinator, colleague):
    def fails(membership, to, from_day, by):
        raise Refused("Det går ikke.")

    monkeypatch.setattr(handover, "HOOKS", [*handover.HOOKS, (lambda membership, to: [], fails)])
    assert refused(coordinator, colleague, leader) == "Det går ikke."
    assert fresh(coordinator).roles() == {Role.COORDINATOR}
    assert fresh(colleague).roles() == {Role.EMPLOYEE}
    assert not AuditEntry.objects.filter(verb__startswith="role.").exists()


def test_a_hook_is_registered_once():
    find, move = handover.HOOKS[0]
    before = len(handover.HOOKS)
    handover.register(find, move)
    assert len(handover.HOOKS) == before


@pytest.mark.django_db(transaction=True)
def test_a_double_click_hands_over_once(catalogue):
    admin, giver = factories.person(Role.ADMIN), factories.person(Role.COORDINATOR)
    to = factories.person(Role.EMPLOYEE)
    role = giver.memberships.get()
    found = at_once(*[lambda: handing_over.hand_over(membership=role, to=to, from_day=day(0), by=fresh(admin))] * 2)
    assert sorted(type(answer).__name__ for answer in found) == ["NoneType", "Refused"]
    assert Membership.objects.filter(role=Role.COORDINATOR).valid().count() == 1


# The pages


def url(person) -> str:
    return f"/brugere/{person.pk}/roller/{person.memberships.order_by('pk').first().pk}/overdrag/"


def written(offset: int) -> str:
    return f"{day(offset):%d.%m.%Y}"


def test_the_page_asks_who_and_when_shows_what_and_does_it(log_in, leader, coordinator, colleague):
    client = log_in(leader)
    assert "Kim Kollega" in client.get(url(coordinator)).text
    preview = client.get(url(coordinator), {"to": colleague.pk, "from_day": written(0)}).text
    assert "Overdrag til Kim Kollega?" in preview
    assert "Kommunal koordinator, Hedensted Kommune: Kim Kollega fra" in preview
    assert fresh(colleague).roles() == {Role.EMPLOYEE}
    response = client.post(url(coordinator), {"to": colleague.pk, "from_day": written(0)}, follow=True)
    assert "Rollen er overdraget til Kim Kollega." in response.text
    assert Role.COORDINATOR in fresh(colleague).roles()


def test_a_colleague_elsewhere_is_no_choice(log_in, leader, coordinator, stranger):
    client = log_in(leader)
    factories.person(Role.EMPLOYEE)
    assert "Sofie" not in client.get(url(coordinator)).text
    for method in (client.get, client.post):
        response = method(url(coordinator), {"to": stranger.pk, "from_day": written(0)})
        assert response.status_code == 422
        assert "Sofie" not in response.text


@pytest.mark.parametrize(
    ("values", "sentence"),
    [({"to": ""}, "Vælg »Kollega«."), ({"from_day": "01.01.2020"}, "Vælg i dag"), ({"from_day": "x"}, "Skriv datoen")],
)
def test_a_poor_answer_is_explained(log_in, leader, coordinator, colleague, values, sentence):
    response = log_in(leader).get(url(coordinator), {"to": colleague.pk, "from_day": written(0)} | values)
    assert response.status_code == 422
    assert sentence in response.text


def test_what_stands_in_the_way_is_seen_before_the_button(log_in, leader, coordinator, colleague):
    factories.conflict(colleague)
    text = log_in(leader).get(url(coordinator), {"to": colleague.pk, "from_day": written(0)}).text
    assert "Rollen kan ikke overdrages" in text and "Kim Kollega er inhabil i forhold til Hedensted Kommune." in text
    assert ">Overdrag</button>" not in text
    assert log_in(leader).post(url(coordinator), {"to": colleague.pk, "from_day": written(0)}).status_code == 409


def test_without_colleagues_the_page_says_what_to_do(log_in, admin):
    lonely = factories.person(Role.COORDINATOR, of="Læsø")
    assert "Invitér først en kollega." in log_in(admin).get(url(lonely)).text


def test_a_fresh_factor_is_asked_for(log_in, leader, coordinator, colleague):
    client = log_in(leader)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    response = client.post(url(coordinator), {"to": colleague.pk, "from_day": written(0)})
    assert response["Location"].startswith("/bekraeft/")
    assert fresh(colleague).roles() == {Role.EMPLOYEE}
