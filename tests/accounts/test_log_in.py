"""Log-in by e-mail and password, the second step, log-off, and who is let in at all."""

from datetime import timedelta

import pytest
from django.contrib.auth import hashers
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import tasks
from accounts.models import AuditEntry, Membership, User
from accounts.states import Role
from tests import codes, factories

pytestmark = pytest.mark.django_db
PASSWORD = "en lang adgangskode"
WRONG = "E-mail og adgangskode passer ikke sammen. Kontrollér begge dele, og prøv igen."
ENDED = "Din adgang er ophørt. Skal du stadig bruge løsningen, så spørg din leder, eller skriv til support@localhost."
TOO_MANY = "Der er prøvet for mange gange. Vent fem minutter, og prøv igen."


@pytest.fixture
def hanne() -> User:
    """A coordinator with a password and an app."""
    person = factories.person(Role.COORDINATOR, name="Hanne Birkelund", password=PASSWORD)
    User.objects.filter(pk=person.pk).update(email="Hanne@example.dk")
    person.refresh_from_db()
    return person


def first_step(client: Client, email: str = "hanne@example.dk", password: str = PASSWORD, **extra):
    return client.post("/log-ind/", {"login": email, "password": password} | extra)


def second_step(client: Client, code: str):
    return client.post("/log-ind/totrin/", {"code": code})


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# Both steps


def test_a_person_logs_in_with_password_and_code_whatever_the_case_of_the_email(client, hanne):
    response = first_step(client, "HANNE@example.dk")
    assert (response.status_code, response["Location"]) == (302, "/log-ind/totrin/")
    assert not is_logged_in(client)
    assert second_step(client, codes.code())["Location"] == "/"
    assert client.get("/").context["request"].user == hanne


def test_nothing_is_open_between_the_two_steps(client, hanne):
    first_step(client)
    assert client.get("/")["Location"] == "/log-ind/?next=/"
    assert client.get("/konto/totrin/")["Location"] == "/log-ind/?next=/konto/totrin/"


def test_a_wrong_code_is_refused_in_words(client, hanne):
    first_step(client)
    response = second_step(client, codes.wrong_code())
    assert response.status_code == 422
    assert response.context["form"].errors["code"] == ["Koden passer ikke, eller den er brugt. Vent på den næste kode, og prøv igen."]
    assert not is_logged_in(client)


@pytest.mark.parametrize("written", ["{} {}", "{}-{}", " {}{} "])
def test_a_code_may_be_pasted_as_the_app_shows_it(client, hanne, written):
    first_step(client)
    code = codes.code()
    assert second_step(client, written.format(code[:3], code[3:]))["Location"] == "/"


def test_clocks_may_differ_by_one_code(client, hanne):
    first_step(client)
    assert second_step(client, codes.code(later=-1))["Location"] == "/"


def test_the_second_step_can_be_broken_off(client, hanne):
    first_step(client)
    assert client.get("/log-ind/")["Location"] == "/log-ind/totrin/"
    assert client.post("/log-af/", {"next": "/log-ind/"})["Location"] == "/log-ind/"
    assert client.get("/log-ind/").status_code == 200


