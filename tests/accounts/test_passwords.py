"""Passwords: what makes a good one, how one is changed, and how a forgotten one is replaced without telling who is known."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import get_password_validators, validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import passwords
from accounts.actions.notices import notice_mail
from accounts.models import AuditEntry, Membership, OutboxMail, User
from accounts.states import MailState, Role
from taskforce import settings as product
from tests import codes, factories
from tests.accounts.test_log_in import PASSWORD, first_step, is_logged_in, second_step

pytestmark = pytest.mark.django_db
GOOD = "grøn cykel under broen"
GUESSABLE = (
    "Adgangskoden er let at gætte: den består mest af navne, årstal, taster i rækkefølge eller ord fra vores arbejde. "
    "Vælg nogle helt andre ord."
)
COMMON = "Adgangskoden ligner en af dem, mange bruger. Vælg en anden."
FORGOTTEN = "/glemt-adgangskode/"


@pytest.fixture
def hanne() -> User:
    person = factories.person(Role.COORDINATOR, name="Hanne Birkelund", password=PASSWORD)
    User.objects.filter(pk=person.pk).update(email="hanne.b@hedensted.example")
    person.refresh_from_db()
    return person


def refusals(password: str, user: User | None = None) -> list[str]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return error.messages
    return []


# What is good enough


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "Grøn cykel 7 under broen!",
        "x7#Kq9!mZ2vL8w.Rt4",
        "ærlige ænder øver sig",
        "a b c d e f g h i j",
        "密码是一个很长的秘密句子吗真的",
    ],
)
def test_long_passwords_of_any_kind_are_good(password, hanne):
    assert refusals(password, hanne) == []


def test_fifteen_characters_are_enough_and_fourteen_are_not():
    assert refusals("gul tagsten våd") == []
    assert refusals("gul tagsten vå") == ["Adgangskoden er for kort. Brug mindst 15 tegn."]


def test_what_is_endless_is_refused():
    long = "grøn cykel under broen " * 6
    assert refusals(long[:128]) == []
    assert refusals(long[:129]) == ["Adgangskoden er for lang. Brug højst 128 tegn."]


@pytest.mark.parametrize(
    "password",
    [
        "taskforce2026taskforce", "Taskforce-2026-Kommune!", "t4skf0rc3 2026 k0mmun3", "Hedensted Kommune 2026", "hedensted.aabenraa.skive", "Socialstyrelsen2026!",
        "Ankestyrelsen 2027 VISO", "qwertyuiopåasdfghjkl", "1234567890123456789", "abcdefghijklmnopqrst", "poiuytrewqlkjhgfdsa", "aaaaaaaaaaaaaaaaaaaa", "abababababababababab",
        "ringkoebing-skjern 2026", "Velkommen1Velkommen1", "Sommer2026Vinter2027", "----------------------",
    ],
)  # fmt: skip
def test_words_of_our_work_years_and_runs_of_keys_are_refused(password):
    assert GUESSABLE in refusals(password)


@pytest.mark.parametrize("password", ["Hanne Birkelund 1987", "birkelund-hanne-2026", "hanne.b@hedensted.example", "HanneHanneHanne1"])
def test_ones_own_name_and_address_are_refused(password, hanne):
    assert GUESSABLE in refusals(password, hanne)


@pytest.mark.parametrize("password", ["liverpoolliverpool", "liverpool1234567", "!!!liverpool2026!!!", "L1verp00l12345678"])
def test_common_passwords_are_refused_also_when_they_are_dressed_up(password):
    assert COMMON in refusals(password)


def test_nobody_outside_is_asked(settings):
    """Each check is code of ours or Django's list on disk."""
    kinds = {type(one).__module__ for one in get_password_validators(settings.AUTH_PASSWORD_VALIDATORS)}
    assert kinds == {"accounts.passwords"}


def test_they_are_kept_as_argon2():
    assert product.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


# Change


def change(client: Client, old: str = PASSWORD, new: str = GOOD, again: str = ""):
    return client.post("/konto/adgangskode/", {"oldpassword": old, "password1": new, "password2": again or new})


def test_a_password_is_changed_and_other_devices_are_logged_off(log_in, hanne):
    other, client = log_in(hanne), log_in(hanne)
    assert change(client)["Location"] == "/konto/"
    hanne.refresh_from_db()
    assert hanne.check_password(GOOD)
    assert client.get("/konto/").status_code == 200
    assert other.get("/konto/").status_code == 302
    assert AuditEntry.objects.get(verb="password.change").by == hanne


@pytest.mark.parametrize(
    ("old", "new", "again", "field", "sentence"),
    [
        ("forkert", GOOD, GOOD, "oldpassword", "Den nuværende adgangskode er ikke rigtig."),
        (PASSWORD, GOOD, GOOD + "x", "password2", "De to adgangskoder er ikke ens. Skriv den samme begge gange."),
        (PASSWORD, "Hanne Birkelund 1987", "", "password1", GUESSABLE),
        (PASSWORD, "kort", "", "password1", "Adgangskoden er for kort. Brug mindst 15 tegn."),
    ],
)
def test_a_change_is_refused_in_words_and_changes_nothing(log_in, hanne, old, new, again, field, sentence):
    response = change(log_in(hanne), old, new, again)
    assert response.status_code == 422
    assert sentence in response.context["form"].errors[field]
    hanne.refresh_from_db()
    assert hanne.check_password(PASSWORD)


def test_who_has_no_password_is_told_so(log_in, consultant):
    response = log_in(consultant).get("/konto/adgangskode/")
    assert (response.status_code, "Du logger ikke ind med en adgangskode" in response.text) == (409, True)


# Forgotten


def ask(client: Client, email: str):
    return client.post(FORGOTTEN, {"email": email})


