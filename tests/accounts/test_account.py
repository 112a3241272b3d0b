"""Min konto: who one is, how one logs in, and on which devices."""

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import devices, qr
from accounts.models import User
from accounts.states import Role
from tests import codes, factories
from tests.accounts.test_log_in import PASSWORD, first_step, second_step
from tests.passkeys import given_to

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
EDGE = f"{WINDOWS} Edg/140.0.0.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def hanne(db) -> User:
    return factories.person(Role.COORDINATOR, name="Hanne Birkelund", password=PASSWORD)


def enter(person: User, user_agent: str, later: int = 0) -> Client:
    """Log in with both steps on a device."""
    client = Client(HTTP_USER_AGENT=user_agent)
    first_step(client, person.email)
    assert second_step(client, codes.code(later=later)).status_code == 302
    return client


# Who one is


def test_the_page_shows_who_one_is_with_the_dates_of_the_roles(log_in, hanne, time_machine):
    time_machine.move_to("2027-02-01T12:00:00+01:00")
    hanne.memberships.update(valid_from="2026-03-01", valid_to="2027-06-30")
    page = log_in(hanne).get("/konto/")
    for text in ("Hanne Birkelund", hanne.email, "Kommunal koordinator, Hedensted Kommune", "fra 1. marts 2026 til og med 30. juni 2027"):
        assert text in page.text
    assert 'href="/konto/"' in page.text.split("<main")[0], "the name in the header leads here"


def test_the_page_shows_how_one_logs_in(log_in, hanne):
    given_to(hanne)
    client = log_in(hanne)
    client.post("/konto/totrin/koder/nye/")
    context = client.get("/konto/").context
    assert {key: context[key] for key in ("has_password", "has_app", "passkey_count", "codes_left")} == {
        "has_password": True, "has_app": True, "passkey_count": 1, "codes_left": 10,
    }  # fmt: skip


def test_three_passkeys_cost_no_more_queries_than_one(log_in, hanne):
    client = log_in(hanne)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            for address in ("/konto/", "/konto/totrin/", "/konto/totrin/adgangsnoegler/"):
                assert client.get(address).status_code == 200
        return len(found)

    given_to(hanne)
    queries()
    one = queries()
    given_to(hanne, "To")
    given_to(hanne, "Tre")
    assert queries() == one


# Devices


@pytest.mark.parametrize(
    ("user_agent", "name", "is_phone"),
    [
        (WINDOWS, "Chrome på Windows", False), (EDGE, "Edge på Windows", False), (IPHONE, "Safari på iPhone", True),
        (ANDROID, "Chrome på Android", True), (MAC, "Firefox på Mac", False), ("curl/8.5", "Ukendt browser", False), ("", "Ukendt browser", False),
    ],
)  # fmt: skip
def test_a_device_is_called_what_its_owner_calls_it(user_agent, name, is_phone):
    assert (devices.describe(user_agent), devices.is_phone(user_agent)) == (name, is_phone)


def test_the_devices_are_listed_this_one_first(hanne):
    enter(hanne, IPHONE)
    here = enter(hanne, MAC, later=1)
    rows = here.get("/konto/sessioner/").context["rows"]
    assert [(row["name"], row["is_this"]) for row in rows] == [("Firefox på Mac", True), ("Safari på iPhone", False)]


def test_other_devices_are_logged_off_and_this_one_stays(hanne):
    phone, here = enter(hanne, IPHONE), enter(hanne, MAC, later=1)
    answer = here.post("/konto/sessioner/", follow=True)
    assert "Du er logget af på dine andre enheder." in answer.text
    assert [row["name"] for row in answer.context["rows"]] == ["Firefox på Mac"]
    assert phone.get("/konto/")["Location"].startswith("/log-ind/")


def test_nobody_sees_the_devices_of_others(log_in, hanne):
    enter(hanne, IPHONE)
    other = log_in(factories.person(Role.CONSULTANT))
    other.post("/konto/sessioner/")
    assert other.get("/konto/sessioner/").context["rows"] == []
    assert UserSession.objects.filter(user=hanne).count() == 1


def test_a_session_that_is_over_is_no_longer_listed(hanne):
    phone, here = enter(hanne, IPHONE), enter(hanne, MAC, later=1)
    phone.post("/log-af/")
    assert [row["name"] for row in here.get("/konto/sessioner/").context["rows"]] == ["Firefox på Mac"]


# The QR code


def test_the_code_is_a_square_drawing_with_the_three_corner_marks():
    drawn = qr.draw("otpauth://totp/hanne%40example.dk?secret=ABCDEFGH&issuer=Task%20Force")
    rows = [[False] * drawn.size for _ in range(drawn.size)]
    for bar in drawn.path.split("M")[1:]:
        start, width = bar.split("v1")[0].split("h")
        x, y = map(int, start.split())
        rows[y][x : x + int(width)] = [True] * int(width)
    edge = drawn.size - qr.QUIET_ZONE - 7
    for top, left in ((qr.QUIET_ZONE, qr.QUIET_ZONE), (qr.QUIET_ZONE, edge), (edge, qr.QUIET_ZONE)):
        assert [rows[top][left + step] for step in range(7)] == [True] * 7
        assert [rows[top + 1][left + step] for step in range(7)] == [True, *[False] * 5, True]
    assert not any(rows[0]) and not any(row[0] for row in rows), "white around it"
