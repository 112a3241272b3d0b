"""Inviting: who may invite whom to what, the mail, and the list of invitations that wait."""

import re
from datetime import timedelta

import pytest
from django.core import mail as sent
from django.test import Client
from django.utils import timezone

from accounts import invitations, outbox
from accounts.actions import inviting
from accounts.models import Invitation, OutboxMail, User
from accounts.models.invitation import VALID_FOR
from accounts.refusal import Denied, Refused
from accounts.states import MailState, Role
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.django_db
FORM = "/brugere/inviter/"
PASSWORD = "fire æbler på en våd bro"
OVER = "Linket virker ikke længere"


@pytest.fixture
def invitation(leader) -> Invitation:
    return factories.invitation(leader, email="Soren@Example.dk")


def day(offset: int):
    return timezone.localdate() + timedelta(days=offset)


def values(place: str = "Hedensted", **more) -> dict:
    given = {"full_name": "Søren Æbelø", "email": "soren@example.dk", "role": "employee", "valid_from": f"{day(0):%d.%m.%Y}"}
    return given | {"organisation": factories.municipality(place).pk} | more


def link(of: Invitation) -> str:
    return f"/invitation/{invitations.token_of(of)}/"


def join(client: Client, of: Invitation, **more):
    return client.post(link(of), {"full_name": "Søren Æbelø", "password": PASSWORD, "again": PASSWORD} | more)


def refused(action, **kwargs) -> str:
    with pytest.raises(Refused) as error:
        action(**kwargs)
    return str(error.value)


# Inviting


def test_a_leader_invites_and_the_mail_says_who_to_what_and_until_when(log_in, leader):
    response = log_in(leader).post(FORM, values(), follow=True)
    assert "Søren Æbelø er inviteret. Mailen er på vej til soren@example.dk." in response.text
    made = Invitation.objects.get()
    assert (made.role, made.organisation.name, made.invited_by) == (Role.EMPLOYEE, "Hedensted", leader)
    assert abs(made.expires_at - timezone.now() - VALID_FOR) < timedelta(minutes=1)
    assert outbox.send_next() is True
    [message] = sent.outbox
    assert (message.subject, message.to) == ("Invitation til Task Force", ["soren@example.dk"])
    assert "Lars Leder inviterer dig til Task Force som Kommunal medarbejder i Hedensted Kommune." in message.body
    assert len(message.body.splitlines()) <= 8
    assert re.findall(r"https?://\S+", message.body) == [invitations.link_of(made)]
    assert str(made.expires_at.year) in message.body


def test_the_form_offers_what_one_may_give(log_in, leader, admin):
    offered = log_in(leader).get(FORM).context["form"]
    assert [role for role, _ in offered.fields["role"].choices] == ["", "coordinator", "leader", "employee"]
    assert [place.name for place in offered.fields["organisation"].queryset] == ["Hedensted"]
    everything = log_in(admin).get(FORM).context["form"]
    assert {role for role, _ in everything.fields["role"].choices} == {"", *Role.values}
    assert everything.fields["organisation"].queryset.count() > 98


@pytest.mark.parametrize(
    ("place", "more"),
    [("Aabenraa", {}), ("Hedensted", {"role": "admin"}), ("Hedensted", {"role": "consultant"}), ("Aabenraa", {"role": "leader"})],
)
def test_a_leader_who_posts_another_municipality_or_role_invites_nobody(log_in, leader, place, more):
    response = log_in(leader).post(FORM, values(place, **more))
    assert response.status_code == 422
    assert "Aabenraa" not in response.text
    assert not Invitation.objects.exists() and not OutboxMail.objects.exists()


def test_the_action_itself_keeps_a_leader_inside_the_own_municipality(leader):
    with pytest.raises(Denied):
        factories.invitation(leader, of="Aabenraa")


@pytest.mark.parametrize("field", ["full_name", "email", "organisation", "role", "valid_from"])
def test_what_is_missing_is_asked_for(log_in, admin, field):
    response = log_in(admin).post(FORM, values(**{field: ""}))
    assert response.status_code == 422
    assert "Udfyld »" in response.text or "Vælg »" in response.text
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"email": "ingen snabel"}, "gyldig"),
        ({"valid_from": "01.01.2020"}, "En rolle kan tidligst begynde i dag."),
        ({"valid_to": "01.01.2020"}, "Slutdatoen ligger før startdatoen."),
        ({"role": "consultant"}, "Hedensted Kommune har ikke rollen Konsulent."),
    ],
)
def test_what_makes_no_sense_is_explained(log_in, admin, more, sentence):
    response = log_in(admin).post(FORM, values(**more))
    assert response.status_code == 422
    assert sentence in response.text