def link_in(mail: OutboxMail) -> str:
    """The path of the link in the mail."""
    message = passwords.reset_mail(mail)
    return re.search(rf"{re.escape(settings.SITE_URL)}(/\S+)", message.text).group(1)


@pytest.mark.parametrize("email", ["hanne.b@hedensted.example", "HANNE.B@Hedensted.example", "nobody@example.dk"])
def test_everybody_who_asks_gets_the_same_answer(client, hanne, email):
    response = ask(client, email)
    assert (response.status_code, response["Location"]) == (302, f"{FORGOTTEN}sendt/")
    page = client.get(response["Location"])
    assert "Hvis adressen hører til en person med adgang, er der en mail på vej" in page.text
    assert email not in page.text


def test_a_mail_is_written_for_an_unknown_address_too_and_taken_back(hanne):
    """The same work, so that the time it takes tells nothing."""

    def written(email: str) -> list[str]:
        with CaptureQueriesContext(connection) as found:
            passwords.ask_for_link(email=email)
        return [query["sql"].split('"')[1] for query in found if query["sql"].startswith("INSERT")]

    assert written("nobody@example.dk") == written(hanne.email) == ["accounts_outboxmail"]
    assert OutboxMail.objects.get().recipient == hanne


@pytest.mark.parametrize("kind", ["unknown", "inactive", "without a role"])
def test_nothing_is_kept_of_an_address_that_may_not_come_in(client, hanne, kind):
    if kind == "inactive":
        User.objects.filter(pk=hanne.pk).update(is_active=False)
    if kind == "without a role":
        Membership.objects.filter(user=hanne).delete()
    ask(client, "nobody@example.dk" if kind == "unknown" else hanne.email)
    assert not OutboxMail.objects.exists()


def test_the_mail_is_made_when_it_is_sent_and_its_link_is_stored_nowhere(client, hanne):
    ask(client, hanne.email)
    mail = OutboxMail.objects.get()
    assert (mail.kind, mail.recipient, mail.to_email, mail.state) == ("accounts.password_reset", hanne, hanne.email, MailState.WAITING)
    token = link_in(mail).split("/")[-2]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(mail::text, '') FROM accounts_outboxmail mail")
        assert token not in cursor.fetchone()[0]


def test_somebody_who_left_before_the_mail_went_gets_none(client, hanne):
    ask(client, hanne.email)
    Membership.objects.filter(user=hanne).delete()
    assert passwords.reset_mail(OutboxMail.objects.get()) is None


def choose(client: Client, link: str, new: str = GOOD, again: str = ""):
    form = client.get(link)["Location"]
    return client.post(form, {"password1": new, "password2": again or new})


def test_a_forgotten_password_is_replaced_and_the_second_factor_is_still_asked_for(client, log_in, hanne):
    elsewhere = log_in(hanne)
    ask(client, hanne.email)
    link = link_in(OutboxMail.objects.get())
    done = choose(client, link)
    assert done["Location"] == f"{FORGOTTEN}valgt/"
    assert not is_logged_in(client)
    assert elsewhere.get("/konto/").status_code == 302
    assert first_step(client, hanne.email, GOOD)["Location"] == "/log-ind/totrin/"
    assert second_step(client, codes.code())["Location"] == "/"
    assert AuditEntry.objects.filter(verb="password.reset", target_id=str(hanne.pk)).count() == 1


def test_the_token_leaves_the_address_before_the_page_is_shown(client, hanne):
    ask(client, hanne.email)
    link = link_in(OutboxMail.objects.get())
    assert client.get(link)["Location"].endswith("/set-password/")


def test_a_link_works_once(client, hanne):
    ask(client, hanne.email)
    link = link_in(OutboxMail.objects.get())
    choose(client, link)
    again = Client().get(link)
    assert "Linket virker ikke længere" in again.text


def test_a_link_works_for_two_hours(client, hanne, time_machine):
    time_machine.move_to("2027-02-01T12:00:00+01:00", tick=False)
    ask(client, hanne.email)
    link = link_in(OutboxMail.objects.get())
    time_machine.shift(timedelta(hours=2))
    assert client.get(link).status_code == 302
    time_machine.shift(timedelta(seconds=1))
    assert "Linket virker ikke længere" in Client().get(link).text


@pytest.mark.parametrize("link", ["1/x", "zzzzzzzzzzzzzzz/x", "æ/x", "0/set-password"])
def test_a_made_up_link_is_a_link_that_does_not_work(client, link):
    assert "Linket virker ikke længere" in client.get(f"{FORGOTTEN}ny/{link}/").text


def test_a_bad_new_password_is_refused_in_words(client, hanne):
    ask(client, hanne.email)
    response = choose(client, link_in(OutboxMail.objects.get()), "Hanne Birkelund 1987")
    assert (response.status_code, response.context["form"].errors["password1"]) == (422, [GUESSABLE])


def test_asking_again_and_again_has_an_end(client, hanne):
    assert [ask(client, hanne.email).status_code for _ in range(6)] == [302] * 5 + [429]


# Notices


def test_the_person_is_told_by_mail_what_happened_and_when(log_in, hanne, time_machine):
    time_machine.move_to("2027-02-01T14:32:00+01:00", tick=False)
    change(log_in(hanne))
    mail = OutboxMail.objects.get(kind="accounts.security_notice")
    message = notice_mail(mail)
    assert message.subject == "Din adgang til Task Force er ændret"
    assert message.text.startswith("Din adgangskode er ændret.\nDet skete mandag d. 1. februar 2027 (uge 5) kl. 14.32.")
    assert GOOD not in message.text
    mail.about_id = "0"  # as when the history's row has had its time before the mail could leave
    assert notice_mail(mail) is None
