"""The answer to an invitation: on a signed link, by somebody new or known, once, and of no use afterwards."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import invitations
from accounts.actions import inviting
from accounts.models import AuditEntry, Invitation, Membership, OutboxMail, User
from accounts.refusal import Refused
from accounts.states import Role
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.django_db
PASSWORD = "fire æbler på en våd bro"
OVER = "Linket virker ikke længere"


@pytest.fixture
def invitation(leader) -> Invitation:
    return factories.invitation(leader, email="Soren@Example.dk")


def day(offset: int):
    return timezone.localdate() + timedelta(days=offset)


def link(of: Invitation) -> str:
    return f"/invitation/{invitations.token_of(of)}/"


def join(client: Client, of: Invitation, **more):
    return client.post(link(of), {"full_name": "Søren Æbelø", "password": PASSWORD, "again": PASSWORD} | more)


def people() -> set[str]:
    return set(User.objects.get_queryset().values_list("email", flat=True))


def refused(action, **kwargs) -> str:
    with pytest.raises(Refused) as error:
        action(**kwargs)
    return str(error.value)


# The answer of somebody new


def test_the_page_says_who_invites_to_what(client, invitation):
    text = client.get(link(invitation)).text
    for words in ("Lars Leder har inviteret dig som Kommunal koordinator i Hedensted Kommune.", "Soren@Example.dk", 'value="Søren Æbelø"'):
        assert words in text
    assert not User.objects.get_queryset().filter(email__iexact="soren@example.dk").exists()


def test_the_invited_becomes_a_person_with_the_role_and_goes_on_to_the_second_factor(client, invitation):
    before = people()
    response = join(
        client, invitation, full_name="Søren  Æbelø-Ås", is_superuser="on", is_active="", email="anden@example.dk", role="admin"
    )
    assert (response.status_code, response["Location"]) == (302, "/")
    assert people() - before == {"Soren@Example.dk"}
    made = User.objects.get_by_natural_key("soren@example.dk")
    assert (made.full_name, made.is_superuser, made.is_active, made.check_password(PASSWORD)) == ("Søren Æbelø-Ås", False, True, True)
    membership = made.memberships.get()
    assert (membership.role, membership.organisation.name, membership.valid_from) == (Role.COORDINATOR, "Hedensted", day(0))
    invitation.refresh_from_db()
    assert invitation.accepted_by == made and invitation.accepted_at is not None
    assert EmailAddress.objects.filter(user=made, verified=True, primary=True).count() == 1
    assert UserSession.objects.filter(user=made).count() == 1
    assert "totrin" in client.get("/", follow=True).text.lower()
    assert client.get("/forloeb/")["Location"] == client.get("/")["Location"] != "/"
    verbs = set(AuditEntry.objects.filter(by=made).values_list("verb", flat=True))
    assert {"role.accept", "invitation.accept", "session.start"} <= verbs


def test_a_role_that_begins_later_is_kept_until_then(client, leader):
    later = factories.invitation(leader, valid_from=day(5), valid_to=day(50))
    response = join(client, later)
    assert response.status_code == 302
    made = Membership.objects.get(user__email=later.email)
    assert (made.valid_from, made.valid_to) == (day(5), day(50))
    assert "Din adgang begynder" in client.get(response["Location"], follow=True).text


def test_a_role_that_should_have_begun_begins_today(client, invitation):
    Invitation.objects.update(valid_from=day(-3))
    join(client, invitation)
    assert Membership.objects.get(user__email="Soren@Example.dk").valid_from == day(0)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"password": "kort", "again": "kort"}, "tegn"),
        ({"again": "noget andet end det"}, "De to adgangskoder er ikke ens."),
        ({"password": "", "again": ""}, "Udfyld »Adgangskode«."),
        ({"full_name": " "}, "Udfyld »Navn«."),
        ({"password": "soren@example.dk", "again": "soren@example.dk"}, "adgangskode"),
    ],
)
def test_a_poor_answer_is_explained_and_makes_nobody(client, invitation, more, sentence):
    before = people()
    response = join(client, invitation, **more)
    assert response.status_code == 422
    assert sentence in response.text
    assert PASSWORD not in response.text
    assert people() == before


# The answer of somebody who is here already


def test_somebody_known_is_asked_to_log_in_and_says_yes_with_one_click(log_in, client, leader, stranger):
    made = factories.invitation(leader, email=stranger.email.upper(), role=Role.EMPLOYEE)
    page = client.get(link(made))
    assert f'href="/log-ind/?next={link(made)}"' in page.text
    assert "Log ind for at tage imod rollen." in page.text
    assert client.post(link(made)).status_code == 200
    assert stranger.memberships.count() == 1
    there = log_in(stranger)
    assert "Tag imod rollen" in there.get(link(made)).text
    response = there.post(link(made), follow=True)
    assert "Du er nu Kommunal medarbejder i Hedensted Kommune." in response.text
    assert set(stranger.memberships.values_list("role", flat=True)) == {Role.COORDINATOR, Role.EMPLOYEE}
    assert User.objects.get_queryset().filter(email__iexact=stranger.email).count() == 1


def test_somebody_whose_roles_have_ended_says_yes_first_and_logs_in_then(client, leader):
    former = factories.person(None, name="Frode Før")
    made = factories.invitation(leader, email=former.email)
    assert "logger ind, som du plejer" in client.get(link(made)).text
    response = client.post(link(made), follow=True)
    assert "Du er nu Kommunal koordinator i Hedensted Kommune." in response.text
    assert former.memberships.get().role == Role.COORDINATOR
    assert "_auth_user_id" not in client.session


def test_somebody_else_who_is_logged_in_is_told_to_log_off(log_in, invitation, stranger, leader):
    for made in (invitation, factories.invitation(leader, email=factories.person(Role.EMPLOYEE).email)):
        there = log_in(stranger)
        assert "Invitationen er til en anden" in there.get(link(made)).text
        join(there, made)
        assert stranger.memberships.count() == 1
        made.refresh_from_db()
        assert made.is_open


def test_a_barred_person_gets_nothing_by_a_link(client, leader, stranger):
    made = factories.invitation(leader, email=stranger.email)
    User.objects.get_queryset().filter(pk=stranger.pk).update(is_active=False)
    assert OVER in client.get(link(made)).text
    assert client.post(link(made)).status_code == 404
    assert "udløbet" in refused(inviting.accept_as_known, invitation=made, user=stranger)
    assert stranger.memberships.count() == 1


def test_a_role_that_was_given_meanwhile_is_not_given_twice(leader, stranger):
    made = factories.invitation(leader, email=stranger.email)
    factories.membership(stranger, Role.COORDINATOR)
    inviting.accept_as_known(invitation=made, user=stranger)
    assert stranger.memberships.filter(organisation__name="Hedensted").count() == 1


def test_the_role_is_not_for_somebody_with_another_e_mail(invitation, stranger):
    assert "udløbet" in refused(inviting.accept_as_known, invitation=invitation, user=stranger)


# Links that are no good


def spoil(kind: str, of: Invitation) -> str:
    changes = {
        "expired": {"expires_at": timezone.now() - timedelta(seconds=1)},
        "withdrawn": {"withdrawn_at": timezone.now()},
        "over": {"valid_from": day(-9), "valid_to": day(-1)},
    }
    if kind in changes:
        Invitation.objects.filter(pk=of.pk).update(**changes[kind])
    elif kind == "used":
        join(Client(), of)
    token = invitations.token_of(of)
    return {
        "tampered": f"{token[:-1]}{'a' if token[-1] != 'a' else 'b'}",
        "cut": token[:30],
        "the bare id": str(of.pk),
        "of another": f"{'0' * 8}{token[8:]}",
        "nonsense": "x.y",
        "gone": token,
    }.get(kind, token)


@pytest.mark.parametrize(
    "kind", ["expired", "withdrawn", "used", "over", "tampered", "cut", "the bare id", "of another", "nonsense", "gone"]
)
def test_a_link_that_is_no_good_leads_to_one_calm_page(client, invitation, kind):
    token = spoil(kind, invitation)
    if kind == "gone":
        Invitation.objects.all().delete()
    before = people()
    for response in (
        client.get(f"/invitation/{token}/"),
        join(client, invitation) if kind in {"expired", "withdrawn", "used", "over"} else None,
    ):
        if response is not None:
            assert response.status_code == 404
            assert OVER in response.text and "bed den, der inviterede dig, om at sende invitationen igen" in response.text
            assert "Lars Leder" not in response.text and "Hedensted" not in response.text
    assert people() == before


def test_who_has_said_yes_and_opens_the_link_again_is_led_home(client, invitation):
    join(client, invitation)
    assert client.get(link(invitation))["Location"] == "/"


def test_the_link_is_in_no_cache(client, invitation):
    assert "no-store" in client.get(link(invitation))["Cache-Control"]


# Two at once


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_person(catalogue):
    made = factories.invitation(factories.person(Role.ADMIN), email="soren@example.dk")
    answers = at_once(*[lambda: join(Client(), made)] * 2)
    assert sorted(answer.status_code for answer in answers) == [302, 404]
    person = User.objects.get_by_natural_key("soren@example.dk")
    assert person.memberships.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_invitations_of_one_person_answered_at_once_make_one_person(catalogue):
    admin = factories.person(Role.ADMIN)
    both = [factories.invitation(admin, email="soren@example.dk", of=place) for place in ("Hedensted", "Aabenraa")]
    answers = at_once(*[lambda one=one: join(Client(), one) for one in both])
    assert 302 in {answer.status_code for answer in answers}
    assert User.objects.get_queryset().filter(email="soren@example.dk").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_a_withdrawal_at_once_leave_no_half_person(catalogue):
    admin = factories.person(Role.ADMIN)
    made = factories.invitation(admin, email="soren@example.dk")
    at_once(lambda: join(Client(), made), lambda: inviting.withdraw(invitation=made, by=admin))
    made.refresh_from_db()
    exists = User.objects.get_queryset().filter(email="soren@example.dk").exists()
    assert exists == (made.accepted_at is not None) == (made.withdrawn_at is None)


# The first administrator


def test_the_command_prints_a_link_that_makes_an_administrator(client, capsys):
    call_command("invite_admin", "ane@example.dk", "--name", "Ane Møllegaard", "--organisation", "ankestyrelsen")
    made = Invitation.objects.get()
    assert capsys.readouterr().out.splitlines()[-1] == invitations.link_of(made)
    assert not OutboxMail.objects.exists()
    assert "Du er inviteret som Administrator i Ankestyrelsen." in client.get(link(made)).text
    assert join(client, made, full_name="Ane Møllegaard").status_code == 302
    ane = User.objects.get_by_natural_key("ane@example.dk")
    assert (ane.roles(), ane.is_superuser) == ({Role.ADMIN}, False)


def test_the_command_says_what_is_wrong():
    with pytest.raises(CommandError, match="not an e-mail address"):
        call_command("invite_admin", "ane", "--name", "Ane", "--organisation", "sbst")
    call_command("invite_admin", "ane@example.dk", "--name", "Ane", "--organisation", "sbst")
    with pytest.raises(CommandError, match="allerede inviteret"):
        call_command("invite_admin", "ane@example.dk", "--name", "Ane", "--organisation", "sbst")