def test_the_second_step_waits_ten_minutes(client, hanne, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    first_step(client)
    time_machine.shift(timedelta(minutes=10, seconds=1))
    assert second_step(client, codes.code())["Location"] == "/log-ind/"
    assert not is_logged_in(client)


def test_a_person_comes_to_the_page_they_asked_for(client, hanne):
    first_step(client, next="/forloeb/")
    assert second_step(client, codes.code())["Location"] == "/forloeb/"


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:alert(1)", "/\\example.com"])
def test_a_page_somewhere_else_is_not_gone_to(client, hanne, elsewhere):
    first_step(client, next=elsewhere)
    assert second_step(client, codes.code())["Location"] == "/"


# The same answer and the same work for everybody


@pytest.mark.parametrize(
    ("email", "password"), [("hanne@example.dk", "forkert"), ("nobody@example.dk", "forkert"), ("nobody@example.dk", PASSWORD)]
)
def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(client, hanne, email, password):
    response = first_step(client, email, password)
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [WRONG]
    assert not is_logged_in(client)


@pytest.mark.parametrize("email", ["hanne@example.dk", "nobody@example.dk"])
def test_a_known_and_an_unknown_address_cost_one_hash_each(client, hanne, email, settings):
    settings.PASSWORD_HASHERS = ["tests.accounts.test_log_in.CountingHasher"]
    User.objects.filter(pk=hanne.pk).update(password=hashers.make_password(PASSWORD))
    CountingHasher.hashed = 0
    first_step(client, email, "forkert")
    assert CountingHasher.hashed == 1


class CountingHasher(hashers.MD5PasswordHasher):
    hashed = 0

    def encode(self, password, salt):
        CountingHasher.hashed += 1
        return super().encode(password, salt)


def test_sign_up_is_not_an_address(client, log_in, consultant):
    for address in ("/signup/", "/opret/", "/accounts/signup/", "/log-ind/opret/"):
        assert log_in(consultant).get(address).status_code == 404


# Rate limits: in the database, so that they outlast Redis


def test_rate_limits_are_kept_in_the_database(settings):
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    assert type(cache._connections["default"]).__name__ == "DatabaseCache"


def test_after_five_wrong_passwords_the_right_one_has_to_wait(client, hanne, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    for _ in range(5):
        assert first_step(client, password="forkert").context["form"].non_field_errors() == [WRONG]
    assert first_step(Client()).context["form"].non_field_errors() == [TOO_MANY]
    time_machine.shift(timedelta(minutes=5, seconds=1))
    assert first_step(Client())["Location"] == "/log-ind/totrin/"


def test_an_unknown_address_is_limited_like_a_known_one(client):
    answers = [first_step(client, "nobody@example.dk").context["form"].non_field_errors() for _ in range(6)]
    assert answers == [[WRONG]] * 5 + [[TOO_MANY]]


def test_after_five_wrong_codes_the_right_one_has_to_wait(client, hanne):
    first_step(client)
    for _ in range(5):
        second_step(client, codes.wrong_code())
    response = second_step(client, codes.code())
    assert response.context["form"].errors["code"] == [TOO_MANY]
    assert not is_logged_in(client)


def test_a_flood_of_log_ins_is_told_to_wait_in_danish(client):
    for number in range(30):
        first_step(client, f"nobody{number}@example.dk")
    response = first_step(client, "nobody@example.dk")
    assert response.status_code == 429
    assert "Det gik for stærkt" in response.text


def test_nothing_is_kept_of_who_tried_when_the_limits_are_over(client):
    first_step(client, "nobody@example.dk")
    tasks.forget_expired_counters()
    kept = counters()
    assert any("ip:127.0.0.1" in key for key in kept)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cache SET expires = now() - interval '1 second'")
    tasks.forget_expired_counters()
    assert counters() == []


def counters() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache")
        return [key for (key,) in cursor.fetchall()]


# Who is let in


@pytest.fixture(params=["role ended", "made inactive", "never had a role"])
def former(request, hanne) -> User:
    if request.param == "made inactive":
        User.objects.filter(pk=hanne.pk).update(is_active=False)
    elif request.param == "role ended":
        Membership.objects.filter(user=hanne).update(valid_to=timezone.localdate() - timedelta(days=1))
    else:
        Membership.objects.filter(user=hanne).delete()
    return hanne


def test_somebody_who_has_left_is_told_so_when_the_password_is_right(client, former):
    response = first_step(client)
    assert (response.status_code, response.context["form"].non_field_errors()) == (422, [ENDED])
    assert not is_logged_in(client)


def test_somebody_who_has_left_is_a_stranger_when_the_password_is_wrong(client, former):
    assert first_step(client, password="forkert").context["form"].non_field_errors() == [WRONG]


def test_a_role_that_ends_during_a_session_ends_the_session_at_the_next_request(log_in, consultant):
    client = log_in(consultant)
    assert client.get("/forloeb/").status_code == 200
    Membership.objects.filter(user=consultant).update(valid_to=timezone.localdate() - timedelta(days=1))
    response = client.get("/forloeb/", follow=True)
    assert response.redirect_chain == [("/log-ind/", 302)]
    assert ENDED in response.text
    assert not is_logged_in(client)


def test_a_person_made_inactive_is_out_at_once(log_in, consultant):
    client = log_in(consultant)
    User.objects.filter(pk=consultant.pk).update(is_active=False)
    assert client.get("/")["Location"].startswith("/log-ind/?next=/")


def test_somebody_whose_role_begins_later_is_told_when(client, hanne, time_machine):
    time_machine.move_to("2027-02-01T12:00:00+01:00")
    Membership.objects.filter(user=hanne).update(valid_from="2027-03-01")
    assert first_step(client).context["form"].non_field_errors() == ["Din adgang begynder 1. marts 2027. Log ind igen den dag."]


def test_the_one_who_sets_everything_up_needs_no_role(log_in):
    assert log_in(factories.person(None, is_superuser=True)).get("/").status_code == 200


# Out again


def test_a_log_off_ends_the_session_and_needs_a_post(log_in, consultant):
    client = log_in(consultant)
    assert client.get("/log-af/").status_code == 405
    assert is_logged_in(client)
    assert client.post("/log-af/")["Location"] == "/logget-af/"
    assert not is_logged_in(client)


def test_somebody_logged_in_is_sent_on_from_the_log_in_page(log_in, consultant):
    assert log_in(consultant).get("/log-ind/")["Location"] == "/"


def test_the_history_knows_of_log_ins_and_of_refusals(client, hanne):
    first_step(client, password="forkert")
    first_step(client)
    second_step(client, codes.code())
    verbs = list(AuditEntry.objects.filter(target_id=str(hanne.pk)).order_by("at", "pk").values_list("verb", flat=True))
    assert verbs == ["session.fail", "session.start"]


# Django admin


def test_the_set_up_has_no_log_in_of_its_own(client):
    assert client.get("/admin/login/?next=/admin/")["Location"] == "/log-ind/?next=/admin/"


def test_the_set_up_says_no_to_people_without_the_right(log_in, coordinator):
    response = log_in(coordinator).get("/admin/", follow=True)
    assert response.status_code == 403
    assert "Opsætningen er kun for administratorer. Skriv til support, hvis du mangler adgang." in response.text
