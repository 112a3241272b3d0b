"""The second factor: forced, enrolled, replaced, used once, and never the last one removed."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from fido2.utils import websafe_decode

from accounts import second_factor
from accounts.models import AuditEntry, OutboxMail, User
from accounts.states import Role
from tests import codes, factories
from tests.accounts.test_log_in import PASSWORD, first_step, is_logged_in, second_step
from tests.passkeys import HOST, Passkey, given_to

pytestmark = pytest.mark.django_db
APP, PASSKEYS, CODES = "/konto/totrin/app/", "/konto/totrin/adgangsnoegler/", "/konto/totrin/koder/"
CODE_USED = "Koden passer ikke, eller den er brugt. Vent på den næste kode, og prøv igen."


@pytest.fixture
def newcomer() -> User:
    """Somebody with a password and nothing else."""
    return factories.person(Role.COORDINATOR, name="Nynne Ny", password=PASSWORD, second_factor=False)


@pytest.fixture
def hanne() -> User:
    return factories.person(Role.COORDINATOR, name="Hanne Birkelund", password=PASSWORD)


def types_of(user: User) -> list[str]:
    return sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))


def recovery_codes(client: Client, user: User) -> list[str]:
    """New recovery codes, read off the page that shows them."""
    client.post(f"{CODES}nye/")
    return client.get(CODES).context["codes"]


# Forced


def test_without_a_second_factor_only_the_way_to_one_is_open(client, newcomer):
    assert first_step(client, newcomer.email)["Location"] == "/"
    for address in ("/", "/forloeb/", "/konto/", "/konto/adgangskode/", "/konto/sessioner/", PASSKEYS, CODES):
        assert client.get(address)["Location"] == "/konto/totrin/", address
    for address in ("/konto/totrin/", APP, f"{PASSKEYS}tilfoej/", "/support/", "/privatliv/"):
        assert client.get(address, HTTP_HOST=HOST).status_code == 200, address
    assert client.post("/log-af/")["Location"] == "/logget-af/"


def test_without_a_second_factor_there_is_no_menu_that_leads_nowhere(client, newcomer):
    client.force_login(newcomer)
    assert client.get("/konto/totrin/").context["frame"]["navigation"] == []
    assert client.get("/support/").context["frame"]["navigation"] == []


def test_a_form_is_not_taken_without_a_second_factor(client, newcomer):
    first_step(client, newcomer.email)
    assert client.post("/konto/adgangskode/", {})["Location"] == "/konto/totrin/"


@pytest.mark.parametrize("role", list(Role))
def test_it_is_forced_for_every_role(log_in, role):
    assert log_in(factories.person(role, second_factor=False)).get("/")["Location"] == "/konto/totrin/"


def test_it_is_forced_for_the_one_who_sets_everything_up(log_in):
    person = factories.person(None, is_superuser=True, second_factor=False)
    assert log_in(person).get("/admin/")["Location"] == "/konto/totrin/"


def test_recovery_codes_alone_are_no_second_factor(log_in, hanne):
    client = log_in(hanne)
    client.post(f"{CODES}nye/")
    Authenticator.objects.filter(user=hanne, type="totp").delete()
    assert client.get("/")["Location"] == "/konto/totrin/"


@pytest.mark.parametrize("demo_mode", [True, False])
def test_a_demo_log_in_needs_none_while_the_demo_runs(client, settings, demo_mode):
    settings.DEMO = True
    person = factories.person(Role.CONSULTANT, is_demo=True, second_factor=False)
    client.post(f"/demo/{person.pk}/")
    settings.DEMO = demo_mode
    assert client.get("/").status_code == (200 if demo_mode else 302)


def test_the_mark_of_a_demo_log_in_frees_nobody_who_is_not_a_demo_person(log_in, settings, newcomer):
    settings.DEMO = True
    client = log_in(newcomer)
    session = client.session
    session["demo_log_in"] = True
    session.save()
    assert client.get("/")["Location"] == "/konto/totrin/"


def test_the_check_costs_one_query(log_in, consultant, django_assert_num_queries):
    client = log_in(consultant)
    client.get("/support/")
    with django_assert_num_queries(8):  # session, person, roles, second factor, page; for the menu conflicts, notices and Udbakke
        client.get("/support/")


# The app


def test_an_app_is_taken_into_use_and_then_the_person_goes_on_to_where_they_were_going(client, newcomer):
    first_step(client, newcomer.email)
    client.get("/forloeb/?state=all")
    page = client.get(APP)
    secret = page.context["form"].secret
    assert " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)) in page.text.replace("<span>", "").replace("</span>", "")
    assert client.post(APP, {"code": codes.code(secret)})["Location"] == CODES
    assert types_of(newcomer) == ["recovery_codes", "totp"]
    assert len(client.get(CODES).context["codes"]) == 10
    assert client.post(f"{CODES}gemt/")["Location"] == "/forloeb/?state=all"
    assert client.get("/forloeb/?state=all").status_code == 200


def test_a_wrong_first_code_is_refused_and_the_secret_stays(client, newcomer):
    first_step(client, newcomer.email)
    secret = client.get(APP).context["form"].secret
    refused = client.post(APP, {"code": codes.wrong_code(secret)})
    assert (refused.status_code, refused.context["form"].errors["code"]) == (422, [CODE_USED])
    assert refused.context["form"].secret == secret
    assert types_of(newcomer) == []


def test_a_code_counts_once(hanne):
    code = codes.code()
    for client, answer in ((Client(), 302), (Client(), 422)):
        first_step(client, hanne.email)
        assert second_step(client, code).status_code == answer
        assert is_logged_in(client) == (answer == 302)


@pytest.mark.parametrize("seconds", [31, 59])
def test_a_code_does_not_count_again_while_it_is_still_valid(hanne, time_machine, seconds):
    time_machine.move_to("2027-02-01T12:00:00+01:00", tick=False)
    code, first, second = codes.code(later=1), Client(), Client()
    first_step(first, hanne.email)
    first_step(second, hanne.email)
    assert second_step(first, code).status_code == 302
    time_machine.shift(seconds)
    assert code in {codes.code(later=later) for later in (-1, 0, 1)}
    assert second_step(second, code).status_code == 422


def test_the_code_that_proved_the_app_does_not_log_in(client, newcomer):
    first_step(client, newcomer.email)
    code = codes.code(client.get(APP).context["form"].secret)
    client.post(APP, {"code": code})
    thief = Client()
    first_step(thief, newcomer.email)
    assert second_step(thief, code).status_code == 422


def test_a_new_phone_replaces_the_old_one(log_in, hanne):
    client = log_in(hanne)
    secret = client.get(APP).context["form"].secret
    client.post(APP, {"code": codes.code(secret)})
    assert types_of(hanne).count("totp") == 1
    old, new = Client(), Client()
    first_step(old, hanne.email)
    assert second_step(old, codes.code(later=1)).status_code == 422
    first_step(new, hanne.email)
    assert second_step(new, codes.code(secret, later=1)).status_code == 302


def test_the_old_phone_stays_when_the_new_one_gives_no_code(log_in, hanne):
    client = log_in(hanne)
    client.post(APP, {"code": "000000"})
    assert second_factor.has_one(hanne)


# Recovery codes


def test_a_recovery_code_logs_in_once(log_in, hanne):
    code = recovery_codes(log_in(hanne), hanne)[0]
    for client, answer in ((Client(), 302), (Client(), 422)):
        first_step(client, hanne.email)
        assert second_step(client, f"{code[:4]} {code[4:]}").status_code == answer
    assert second_factor.codes_left(hanne) == 9


def test_recovery_codes_are_shown_until_they_are_kept_and_never_again(log_in, hanne):
    client = log_in(hanne)
    made = recovery_codes(client, hanne)
    assert client.get(CODES).context["codes"] == made
    assert [line.replace(" ", "") for line in client.get(f"{CODES}hent/").text.splitlines()[4:] if line] == made
    assert client.post(f"{CODES}gemt/")["Location"] == "/konto/"
    page = client.get(CODES)
    assert page.context["codes"] == []
    assert made[0][:4] not in page.text
    assert client.get(f"{CODES}hent/")["Location"] == CODES
    assert log_in(hanne).get(CODES).context["codes"] == []


def test_recovery_codes_that_nobody_kept_are_hidden_after_a_quarter_of_an_hour(log_in, hanne, time_machine):
    time_machine.move_to("2027-02-01T12:00:00+01:00", tick=False)
    client = log_in(hanne)
    recovery_codes(client, hanne)
    time_machine.shift(15 * 60)
    assert client.get(CODES).context["codes"] == []


def test_new_codes_end_the_old_ones(log_in, hanne):
    client = log_in(hanne)
    old, new = recovery_codes(client, hanne), recovery_codes(client, hanne)
    assert not set(old) & set(new)
    other = Client()
    first_step(other, hanne.email)
    assert second_step(other, old[0]).status_code == 422


def test_secrets_that_no_longer_open_let_nobody_in_and_break_nothing(client, hanne, settings):
    settings.MFA_KEYS = ["another key altogether"]
    first_step(client, hanne.email)
    assert second_step(client, codes.code()).status_code == 422


# Passkeys


def local(client: Client) -> Client:
    """Passkeys need https or localhost."""
    client.defaults["HTTP_HOST"] = HOST
    return client


def add_passkey(client: Client, name: str = "Bærbar") -> Passkey:
    options = client.get(f"{PASSKEYS}tilfoej/").context["js_data"]["creation_options"]
    handle = options["publicKey"]["user"]["id"]
    passkey = Passkey(handle if isinstance(handle, bytes) else websafe_decode(handle))
    answer = client.post(f"{PASSKEYS}tilfoej/", {"name": name, "credential": passkey.register(options)})
    assert answer.status_code == 302, answer.context["form"].errors
    return passkey


def log_in_with(passkey: Passkey, **extra):
    client = local(Client())
    options = client.get("/log-ind/adgangsnoegle/", HTTP_ACCEPT="application/json").json()["request_options"]
    return client, client.post("/log-ind/adgangsnoegle/", {"credential": passkey.use(options)} | extra)


def test_a_passkey_is_added_and_logs_in_without_password_and_code(log_in, newcomer):
    passkey = add_passkey(local(log_in(newcomer)))
    assert types_of(newcomer) == ["recovery_codes", "webauthn"]
    client, answer = log_in_with(passkey, next="/forloeb/")
    assert answer["Location"] == "/forloeb/"
    assert client.get("/forloeb/").context["request"].user == newcomer


def test_a_passkey_is_the_second_step_too(log_in, hanne):
    passkey = add_passkey(local(log_in(hanne)))
    client = local(Client())
    first_step(client, hanne.email)
    page = client.get("/log-ind/totrin/")
    assert client.post("/log-ind/totrin/", {"credential": passkey.use(page.context["js_data"]["request_options"])})["Location"] == "/"


def test_a_passkey_without_finger_or_pin_is_refused(log_in, newcomer):
    client = local(log_in(newcomer))
    options = client.get(f"{PASSKEYS}tilfoej/").context["js_data"]["creation_options"]
    answer = client.post(f"{PASSKEYS}tilfoej/", {"name": "Bærbar", "credential": Passkey().register(options, verified=False)})
    assert (answer.status_code, types_of(newcomer)) == (422, [])


@pytest.mark.parametrize("sent", ["", "null", "[]", "{}", '{"id": 1}', "not json", json.dumps({"response": {"userHandle": "x"}})])
def test_what_is_no_passkey_is_refused_without_breaking(log_in, hanne, sent):
    assert local(log_in(hanne)).post(f"{PASSKEYS}tilfoej/", {"name": "x", "credential": sent}).status_code == 422
    client = local(Client())
    client.get("/log-ind/adgangsnoegle/", HTTP_ACCEPT="application/json")
    assert client.post("/log-ind/adgangsnoegle/", {"credential": sent})["Location"] == "/log-ind/"
    first_step(client, hanne.email)
    assert client.post("/log-ind/totrin/", {"credential": sent}).status_code == 422
    assert not is_logged_in(client)


def test_somebody_elses_passkey_opens_nothing(log_in, hanne):
    stranger = Passkey(b"1")
    client, answer = log_in_with(stranger)
    assert answer["Location"] == "/log-ind/"
    assert not is_logged_in(client)


def test_a_passkey_lets_nobody_in_whose_access_has_ended(log_in, hanne):
    passkey = add_passkey(local(log_in(hanne)))
    hanne.memberships.all().delete()
    client, answer = log_in_with(passkey)
    assert answer["Location"] == "/log-ind/"
    assert "Din adgang er ophørt." in client.get("/log-ind/").text


def test_a_passkey_is_renamed(log_in, hanne):
    passkey, client = given_to(hanne), log_in(hanne)
    assert client.post(f"{PASSKEYS}{passkey.pk}/navn/", {"name": "Mobil"})["Location"] == PASSKEYS
    assert "Mobil" in client.get(PASSKEYS).text
    refused = client.post(f"{PASSKEYS}{passkey.pk}/navn/", {"name": ""})
    assert (refused.status_code, refused.context["form"].errors["name"]) == (422, ["Udfyld »Navn«."])


@pytest.mark.parametrize("verb", ["navn", "fjern"])
def test_somebody_elses_passkey_is_not_there(log_in, hanne, verb):
    passkey = given_to(factories.person(Role.CONSULTANT))
    client = log_in(hanne)
    for answer in (client.get(f"{PASSKEYS}{passkey.pk}/{verb}/"), client.post(f"{PASSKEYS}{passkey.pk}/{verb}/", {"name": "Min"})):
        assert answer.status_code == 404
    assert str(Authenticator.objects.get(pk=passkey.pk)) == "Arbejdscomputer"


# The last one stays


def test_the_last_second_factor_is_not_removed(log_in, hanne):
    client = log_in(hanne)
    for answer in (client.get(f"{APP}fjern/"), client.post(f"{APP}fjern/")):
        assert answer.status_code == 409
        assert second_factor.LAST_ONE in answer.text
    Authenticator.objects.filter(user=hanne).delete()
    passkey = given_to(hanne)
    for answer in (client.get(f"{PASSKEYS}{passkey.pk}/fjern/"), client.post(f"{PASSKEYS}{passkey.pk}/fjern/")):
        assert answer.status_code == 409
    assert second_factor.has_one(hanne)


def test_one_of_two_can_go(log_in, hanne):
    passkey, client = given_to(hanne), log_in(hanne)
    assert client.post(f"{APP}fjern/")["Location"] == "/konto/totrin/"
    assert types_of(hanne) == ["webauthn"]
    factories.app(hanne)
    assert client.post(f"{PASSKEYS}{passkey.pk}/fjern/")["Location"] == PASSKEYS
    assert types_of(hanne) == ["totp"]


# It is told


def test_every_change_is_in_the_history_and_told_by_mail(log_in, hanne, django_capture_on_commit_callbacks):
    client = local(log_in(hanne))
    with django_capture_on_commit_callbacks(execute=True):
        add_passkey(client)
        client.post(f"{CODES}nye/")
        client.post(f"{APP}fjern/")
        secret = client.get(APP).context["form"].secret
        client.post(APP, {"code": codes.code(secret)})
    verbs = list(AuditEntry.objects.filter(verb__startswith="factor.").order_by("pk").values_list("verb", flat=True))
    assert sorted(verbs) == ["factor.app_off", "factor.app_on", "factor.codes_new", "factor.passkey_on"]
    assert OutboxMail.objects.filter(kind="accounts.security_notice", recipient=hanne, to_email=hanne.email).count() == 4
