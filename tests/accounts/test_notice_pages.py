"""Beskeder: what one has been told, what is unread, and what one may no longer see."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import notices
from accounts.actions import reading
from accounts.models import Membership, Notice
from accounts.notices import Line, NoticeKind
from accounts.states import Role
from engagements.models import TeamMember
from tests import factories

pytestmark = pytest.mark.django_db
KIND = "test.told"


@pytest.fixture(autouse=True)
def _kind(monkeypatch):
    def describe(given):
        return [Line(one.title, one.url, one.title) for one in given]

    monkeypatch.setitem(notices.KINDS, KIND, NoticeKind(KIND, "Prøve", "Til prøver.", describe))


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant)


def tell(person, title="Datoen er flyttet", *, of=None, **fields) -> Notice:
    """Something that a person is told, about an engagement where one is given."""
    scope, url = (of.scope, of.get_absolute_url()) if of else (None, "/konto/")
    return notices.give(kind=KIND, recipient=person, about=of or person, title=title, url=url, scope=scope, **fields)


def at(notice: Notice, **ago) -> Notice:
    """As if it had been given some time ago."""
    Notice.objects.filter(pk=notice.pk).update(created_at=timezone.now() - timedelta(**ago))
    return notice


def test_they_stand_newest_first_with_a_plain_link_and_the_unread_ones_say_so(log_in, coordinator, engagement):
    at(tell(coordinator, "Den ældste"), days=2)
    reading.read(notice=at(tell(coordinator, "Den mellemste", of=engagement), days=1), by=coordinator)
    tell(coordinator, "Den nyeste")
    text = log_in(coordinator).get("/beskeder/").text
    assert text.index("Den nyeste") < text.index("Den mellemste") < text.index("Den ældste")
    assert f'<a class="notice-title break-words" href="{engagement.get_absolute_url()}">Den mellemste</a>' in text
    assert text.count('<span class="notice-mark">Ulæst</span>') == 2
    assert text.count('Markér som læst<span class="sr-only">') == 2


def test_the_unread_ones_alone(log_in, coordinator):
    reading.read(notice=tell(coordinator, "Læst for længst"), by=coordinator)
    tell(coordinator, "Ikke læst")
    client = log_in(coordinator)
    text = client.get("/beskeder/?vis=ulaeste").text
    assert "Ikke læst" in text and "Læst for længst" not in text
    client.post("/beskeder/laest/")
    assert "Du har læst alle dine beskeder." in client.get("/beskeder/?vis=ulaeste").text


def test_nobody_has_been_told_anything_yet(log_in, coordinator):
    text = log_in(coordinator).get("/beskeder/").text
    assert "Her står, hvad der sker i dine forløb" in text
    assert "Markér alle som læst" not in text


def test_fifty_on_a_page(log_in, coordinator):
    for number in range(51):
        at(tell(coordinator, f"Besked nr. {number}."), minutes=number)
    client = log_in(coordinator)
    assert client.get("/beskeder/").text.count('class="notice-title') == 50
    second = client.get("/beskeder/?page=2").text
    assert second.count('class="notice-title') == 1 and "Besked nr. 50." in second


def test_one_is_marked_as_read_and_the_list_stays_where_it_was(log_in, coordinator):
    notice = tell(coordinator)
    client = log_in(coordinator)
    response = client.post(f"/beskeder/{notice.pk}/laest/?vis=ulaeste&page=2")
    assert (response.status_code, response["Location"]) == (302, "/beskeder/?vis=ulaeste&page=2")
    first = Notice.objects.get().read_at
    assert first is not None
    client.post(f"/beskeder/{notice.pk}/laest/")
    assert Notice.objects.get().read_at == first


def test_all_are_marked_but_not_what_came_while_one_looked(log_in, coordinator, stranger):
    at(tell(coordinator, "Før"), minutes=5)
    others = tell(stranger)
    seen_at = (timezone.now() - timedelta(minutes=1)).isoformat()
    tell(coordinator, "Bagefter")
    client = log_in(coordinator)
    client.post("/beskeder/laest/", {"until": seen_at})
    assert list(Notice.objects.unread().filter(recipient=coordinator).values_list("title", flat=True)) == ["Bagefter"]
    client.post("/beskeder/laest/", {"until": "i går"})
    assert list(Notice.objects.unread()) == [others]


def test_looking_marks_nothing(log_in, coordinator):
    tell(coordinator)
    client = log_in(coordinator)
    client.get("/beskeder/")
    assert client.get("/beskeder/laest/").status_code == 405
    assert Notice.objects.unread().count() == 1


def test_a_notice_of_somebody_else_is_like_one_that_does_not_exist(log_in, coordinator, stranger):
    notice = tell(stranger, "Hemmelig for Hanne")
    client = log_in(coordinator)
    assert "Hemmelig" not in client.get("/beskeder/").text
    assert client.post(f"/beskeder/{notice.pk}/laest/").status_code == 404
    assert client.post(f"/beskeder/{uuid.uuid4()}/laest/").status_code == 404
    assert Notice.objects.unread().count() == 1


# The menu of every page


def test_every_page_says_how_many_are_unread(log_in, coordinator):
    client = log_in(coordinator)
    assert "<span>Beskeder</span>" in client.get("/forloeb/").text
    for _ in range(3):
        tell(coordinator)
    assert "<span>Beskeder (3)</span>" in client.get("/forloeb/").text
    assert "<span>Beskeder (3)</span>" in client.get("/findes-ikke/").text


def test_the_number_costs_one_query_however_many_there_are(log_in, coordinator):
    client = log_in(coordinator)
    client.get("/konto/")

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get("/konto/")
        return sum("accounts_notice" in query["sql"] for query in seen)

    assert asked() == 1
    for _ in range(30):
        tell(coordinator)
    assert asked() == 1


def test_somebody_without_a_second_factor_has_no_menu_and_no_number(client):
    person = factories.person(Role.COORDINATOR, second_factor=False)
    tell(person)
    client.force_login(person)
    text = client.get("/konto/totrin/").text
    assert "Beskeder" not in text


def test_the_list_costs_the_same_at_one_three_and_fifty_rows(log_in, coordinator, engagement):
    client, found, there = log_in(coordinator), set(), 0
    for size in (1, 3, 50):
        for _ in range(size - there):
            tell(coordinator, of=engagement)
        there = size
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/beskeder/").text.count('class="notice-title') == size
        found.add(len(seen))
    assert len(found) == 1 and max(found) <= 12


# What one may no longer see


def shown(client) -> tuple[bool, bool]:
    """Whether the engagement's notice stands in the list, and in the number of the menu."""
    text = client.get("/beskeder/").text
    return "Plantet titel" in text, "Beskeder (1)" in text


