"""A log-in ends after a while without use, and some hours after it began; a page that asks by itself is not use."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts import tasks
from accounts.session_limits import BEGAN, USED
from tests import factories

pytestmark = pytest.mark.django_db
IDLE, LONGEST = 30 * 60, 12 * 60 * 60
ENDED = "Du er blevet logget af"


@pytest.fixture
def client(log_in, consultant) -> Client:
    return log_in(consultant)


def grow_older(client: Client, *, unused: int = 0, began: int = 0) -> None:
    """As if the log-in was last used `unused` seconds ago, and began `began` seconds ago."""
    session = client.session
    session[USED] -= unused
    session[BEGAN] -= max(unused, began)
    session.save()


def left(client: Client) -> int:
    return client.get("/session/").json()["seconds"]


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_the_limits_are_half_an_hour_and_twelve_hours(settings, client):
    assert (settings.SESSION_IDLE_AGE, settings.SESSION_ABSOLUTE_AGE, settings.SESSION_COOKIE_AGE) == (IDLE, LONGEST, LONGEST)
    assert IDLE - 5 <= left(client) <= IDLE


def test_the_cookie_ends_with_the_browser(settings, client):
    settings.SESSION_IDLE_AGE = 10
    grow_older(client, unused=5)
    cookie = client.post("/session/forlaeng/").cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"], cookie["httponly"], cookie["samesite"]) == ("", "", True, "Lax")


def test_a_log_in_that_nobody_uses_ends(client):
    grow_older(client, unused=IDLE - 30)
    assert is_in(client)
    grow_older(client, unused=IDLE)
    response = client.get("/forloeb/?phase=analysis")
    assert response["Location"] == "/log-ind/?next=/forloeb/%3Fphase%3Danalysis&udloebet=1"
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.exists()


def test_a_log_in_ends_after_twelve_hours_whatever_is_done(client):
    grow_older(client, began=LONGEST - 30)
    assert is_in(client)
    assert left(client) <= 30
    client.post("/session/forlaeng/")
    assert left(client) <= 30
    grow_older(client, began=30)
    assert not is_in(client)


def test_the_next_log_in_counts_from_its_beginning(client, consultant):
    grow_older(client, began=LONGEST - 30)
    client.force_login(consultant)
    assert left(client) > IDLE - 5


def test_the_log_in_page_says_calmly_what_happened_and_leads_back(client, consultant):
    consultant.set_password("en lang adgangskode")
    consultant.save()
    client.force_login(consultant)  # a new password ends the sessions of before
    grow_older(client, unused=IDLE)
    response = client.get("/forloeb/", follow=True)
    assert ENDED in response.text
    assert "efter 30 minutter uden aktivitet og senest 12 timer efter log ind. Det, du har gemt, er der stadig." in response.text
    assert ENDED not in Client().get("/log-ind/").text
    assert parse_qs(urlsplit(response.redirect_chain[-1][0]).query)["next"] == ["/forloeb/"]


def test_a_session_that_the_server_has_deleted_is_told_the_same(client):
    Session.objects.all().delete()
    assert client.get("/forloeb/")["Location"] == "/log-ind/?next=/forloeb/&udloebet=1"


def test_somebody_who_comes_for_the_first_time_is_told_nothing():
    assert Client().get("/forloeb/")["Location"] == "/log-ind/?next=/forloeb/"


def test_a_form_that_was_sent_too_late_leads_back_to_its_page(client):
    grow_older(client, unused=IDLE)
    response = client.post("/forloeb/opret/gem/", {"a": "1"}, headers={"Referer": "http://testserver/forloeb/opret/"})
    assert response["Location"] == "/log-ind/?next=/forloeb/opret/&udloebet=1"


def test_a_part_of_a_page_that_comes_too_late_takes_the_whole_page_along(client, consultant):
    url = factories.job(factories.engagement(consultant), consultant).get_absolute_url()
    grow_older(client, unused=IDLE)
    response = client.get(url, headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{url}", "X-Polling": "1"})
    assert (response.status_code, response["HX-Redirect"]) == (200, f"/log-ind/?next={url}&udloebet=1")
    assert response.content == b""


def test_a_page_that_asks_by_itself_is_not_use(client, consultant):
    url = factories.job(factories.engagement(consultant), consultant).get_absolute_url()
    page = client.get(url).text
    assert """hx-headers='{"X-Polling": "1"}'""" in page
    assert 'content="3; url=?venter=1"' in page
    grow_older(client, unused=600)
    assert client.get(url, headers={"HX-Request": "true", "X-Polling": "1"}).status_code == 200
    assert client.get(f"{url}?venter=1").status_code == 200
    assert left(client) <= IDLE - 600
    client.get(url)
    assert left(client) > IDLE - 600


def test_asking_how_much_is_left_does_not_make_it_more(client):
    grow_older(client, unused=600)
    assert left(client) == left(client) <= IDLE - 600


def test_use_is_written_at_most_once_a_minute(client):
    grow_older(client, unused=50)
    before = dict(client.session.items())
    client.get("/")
    assert dict(client.session.items()) == before
    grow_older(client, unused=10)
    client.get("/")
    assert client.session[USED] > before[USED]


def test_the_button_puts_the_end_off_at_once_and_needs_a_post(client):
    grow_older(client, unused=50)
    assert client.get("/session/forlaeng/").status_code == 405
    assert client.post("/session/forlaeng/").status_code == 204
    assert left(client) > IDLE - 5


def test_the_last_minutes_cannot_be_put_off(client):
    assert client.get("/session/").json()["extendable"] is True
    grow_older(client, began=LONGEST - 60)
    assert client.get("/session/").json()["extendable"] is False


def test_somebody_logged_off_has_nothing_left_and_gets_no_more():
    client = Client()
    assert client.get("/session/").json() == {"seconds": 0, "extendable": False}
    assert client.post("/session/forlaeng/")["Location"] == "/log-ind/?next=/"
    assert not Session.objects.exists()


def test_the_answer_is_never_kept(client):
    assert "no-store" in client.get("/session/")["Cache-Control"]
    assert "no-store" in Client().get("/session/")["Cache-Control"]


def test_only_people_who_are_logged_in_get_the_dialog(client):
    page = client.get("/").text
    assert 'id="session-dialog"' in page and "js/session.js" in page
    stranger = Client().get("/support/").text
    assert "session-dialog" not in stranger and "js/session.js" not in stranger


def test_the_page_after_the_log_off_says_what_to_do_on_a_shared_computer(client):
    page = client.post("/log-af/", follow=True)
    assert page.redirect_chain == [("/logget-af/", 302)]
    assert "også kladder, ligger klar" in page.text
    assert "Deler du computer med andre, så luk alle browserens vinduer" in page.text


def test_log_ins_that_are_over_go_with_what_is_known_of_their_devices(log_in, consultant, coordinator):
    clients = [log_in(person) for person in (consultant, coordinator)]
    for client in clients:
        UserSession.objects.create(user_id=client.session["_auth_user_id"], session_key=client.session.session_key, ip="127.0.0.1")
    Session.objects.filter(session_key=clients[0].session.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))
    tasks.delete_expired_sessions()
    assert [session.session_key for session in Session.objects.all()] == [clients[1].session.session_key]
    assert [device.user for device in UserSession.objects.all()] == [coordinator]
