"""Secrets of apps and recovery codes: nobody reads them in the database, and none opens for somebody else."""

import base64

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from accounts import sealing
from accounts.models import User
from accounts.states import Role
from tests import codes, factories

SECRET = factories.APP_SECRET


def stored() -> str:
    """Everything the database holds of everybody's second factors."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, ' ') FROM mfa_authenticator")
        return cursor.fetchone()[0]


def test_what_is_sealed_opens_for_its_owner_and_looks_different_each_time():
    first, second = sealing.seal(SECRET, owner=7), sealing.seal(SECRET, owner=7)
    assert first != second
    assert sealing.unseal(first, owner=7) == sealing.unseal(second, owner=7) == SECRET


def test_it_opens_for_nobody_else():
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealing.seal(SECRET, owner=7), owner=8)


@pytest.mark.parametrize("spoil", [lambda text: text[:-4], lambda text: text[3:], lambda text: "v1:not base 64 æ", lambda text: "v1:", lambda text: "",
                                   lambda text: SECRET])  # fmt: skip
def test_it_does_not_open_when_it_was_changed(spoil):
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(spoil(sealing.seal(SECRET, owner=7)), owner=7)


def test_every_bit_counts():
    raw = base64.urlsafe_b64decode(sealing.seal(SECRET, owner=7).removeprefix(sealing.VERSION))
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(sealing.Unreadable):
            sealing.unseal(sealing.VERSION + base64.urlsafe_b64encode(changed).decode(), owner=7)


def test_a_new_key_seals_and_the_old_one_still_opens(settings):
    settings.MFA_KEYS = ["old"]
    before = sealing.seal(SECRET, owner=7)
    settings.MFA_KEYS = ["new", "old"]
    after = sealing.seal(SECRET, owner=7)
    assert sealing.unseal(before, owner=7) == SECRET
    settings.MFA_KEYS = ["new"]
    assert sealing.unseal(after, owner=7) == SECRET
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(before, owner=7)


def test_the_secret_of_a_new_app_is_not_in_the_database(log_in, db):
    person = factories.person(Role.CONSULTANT, second_factor=False)
    client = log_in(person)
    secret = client.get("/konto/totrin/app/").context["form"].secret
    client.post("/konto/totrin/app/", {"code": codes.code(secret)})
    assert set(Authenticator.objects.filter(user=person).values_list("type", flat=True)) == {"totp", "recovery_codes"}
    recovery = Authenticator.objects.get(user=person, type="recovery_codes").data["seed"]
    for plain in (secret, secret.lower(), base64.b32decode(secret).hex(), sealing.unseal(recovery, owner=person.pk)):
        assert plain not in stored()
    assert client.session.get("mfa.totp.secret") is None


def test_a_row_copied_to_another_person_opens_nothing(client, consultant, db):
    """Somebody who can write to the database gives their own app to somebody else."""
    thief = factories.person(Role.CONSULTANT)
    Authenticator.objects.filter(user=consultant).update(data=Authenticator.objects.get(user=thief).data)
    User.objects.filter(pk=consultant.pk).update(email="k@example.dk")
    consultant.set_password("en lang adgangskode")
    consultant.save(update_fields=["password"])
    client.post("/log-ind/", {"login": "k@example.dk", "password": "en lang adgangskode"})
    assert client.post("/log-ind/totrin/", {"code": codes.code()}).status_code == 422
    assert "_auth_user_id" not in client.session