def test_nobody_is_invited_twice_to_the_same_role(log_in, leader, invitation):
    response = log_in(leader).post(FORM, values(email="SOREN@example.dk", role="coordinator"))
    assert response.status_code == 409
    assert "Personen er allerede inviteret til rollen." in response.text
    assert Invitation.objects.count() == 1
    factories.invitation(leader, email="soren@example.dk", role=Role.EMPLOYEE)


def test_somebody_who_has_the_role_is_not_invited_to_it(leader, coordinator):
    assert "Hanne Koordinator har allerede rollen Kommunal koordinator" in refused(
        factories.invitation, by=leader, email=coordinator.email.upper()
    )


def test_nobody_invites_themselves(leader):
    assert "Du kan ikke give dig selv en rolle." in refused(factories.invitation, by=leader, email=leader.email)


def test_a_role_that_the_organisation_does_not_know_is_no_invitation(leader):
    values = {"email": "x@example.dk", "full_name": "X", "valid_from": day(0), "valid_to": None, "by": None}
    sentence = refused(inviting.make, organisation=factories.municipality(), role=Role.CONSULTANT, **values)
    assert sentence == "Rollen Konsulent findes ikke i Hedensted Kommune."


def test_of_a_person_elsewhere_a_leader_learns_nothing(leader, stranger):
    User.objects.get_queryset().filter(pk=stranger.pk).update(is_active=False)
    made = factories.invitation(leader, email=stranger.email)
    assert made.is_open


# The list of invitations


def test_the_list_shows_who_was_invited_by_whom_and_how_the_mail_went(log_in, leader, invitation):
    outbox.send_next()
    text = log_in(leader).get("/brugere/?state=invited").text
    for words in ("Søren Æbelø", "Soren@Example.dk", "Kommunal koordinator, Hedensted Kommune", "af Lars Leder", "Sendt", "Linket udløber"):
        assert words in text
    assert "1 åben invitation" in log_in(leader).get("/brugere/").text


def test_a_mail_that_failed_is_seen(log_in, leader, invitation):
    OutboxMail.objects.update(state=MailState.FAILED, error="550 No such user")
    text = log_in(leader).get("/brugere/?state=invited").text
    assert "Fejlet" in text and "550 No such user" in text


def test_invitations_of_another_municipality_are_not_there(log_in, admin, leader, invitation):
    foreign = factories.invitation(admin, of="Aabenraa", full_name="Fremmed Person")
    client = log_in(leader)
    text = client.get("/brugere/?state=invited").text
    assert "Fremmed Person" not in text and "1 åben invitation" in text
    for tail in ("igen", "traek-tilbage"):
        assert client.post(f"/brugere/invitationer/{foreign.pk}/{tail}/").status_code == 404
    foreign.refresh_from_db()
    assert foreign.is_open


def test_sending_again_gives_new_time_and_a_new_mail(log_in, leader, invitation):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    client = log_in(leader)
    assert "Udløbet" in client.get("/brugere/?state=invited").text
    response = client.post(f"/brugere/invitationer/{invitation.pk}/igen/", follow=True)
    assert "Invitationen er sendt igen til Soren@Example.dk." in response.text
    invitation.refresh_from_db()
    assert invitation.is_open
    assert OutboxMail.objects.count() == 2
    assert join(Client(), invitation).status_code == 302


def test_a_role_whose_days_are_over_is_not_sent_again(leader, invitation):
    Invitation.objects.update(valid_from=day(-2), valid_to=day(-1))
    assert "Træk invitationen tilbage, og send en ny." in refused(inviting.again, invitation=invitation, by=leader)


def test_a_withdrawn_invitation_leads_nowhere_and_its_mail_stays(log_in, leader, invitation):
    response = log_in(leader).post(f"/brugere/invitationer/{invitation.pk}/traek-tilbage/", follow=True)
    assert "Invitationen til Søren Æbelø er trukket tilbage." in response.text
    assert outbox.send_next() is True
    assert sent.outbox == [] and OutboxMail.objects.get().state == MailState.CANCELLED
    assert OVER in Client().get(link(invitation)).text
    assert join(Client(), invitation).status_code == 404
    for action in (inviting.again, inviting.withdraw):
        assert "allerede accepteret eller trukket tilbage" in refused(action, invitation=invitation, by=leader)
    factories.invitation(leader, email="soren@example.dk")


@pytest.mark.django_db(transaction=True)
def test_inviting_twice_at_once_sends_one_invitation(catalogue):
    admin = factories.person(Role.ADMIN)
    found = at_once(*[lambda: factories.invitation(admin, email="soren@example.dk")] * 2)
    assert sorted(type(answer).__name__ for answer in found) == ["Invitation", "Refused"]
    assert OutboxMail.objects.count() == 1
