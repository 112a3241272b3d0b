"""Spær adgang and Nulstil totrin: out at once, everywhere, and back again."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail as sent
from django.test import Client

from accounts import outbox
from accounts.actions import barring
from accounts.models import AuditEntry, User
from accounts.refusal import Denied, Refused
from accounts.states import Role
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.django_db


def refused(action, **kwargs) -> str:
    with pytest.raises(Refused) as error:
        action(**kwargs)
    return str(error.value)


def fresh(user: User) -> User:
    return User.objects.get_queryset().get(pk=user.pk)


def listed(client: Client, user: User) -> None:
    """The session stands on the person's list of sessions, as after a log-in by hand."""
    UserSession.objects.create(user=user, session_key=client.session.session_key, ip="127.0.0.1", user_agent="x")


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_a_barred_person_is_out_everywhere_at_once_and_others_stay(log_in, admin, coordinator, consultant):
    laptop, phone, other = log_in(coordinator), log_in(coordinator), log_in(consultant)
    listed(laptop, coordinator)
    assert is_in(laptop) and is_in(phone) and is_in(other)
    response = log_in(admin).post(f"/brugere/{coordinator.pk}/spaer/", {"reason": "Telefonen er væk"}, follow=True)
    assert "Hanne Koordinator er spærret og logget af overalt." in response.text
    assert "»Telefonen er væk«" in response.text and "spærrede adgangen" in response.text
    assert not is_in(laptop) and not is_in(phone) and is_in(other)
    assert not UserSession.objects.filter(user=coordinator).exists()


def test_opening_again_lets_the_person_log_in_but_brings_no_session_back(log_in, admin, coordinator):
    client = log_in(coordinator)
    barring.bar(person=coordinator, reason="Væk", by=admin)
    response = log_in(admin).post(f"/brugere/{coordinator.pk}/aabn/", follow=True)
    assert "Hanne Koordinator kan logge ind igen." in response.text
    assert not is_in(client)
    assert is_in(log_in(fresh(coordinator)))
    verbs = list(AuditEntry.objects.filter(verb__startswith="person.").order_by("pk").values_list("verb", "reason"))
    assert verbs == [("person.bar", "Væk"), ("person.unbar", "")]


def test_nobody_bars_themselves_or_twice(admin, coordinator):
    factories.person(Role.ADMIN)
    assert refused(barring.bar, person=admin, reason="x", by=admin) == barring.NOT_ONESELF
    barring.bar(person=coordinator, reason="x", by=admin)
    assert refused(barring.bar, person=coordinator, reason="x", by=admin) == "Hanne Koordinator er allerede spærret."
    barring.unbar(person=coordinator, by=admin)
    assert refused(barring.unbar, person=coordinator, by=admin) == "Hanne Koordinator er ikke spærret."


def test_an_organisation_keeps_an_administrator(admin):
    ankestyrelsen = factories.person(Role.LEGAL_REVIEWER).memberships.get().organisation
    other = factories.person(None, name="Bo")
    other.memberships.create(organisation=ankestyrelsen, role=Role.ADMIN)
    assert refused(barring.bar, person=other, reason="x", by=admin) == (
        "Bo er den sidste administrator i Ankestyrelsen. Giv først en anden rollen."
    )
    assert fresh(other).is_active


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_bar_each_other_leave_one(catalogue):
    first, second = factories.person(Role.ADMIN), factories.person(Role.ADMIN)
    at_once(
        lambda: barring.bar(person=first, reason="x", by=fresh(second)), lambda: barring.bar(person=second, reason="x", by=fresh(first))
    )
    assert User.objects.active().filter(pk__in=[first.pk, second.pk]).count() == 1


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_only_an_administrator_bars_and_resets(role, coordinator):
    person = factories.person(role)
    for action in (
        lambda: barring.bar(person=coordinator, reason="x", by=person),
        lambda: barring.unbar(person=coordinator, by=person),
        lambda: barring.reset_factor(person=coordinator, by=person),
    ):
        with pytest.raises(Denied, match="Det kan kun en administrator"):
            action()
    assert fresh(coordinator).is_active


def test_a_leader_is_told_that_only_an_administrator_can(log_in, coordinator):
    client = log_in(factories.person(Role.LEADER))
    for tail in ("spaer", "totrin"):
        response = client.get(f"/brugere/{coordinator.pk}/{tail}/")
        assert response.status_code == 403
        assert "Det kan kun en administrator." in response.text


def test_a_reason_is_asked_for(log_in, admin, coordinator):
    response = log_in(admin).post(f"/brugere/{coordinator.pk}/spaer/", {"reason": " "})
    assert response.status_code == 422
    assert "Udfyld »Begrundelse«." in response.text
    assert fresh(coordinator).is_active


# The second factor


def test_a_factor_is_taken_away_and_the_person_is_told(log_in, admin, coordinator):
    client = log_in(coordinator)
    helper = log_in(admin)
    assert "ring op på et nummer, du selv har fundet" in helper.get(f"/brugere/{coordinator.pk}/totrin/").text
    assert Authenticator.objects.filter(user=coordinator).exists()
    response = helper.post(f"/brugere/{coordinator.pk}/totrin/", follow=True)
    assert "sætter totrinsbekræftelsen op igen ved næste log ind." in response.text
    assert not Authenticator.objects.filter(user=coordinator).exists()
    assert Authenticator.objects.filter(user=admin).exists()
    assert not is_in(client)
    assert outbox.send_next() is True
    [message] = sent.outbox
    assert (message.subject, message.to) == ("Din totrinsbekræftelse er nulstillet", [coordinator.email])
    assert "Har du ikke selv bedt om det, så skriv straks til support@localhost." in message.body
    assert AuditEntry.objects.filter(verb="person.factor_reset", by=admin, target_id=str(coordinator.pk)).count() == 1


def test_a_factor_is_taken_away_only_with_a_fresh_one_of_the_administrator(log_in, admin, coordinator):
    client = log_in(admin)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    for method in (client.get, client.post):
        response = method(f"/brugere/{coordinator.pk}/totrin/")
        assert response.status_code == 302 and response["Location"].startswith("/bekraeft/")
    assert Authenticator.objects.filter(user=coordinator).exists()


def test_nobody_resets_the_own_factor_here_or_one_that_is_not_set(admin):
    assert refused(barring.reset_factor, person=admin, by=admin) == barring.NOT_OWN_FACTOR
    nanna = factories.person(Role.EMPLOYEE, name="Nanna", second_factor=False)
    assert refused(barring.reset_factor, person=nanna, by=admin) == "Nanna har ikke sat totrinsbekræftelse op."


def test_only_the_sessions_of_the_person_end(log_in, admin, coordinator):
    log_in(coordinator), log_in(coordinator), log_in(admin)
    before = Session.objects.count()
    barring.end_sessions(coordinator)
    assert Session.objects.count() == before - 2
