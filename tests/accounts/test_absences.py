"""Fravær: when somebody is away, and which colleague stands in."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import absence as absences
from accounts.models import Absence, AuditEntry, Membership, Notice
from accounts.refusal import Refused
from accounts.states import Role
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.django_db
MONDAY, FRIDAY = date(2026, 4, 13), date(2026, 4, 17)


@pytest.fixture(autouse=True)
def _frozen(time_machine):
    time_machine.move_to("2026-04-07 12:00 +0200", tick=False)


@pytest.fixture
def colleague(db):
    return factories.person(Role.COORDINATOR, of="Hedensted", name="Kirsten Kollega")


@pytest.fixture
def client(log_in, coordinator):
    return log_in(coordinator)


def away(person, deputy, first=MONDAY, last=FRIDAY) -> Absence:
    return absences.add(first_day=first, last_day=last, deputy=deputy, by=person)


def fields(deputy, first="13.04.2026", last="17.04.2026") -> dict:
    return {"first_day": first, "last_day": last, "deputy": deputy.pk}


def test_an_absence_is_added_shown_and_removed_again(client, coordinator, colleague):
    response = client.post("/konto/fravaer/", fields(colleague), follow=True)
    assert "Dit fravær er meldt, og Kirsten Kollega har fået besked." in response.text
    assert "mandag d. 13. april 2026 (uge 16)" in response.text
    made = Absence.objects.get()
    assert (made.user, made.deputy, made.first_day, made.last_day) == (coordinator, colleague, MONDAY, FRIDAY)
    gone = client.post(f"/konto/fravaer/{made.pk}/fjern/", follow=True)
    assert "Fraværet er fjernet." in gone.text and "13. april" not in gone.text
    assert not Absence.objects.exists()


def test_the_history_says_who_and_when_but_not_why(coordinator, colleague):
    absences.remove(absence=away(coordinator, colleague), by=coordinator)
    entries = AuditEntry.objects.filter(verb__startswith="absence").order_by("pk")
    told = {"fravær": "13.04.2026 – 17.04.2026", "stedfortræder": "Kirsten Kollega"}
    assert [(entry.by, entry.changes) for entry in entries] == [
        (coordinator, {what: [None, value] for what, value in told.items()}),
        (coordinator, {what: [value, None] for what, value in told.items()}),
    ]


def test_the_deputy_is_told_and_sees_it_on_the_own_page(log_in, coordinator, colleague):
    away(coordinator, colleague)
    told = Notice.objects.get()
    assert (told.recipient, told.url, told.scope) == (colleague, "/konto/fravaer/", None)
    assert told.title == (
        "Du er stedfortræder for Hanne Koordinator fra mandag d. 13. april 2026 (uge 16) til fredag d. 17. april 2026 (uge 16) "
        "og får imens påmindelser til Hanne."
    )
    assert [line.text for line in absences.describe([told])] == [told.title]
    page = log_in(colleague).get("/konto/fravaer/").text
    assert "Du er stedfortræder for</h2>" in page and "Hanne Koordinator" in page


def test_a_deputy_who_has_heard_nothing_yet_hears_nothing_of_it(coordinator, colleague):
    absences.remove(absence=away(coordinator, colleague), by=coordinator)
    assert not Notice.objects.visible_to(colleague).exists()
    assert absences.describe(list(Notice.objects.all())) == []


def test_a_deputy_who_has_read_it_is_told_that_it_is_over(coordinator, colleague):
    made = away(coordinator, colleague, last=MONDAY)
    Notice.objects.update(read_at="2026-04-07 10:00Z")
    absences.remove(absence=made, by=coordinator)
    newest = Notice.objects.visible_to(colleague).unread().get()
    assert newest.title == "Du er ikke længere stedfortræder for Hanne Koordinator mandag d. 13. april 2026 (uge 16)."
    assert [line.text for line in absences.describe(list(Notice.objects.all()))] == [newest.title]


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("06.04.2026", "17.04.2026", "Fravær kan tidligst begynde i dag."),
        ("17.04.2026", "13.04.2026", "Slutdatoen ligger før startdatoen."),
        ("på mandag", "17.04.2026", "Skriv datoen som dd.mm.åååå, fx 19.02.2027."),
        ("", "17.04.2026", "Udfyld »Første dag«."),
    ],
)
def test_a_date_that_does_not_do_is_refused_with_what_to_do(client, colleague, first, last, sentence):
    response = client.post("/konto/fravaer/", fields(colleague, first, last))
    assert response.status_code == 422
    assert sentence in response.text
    assert not Absence.objects.exists()


def test_today_is_not_too_late(client, colleague):
    assert client.post("/konto/fravaer/", fields(colleague, "07.04.2026", "07.04.2026")).status_code == 302


@pytest.mark.parametrize(
    ("first", "last"), [(FRIDAY, date(2026, 4, 20)), (date(2026, 4, 10), MONDAY), (date(2026, 4, 14), date(2026, 4, 15))]
)
def test_two_absences_never_overlap(coordinator, colleague, first, last):
    away(coordinator, colleague)
    with pytest.raises(Refused, match="Du har allerede meldt fravær fra mandag"):
        away(coordinator, colleague, first, last)
    away(coordinator, colleague, date(2026, 4, 18), date(2026, 4, 19))
    assert Absence.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_adds_one(catalogue):
    person, deputy = factories.person(Role.CONSULTANT), factories.person(Role.CONSULTANT)
    found = at_once(*[lambda: away(person, deputy)] * 2)
    assert sorted(type(answer).__name__ for answer in found) == ["Absence", "Refused"]
    assert Notice.objects.count() == 1


# Who can stand in


def test_only_colleagues_of_the_same_place_who_see_the_same_are_offered(client, coordinator, colleague, stranger):
    for person in (
        factories.person(Role.LEADER, name="Lederen"),
        factories.person(Role.COORDINATOR, name="Den Spærrede", is_active=False),
        factories.person(Role.COORDINATOR, of="Skive", name="Fra Skive"),
        factories.person(Role.CONSULTANT, name="Konsulenten"),
        factories.person(Role.EMPLOYEE, name="Medarbejderen"),
    ):
        assert person.pk
    ended = factories.person(Role.COORDINATOR, name="Den Ophørte")
    Membership.objects.filter(user=ended).update(valid_to="2026-04-06")
    text = client.get("/konto/fravaer/").text
    offered = text[text.index("<select") : text.index("</select>")]
    names = ("Kirsten Kollega", "Lederen", "Den Spærrede", "Fra Skive", "Konsulenten", "Medarbejderen", "Den Ophørte")
    assert [name for name in names if name in offered] == ["Kirsten Kollega", "Lederen"]
    assert coordinator.full_name not in offered and stranger.full_name not in text


def test_somebody_else_cannot_be_sent_in_past_the_list(client, coordinator, colleague, stranger):
    for person in (stranger, coordinator):
        response = client.post("/konto/fravaer/", fields(person))
        assert response.status_code == 422
        assert "Vælg en kollega fra listen." in response.text
        with pytest.raises(Refused, match="Stedfortræderen skal være en kollega"):
            away(coordinator, person)
    assert not Absence.objects.exists()


def test_a_role_that_ends_meanwhile_will_not_do(client, colleague):
    Membership.objects.filter(user=colleague).update(valid_to="2026-04-15")
    response = client.post("/konto/fravaer/", fields(colleague))
    assert response.status_code == 422
    assert "Stedfortræderen skal være en kollega, der kan se det samme som dig, i hele perioden." in response.text


def test_a_deputy_who_is_away_too_will_not_do(coordinator, colleague):
    third = factories.person(Role.COORDINATOR)
    away(colleague, third)
    with pytest.raises(Refused, match="Kirsten Kollega er selv væk i en del af perioden"):
        away(coordinator, colleague)


def test_somebody_without_colleagues_is_told_what_to_do(client):
    text = client.get("/konto/fravaer/").text
    assert "Du har ingen kollega, som kan se det samme som dig" in text
    assert "<select" not in text


def test_what_is_over_is_not_shown(client, coordinator, colleague, time_machine):
    away(coordinator, colleague)
    time_machine.move_to("2026-04-18 12:00 +0200", tick=False)
    assert "13. april" not in client.get("/konto/fravaer/").text


def test_the_absence_of_somebody_else_is_like_one_that_does_not_exist(client, coordinator, colleague):
    made = away(colleague, coordinator)
    assert client.post(f"/konto/fravaer/{made.pk}/fjern/").status_code == 404
    with pytest.raises(Refused, match="allerede fjernet"):
        absences.remove(absence=made, by=coordinator)
    assert Absence.objects.count() == 1


def test_the_page_costs_the_same_at_one_and_at_three_rows(client, coordinator, colleague):
    found, there = set(), 0
    for size in (1, 3):
        for number in range(there, size):
            day = date(2026, 5, 1 + number)
            away(coordinator, colleague, day, day)
            away(colleague, coordinator, date(2026, 6, 1 + number), date(2026, 6, 1 + number))
        there = size
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/konto/fravaer/").text.count("Fjern<span") == size
        found.add(len(seen))
    assert len(found) == 1
