"""Giving and ending roles: by whom, from when to when, and that an open session sees it on its next click."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import roles
from accounts.models import AuditEntry, Membership, User
from accounts.refusal import Denied, Refused
from accounts.states import Role
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.django_db


def day(offset: int):
    return timezone.localdate() + timedelta(days=offset)


def written(offset: int) -> str:
    return f"{day(offset):%d.%m.%Y}"


def give(person, by, role=Role.EMPLOYEE, of="Hedensted", first=0, last=None) -> Membership:
    return roles.add_role(
        person=person,
        organisation=factories.municipality(of),
        role=role,
        valid_from=day(first),
        valid_to=None if last is None else day(last),
        by=by,
    )


def refused(action, *args, **kwargs) -> str:
    with pytest.raises(Refused) as error:
        action(*args, **kwargs)
    return str(error.value)


def history(person) -> list[tuple[str, dict]]:
    entries = AuditEntry.objects.filter(target_id=str(person.pk), verb__startswith="role.").order_by("pk")
    return [(entry.verb, entry.changes) for entry in entries]


def fresh(user: User) -> User:
    return User.objects.get_queryset().get(pk=user.pk)


# Giving


def test_a_role_is_given_with_its_dates_and_written_down(admin, coordinator):
    give(coordinator, admin, first=1, last=30)
    assert fresh(coordinator).roles() == {Role.COORDINATOR}
    made = coordinator.memberships.get(role=Role.EMPLOYEE)
    assert (made.valid_from, made.valid_to) == (day(1), day(30))
    changes = {
        "rolle": [None, "Kommunal medarbejder, Hedensted Kommune"],
        "fra": [None, str(day(1))],
        "til": [None, str(day(30))],
    }
    assert history(coordinator) == [("role.add", changes)]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"first": -1}, "En rolle kan tidligst begynde i dag."),
        ({"first": 5, "last": 4}, "Slutdatoen ligger før startdatoen."),
        ({"role": Role.CONSULTANT}, "Rollen Konsulent findes ikke i Hedensted Kommune."),
        ({"role": Role.COORDINATOR}, "Hanne Koordinator har allerede rollen Kommunal koordinator i Hedensted Kommune i de dage."),
        ({"role": Role.COORDINATOR, "first": 10, "last": 20}, "Hanne Koordinator har allerede rollen"),
    ],
)
def test_a_role_that_makes_no_sense_is_refused(admin, coordinator, values, sentence):
    assert refused(give, coordinator, admin, **values).startswith(sentence)
    assert coordinator.memberships.count() == 1


def test_a_role_may_follow_another(admin, coordinator):
    coordinator.memberships.update(valid_to=day(4))
    assert "har allerede rollen" in refused(give, coordinator, admin, Role.COORDINATOR, first=4)
    give(coordinator, admin, Role.COORDINATOR, first=5)
    assert coordinator.memberships.count() == 2


def test_nobody_gives_themselves_a_role(admin, leader):
    for person in (admin, leader):
        assert refused(give, person, person) == roles.NOT_ONESELF
        assert person.memberships.count() == 1


def test_a_barred_person_gets_no_role(admin):
    barred = factories.person(Role.EMPLOYEE, name="Bo Barred", is_active=False)
    assert refused(give, barred, admin, Role.LEADER) == "Bo Barred er spærret. Åbn adgangen først."


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_only_an_administrator_gives_roles_elsewhere(role, coordinator):
    person = factories.person(role)
    with pytest.raises(Denied) as denied:
        give(coordinator, person, of="Aabenraa")
    assert str(denied.value).startswith("Du kan kun ændre roller i din egen kommune.")


def test_a_leader_gives_roles_in_the_own_municipality(log_in, leader, coordinator):
    url = f"/brugere/{coordinator.pk}/roller/tilfoej/"
    client = log_in(leader)
    assert "Vælg organisation" in client.get(url).text
    values = {"organisation": factories.municipality().pk, "role": "leader", "valid_from": written(0), "valid_to": ""}
    response = client.post(url, values)
    assert (response.status_code, response["Location"]) == (302, f"/brugere/{coordinator.pk}/")
    assert fresh(coordinator).roles() == {Role.COORDINATOR, Role.LEADER}


@pytest.mark.parametrize(("place", "role"), [("Aabenraa", "employee"), ("Hedensted", "admin"), ("Hedensted", "consultant")])
def test_a_leader_who_posts_another_municipality_or_role_gets_nothing(log_in, leader, coordinator, place, role):
    values = {
        "organisation": factories.municipality(place).pk,
        "role": role,
        "valid_from": written(0),
        "is_superuser": "on",
        "is_active": "",
    }
    response = log_in(leader).post(f"/brugere/{coordinator.pk}/roller/tilfoej/", values)
    assert response.status_code == 422
    assert "Aabenraa" not in response.text
    assert coordinator.memberships.count() == 1


def test_extra_fields_change_nothing(log_in, admin, coordinator):
    values = {"organisation": factories.municipality().pk, "role": "employee", "valid_from": written(0)}
    extra = {"is_superuser": "on", "is_staff": "on", "is_active": "", "user": admin.pk, "email": "ny@example.dk"}
    assert log_in(admin).post(f"/brugere/{coordinator.pk}/roller/tilfoej/", values | extra).status_code == 302
    found = fresh(coordinator)
    assert (found.is_superuser, found.is_active, found.email) == (False, True, coordinator.email)
    assert admin.memberships.count() == 1


@pytest.mark.parametrize("day", ["31.02.2027", "i morgen", "01.01.0001", "01.01.9999", "1' OR 1=1", "\x00"])
def test_a_day_that_is_none_is_explained(log_in, admin, coordinator, day):
    values = {"organisation": factories.municipality().pk, "role": "employee", "valid_from": day}
    response = log_in(admin).post(f"/brugere/{coordinator.pk}/roller/tilfoej/", values)
    assert response.status_code == 422
    assert "Skriv datoen som dd.mm.åååå" in response.text or "mellem 2000 og 2100" in response.text


# Ending


def end(membership, by, last=None) -> None:
    roles.end_role(membership=membership, last_day=None if last is None else day(last), by=by)


def test_a_role_ends_at_once(leader, coordinator):
    end(coordinator.memberships.get(), leader)
    assert fresh(coordinator).roles() == set()
    assert coordinator.memberships.get().valid_to == day(-1)
    verb, changes = history(coordinator)[-1]
    assert (verb, changes["rolle"], changes["til"]) == (
        "role.end",
        ["Kommunal koordinator, Hedensted Kommune", None],
        [None, "straks"],
    )


def test_a_role_of_today_that_ends_at_once_never_was(admin, coordinator):
    end(give(coordinator, admin), admin)
    assert fresh(coordinator).roles() == {Role.COORDINATOR}
    assert coordinator.memberships.count() == 1
    assert [verb for verb, _ in history(coordinator)] == ["role.add", "role.end"]


def test_a_role_ends_on_a_day(leader, coordinator):
    end(coordinator.memberships.get(), leader, last=0)
    assert fresh(coordinator).roles() == {Role.COORDINATOR}
    assert not coordinator.memberships.valid(day(1)).exists()
    end(coordinator.memberships.get(), leader, last=7)
    assert coordinator.memberships.get().valid_to == day(7)


def test_a_role_does_not_end_in_the_past_or_before_it_begins(admin, coordinator):
    assert "eller en senere dag." in refused(end, coordinator.memberships.get(), admin, last=-1)
    coming = give(coordinator, admin, first=10)
    assert "eller en senere dag." in refused(end, coming, admin, last=9)
    end(coming, admin, last=10)
    coordinator.memberships.filter(role=Role.COORDINATOR).update(valid_to=day(-1))
    assert refused(end, coordinator.memberships.get(role=Role.COORDINATOR), admin) == "Rollen er allerede ophørt."


def test_the_next_click_of_an_open_session_sees_that_the_role_has_ended(log_in, leader, coordinator, consultant):
    engagement = factories.engagement(consultant)
    factories.membership(coordinator, Role.EMPLOYEE, of="Skive")  # so that somebody is left to log in
    client = log_in(coordinator)
    assert client.get(engagement.get_absolute_url()).status_code == 200
    url = f"/brugere/{coordinator.pk}/roller/{coordinator.memberships.get(role=Role.COORDINATOR).pk}/slut/"
    response = log_in(leader).post(url, {"when": "at_once"}, follow=True)
    assert "Rollen som Kommunal koordinator er ophørt for Hanne Koordinator." in response.text
    assert client.get(engagement.get_absolute_url()).status_code == 404


def test_the_form_asks_when_and_for_the_day(log_in, leader, coordinator):
    client = log_in(leader)
    url = f"/brugere/{coordinator.pk}/roller/{coordinator.memberships.get().pk}/slut/"
    assert "Skal Hanne Koordinator ikke længere være Kommunal koordinator?" in client.get(url).text
    for values, sentence in (
        ({"when": ""}, "Vælg »Hvornår ophører rollen?«."),
        ({"when": "on_day"}, "Udfyld »Sidste dag«."),
        ({"when": "on_day", "last_day": written(-1)}, "Vælg i dag eller en senere dag."),
    ):
        response = client.post(url, values)
        assert response.status_code == 422
        assert sentence in response.text
    assert client.post(url, {"when": "on_day", "last_day": written(3)}).status_code == 302
    assert coordinator.memberships.get().valid_to == day(3)


def test_a_role_elsewhere_is_like_one_that_does_not_exist(log_in, leader, coordinator):
    foreign = factories.membership(coordinator, Role.LEADER, of="Aabenraa")
    client = log_in(leader)
    for pk in (foreign.pk, leader.memberships.get().pk, 987654321):
        for tail in ("slut", "overdrag"):
            assert client.get(f"/brugere/{coordinator.pk}/roller/{pk}/{tail}/").status_code == 404
            assert client.post(f"/brugere/{coordinator.pk}/roller/{pk}/{tail}/", {"when": "at_once"}).status_code == 404
    with pytest.raises(Denied):
        end(foreign, leader)


def test_somebody_who_ends_the_own_role_is_led_home(log_in, leader):
    url = f"/brugere/{leader.pk}/roller/{leader.memberships.get().pk}/slut/"
    response = log_in(leader).post(url, {"when": "at_once"})
    assert (response.status_code, response["Location"]) == (302, "/")


# The last administrator


def test_the_last_administrator_of_an_organisation_stays(log_in, admin):
    sentence = "Ane Administrator er den sidste administrator i Social- og Boligstyrelsen. Giv først en anden rollen."
    role = admin.memberships.get()
    assert refused(end, role, admin) == sentence
    assert refused(end, role, admin, last=30) == sentence
    url = f"/brugere/{admin.pk}/roller/{role.pk}/slut/"
    response = log_in(admin).post(url, {"when": "at_once"})
    assert response.status_code == 409 and sentence in response.text
    assert sentence in log_in(admin).get(f"/brugere/{admin.pk}/").text


def test_the_last_administrator_goes_when_another_stays_longer(admin):
    other = factories.person(Role.ADMIN, name="Bo Administrator")
    other.memberships.update(valid_to=day(10))
    assert "den sidste administrator" in refused(end, admin.memberships.get(), other, last=10)
    end(admin.memberships.get(), other, last=9)
    assert admin.memberships.get().valid_to == day(9)


def test_a_barred_administrator_or_one_of_another_organisation_does_not_count(admin):
    factories.person(Role.ADMIN, is_active=False)
    elsewhere = factories.person(None)
    ankestyrelsen = factories.person(Role.LEGAL_REVIEWER).memberships.get().organisation
    Membership.objects.create(user=elsewhere, organisation=ankestyrelsen, role=Role.ADMIN)
    assert "den sidste administrator" in refused(end, admin.memberships.get(), elsewhere)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_end_each_other_leave_one(catalogue):
    first, second = factories.person(Role.ADMIN), factories.person(Role.ADMIN)
    found = at_once(lambda: end(first.memberships.get(), second), lambda: end(second.memberships.get(), first))
    assert sorted(type(answer).__name__ for answer in found) in (["NoneType", "Refused"], ["Denied", "NoneType"])
    assert Membership.objects.valid().filter(role=Role.ADMIN).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_role_that_is_given_twice_at_once_is_given_once(catalogue):
    admin, person = factories.person(Role.ADMIN), factories.person(Role.EMPLOYEE)
    found = at_once(*[lambda: give(person, fresh(admin), Role.LEADER)] * 2)
    assert sorted(type(answer).__name__ for answer in found) == ["Membership", "Refused"]
    assert person.memberships.filter(role=Role.LEADER).count() == 1