def test_a_role_that_ended_takes_the_notices_of_its_engagements_away(log_in, coordinator, engagement):
    notice = tell(coordinator, "Plantet titel", of=engagement)
    factories.membership(coordinator, Role.LEADER, of="Skive")
    client = log_in(coordinator)
    assert shown(client) == (True, True)
    Membership.objects.filter(user=coordinator, role=Role.COORDINATOR).update(valid_to=timezone.localdate() - timedelta(days=1))
    assert shown(client) == (False, False)
    assert client.post(f"/beskeder/{notice.pk}/laest/").status_code == 404


def test_inhabil_takes_them_away_and_they_come_back_when_it_is_lifted(log_in, coordinator, engagement):
    tell(coordinator, "Plantet titel", of=engagement)
    tell(coordinator, "Om noget andet")
    client = log_in(coordinator)
    conflict = factories.conflict(coordinator)
    text = client.get("/beskeder/").text
    assert "Plantet titel" not in text and "Om noget andet" in text
    conflict.lifted_at, conflict.lifted_by = timezone.now(), coordinator
    conflict.save()
    assert "Plantet titel" in client.get("/beskeder/").text


def test_a_jurist_who_left_the_team_sees_them_no_more(log_in, consultant, engagement):
    jurist = factories.person(Role.LEGAL_REVIEWER)
    member = TeamMember.objects.create(engagement=engagement, user=jurist, role=Role.LEGAL_REVIEWER)
    tell(jurist, "Plantet titel", of=engagement)
    client = log_in(jurist)
    assert shown(client) == (True, True)
    TeamMember.objects.filter(pk=member.pk).update(
        valid_from=timezone.localdate() - timedelta(days=9), valid_to=timezone.localdate() - timedelta(days=1)
    )
    assert shown(client) == (False, False)


def test_a_notice_of_a_scope_that_nobody_vouches_for_is_shown_to_nobody(coordinator, engagement, monkeypatch):
    tell(coordinator, of=engagement)
    assert Notice.objects.visible_to(coordinator).count() == 1
    monkeypatch.setattr("accounts.models.notice.SIGHTS", [])
    assert Notice.objects.visible_to(coordinator).count() == 0


def test_what_an_undo_took_back_is_gone(log_in, coordinator):
    tell(coordinator, "Taget tilbage")
    assert notices.withdraw(Notice.objects.all()) == 1
    text = log_in(coordinator).get(reverse("notices")).text
    assert "Taget tilbage" not in text and "Beskeder (" not in text
