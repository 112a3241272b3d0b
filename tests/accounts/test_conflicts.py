"""Inhabilitet: who declares and lifts it, and who reads why."""

import pytest
from django.utils import timezone

from accounts.actions import conflicts
from accounts.models import AuditEntry, Conflict
from accounts.refusal import Denied, Refused
from accounts.states import Role
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.django_db
SECRET = "Min bror er afdelingsleder på Æblevej"


def test_a_person_declares_it_for_themselves(log_in, consultant):
    client = log_in(consultant)
    assert "Meld dig inhabil" in client.get("/konto/inhabil/").text
    hedensted = factories.municipality()
    response = client.post("/konto/inhabil/", {"municipality": hedensted.pk, "reason": SECRET}, follow=True)
    assert "Du er meldt inhabil i forhold til Hedensted Kommune og har ikke længere adgang dér." in response.text
    assert SECRET in response.text
    declared = Conflict.objects.get()
    assert (declared.user, declared.organisation, declared.reason, declared.declared_by) == (consultant, hedensted, SECRET, consultant)
    entry = AuditEntry.objects.get(verb="conflict.declare")
    assert (entry.changes, entry.reason) == ({"inhabil i forhold til": [None, "Hedensted Kommune"]}, "")


def test_an_administrator_declares_it_for_anybody_and_another_lifts_it(log_in, admin, consultant):
    client = log_in(admin)
    url = f"/brugere/{consultant.pk}/"
    response = client.post(f"{url}inhabil/", {"municipality": factories.municipality().pk, "reason": ""}, follow=True)
    assert "Katrine Konsulent er meldt inhabil i forhold til Hedensted Kommune." in response.text
    conflict = Conflict.objects.get()
    assert "Ophæv inhabilitet" in response.text
    response = client.post(f"{url}inhabil/{conflict.pk}/ophaev/", follow=True)
    assert "Katrine Konsulent er ikke længere inhabil i forhold til Hedensted Kommune." in response.text
    conflict.refresh_from_db()
    assert (conflict.lifted_by, conflict.lifted_at.date()) == (admin, timezone.now().date())
    assert client.post(f"{url}inhabil/{conflict.pk}/ophaev/").status_code == 404


def test_the_reason_is_read_by_the_person_and_administrators_alone(log_in, admin, coordinator):
    factories.conflict(coordinator, reason=SECRET)
    leader = factories.person(Role.LEADER)
    assert SECRET in log_in(admin).get(f"/brugere/{coordinator.pk}/").text
    assert SECRET in log_in(coordinator).get("/konto/inhabil/").text
    text = log_in(leader).get(f"/brugere/{coordinator.pk}/").text
    assert "Inhabilitet" in text and "Meldt " in text
    assert SECRET not in text
    assert not AuditEntry.objects.filter(reason__contains="Æblevej").exists()
    assert not AuditEntry.objects.filter(changes__icontains="Æblevej").exists()


def test_a_leader_does_not_see_what_concerns_another_municipality(log_in, coordinator):
    factories.conflict(coordinator, of="Skive", reason=SECRET)
    text = log_in(factories.person(Role.LEADER)).get(f"/brugere/{coordinator.pk}/").text
    assert "Skive" not in text and SECRET not in text


def test_nobody_lifts_the_own_one(log_in, admin):
    conflict = factories.conflict(admin, of="Skive")
    with pytest.raises(Refused) as refused:
        conflicts.lift(conflict=conflict, by=admin)
    assert str(refused.value) == conflicts.NOT_ONESELF
    client = log_in(admin)
    assert conflicts.NOT_ONESELF in client.get(f"/brugere/{admin.pk}/").text
    assert client.post(f"/brugere/{admin.pk}/inhabil/{conflict.pk}/ophaev/").status_code == 409


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_only_an_administrator_declares_for_others_and_lifts(role, coordinator):
    person, conflict = factories.person(role), factories.conflict(coordinator, of="Skive")
    with pytest.raises(Denied):
        conflicts.declare(person=coordinator, municipality=factories.municipality(), reason="", by=person)
    with pytest.raises(Denied):
        conflicts.lift(conflict=conflict, by=person)
    assert Conflict.objects.standing().count() == 1


@pytest.mark.parametrize("role", Role)
def test_everybody_declares_for_themselves(role):
    person = factories.person(role)
    assert factories.conflict(person).declared_by == person


def test_it_stands_once_and_can_be_declared_again_when_it_was_lifted(admin, consultant):
    first = factories.conflict(consultant)
    with pytest.raises(Refused) as refused:
        factories.conflict(consultant)
    assert str(refused.value) == "Katrine Konsulent er allerede meldt inhabil i forhold til Hedensted Kommune."
    conflicts.lift(conflict=first, by=admin)
    with pytest.raises(Refused):
        conflicts.lift(conflict=first, by=admin)
    factories.conflict(consultant)
    assert (Conflict.objects.count(), Conflict.objects.standing().count()) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_declares_it_once(catalogue):
    person = factories.person(Role.CONSULTANT)
    found = at_once(*[lambda: factories.conflict(person)] * 2)
    assert sorted(type(answer).__name__ for answer in found) == ["Conflict", "Refused"]


def test_it_is_about_a_municipality(log_in, admin, consultant):
    authority = consultant.memberships.get().organisation
    with pytest.raises(Refused, match="Vælg en kommune"):
        conflicts.declare(person=consultant, municipality=authority, reason="", by=admin)
    for url in (f"/brugere/{consultant.pk}/inhabil/", "/konto/inhabil/"):
        response = log_in(admin).post(url, {"municipality": authority.pk})
        assert response.status_code == 422
        assert "Vælg »Kommune«." in log_in(admin).post(url, {"municipality": ""}).text


def test_the_conflict_of_somebody_else_is_like_one_that_does_not_exist(log_in, admin, consultant, coordinator):
    conflict = factories.conflict(coordinator, of="Skive")
    assert log_in(admin).post(f"/brugere/{consultant.pk}/inhabil/{conflict.pk}/ophaev/").status_code == 404
    assert Conflict.objects.standing().count() == 1
