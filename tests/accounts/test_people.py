"""Brugere og roller: who sees whom, the list with its filters, and the page of a person."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import people_access
from accounts.models import Invitation, Membership, User
from accounts.refusal import Denied
from accounts.states import Role
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/brugere/"


@pytest.fixture
def leader(db) -> User:
    """The leader of Hedensted."""
    return factories.person(Role.LEADER, name="Lars Leder")


def page(user: User) -> str:
    return f"/brugere/{user.pk}/"


def names(response) -> list[str]:
    return [row.person.full_name for row in response.context["rows"]]


def day(offset: int):
    return timezone.localdate() + timedelta(days=offset)


# Who sees whom


def test_an_administrator_sees_everybody_and_a_leader_the_own_municipality(log_in, admin, leader, consultant, coordinator, stranger):
    assert names(log_in(admin).get(LIST)) == [
        "Ane Administrator",
        "Hanne Koordinator",
        "Katrine Konsulent",
        "Lars Leder",
        "Sofie Fremmed",
    ]
    assert names(log_in(leader).get(LIST)) == ["Hanne Koordinator", "Lars Leder"]


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.ADMIN, Role.LEADER}])
def test_nobody_else_gets_in_and_is_told_whom_to_ask(log_in, role):
    client = log_in(factories.person(role))
    for url in (LIST, "/brugere/inviter/"):
        response = client.get(url)
        assert response.status_code == 403
        assert "Brugere og roller er for administratorer og kommunale ledere." in response.text
    assert 'href="/brugere/"' not in client.get("/").text


def test_the_menu_shows_the_page_to_those_who_may(log_in, admin, leader):
    for user in (admin, leader):
        assert '<a href="/brugere/"' in log_in(user).get("/brugere/").text


def test_a_person_of_another_municipality_is_like_one_who_does_not_exist(log_in, leader, stranger):
    client = log_in(leader)
    foreign, nobody = client.get(page(stranger)), client.get("/brugere/987654321/")
    assert (foreign.status_code, nobody.status_code) == (404, 404)
    assert "Sofie" not in foreign.text


def test_a_leader_sees_of_a_person_only_what_belongs_to_the_own_municipality(log_in, leader, coordinator):
    factories.membership(coordinator, Role.LEADER, of="Aabenraa")
    text = log_in(leader).get(page(coordinator)).text
    assert "Hedensted Kommune" in text
    assert "Aabenraa" not in text
    assert "Aabenraa" not in log_in(leader).get(LIST).text


def test_nobody_sees_the_people_of_a_municipality_towards_which_they_are_inhabil(log_in, admin, leader, coordinator, stranger):
    factories.conflict(admin)
    client = log_in(admin)
    assert names(client.get(LIST)) == ["Ane Administrator", "Sofie Fremmed"]
    assert client.get(page(coordinator)).status_code == 404
    factories.conflict(leader)
    assert log_in(leader).get(LIST).status_code == 403


def test_a_person_who_left_the_municipality_can_still_be_found_by_its_leader(log_in, leader, coordinator):
    Membership.objects.filter(user=coordinator).update(valid_to=day(-1))
    client = log_in(leader)
    assert names(client.get(LIST)) == ["Lars Leder"]
    assert names(client.get(f"{LIST}?state=ended")) == ["Hanne Koordinator"]
    assert client.get(page(coordinator)).status_code == 200


@pytest.mark.parametrize("role", Role)
def test_what_one_sees_is_what_the_policy_lets_one_see(role, admin, leader, consultant, coordinator, stranger):
    user = factories.person(role, name="En person")
    seen = set(User.objects.visible_to(user))
    assert seen == {person for person in User.objects.all() if not people_access.why_not_person(user, people_access.VIEW, person)}


# The list


def test_the_list_tells_role_dates_factor_and_last_log_in(log_in, admin):
    ida = factories.person(None, name="Ida Østerbø", second_factor=False)
    factories.membership(ida, Role.EMPLOYEE, of="Skive", valid_from=timezone.localdate().replace(year=2019), valid_to=day(10))
    text = log_in(admin).get(f"{LIST}?search=%C3%B8sterb").text
    for words in (
        "Ida Østerbø",
        ida.email,
        "Kommunal medarbejder, Skive Kommune",
        "til og med",
        "Ikke sat op",
        "Aldrig",
        "Aktiv",
        "1 bruger",
    ):
        assert words in text
    assert "Sat op" in log_in(admin).get(f"{LIST}?search=Ane").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?search=hanne", ["Hanne Koordinator"]),
        ("?search=person&role=leader", ["Lars Leder"]),
        ("?role=consultant", ["Katrine Konsulent"]),
        ("?state=barred", ["Bo Barred"]),
        ("?state=ended", ["Eva Ended"]),
        ("?state=all&role=employee", ["Bo Barred", "Eva Ended", "Frida Future"]),
        ("?role=employee", ["Frida Future"]),
        ("?search=zzz", []),
        ("?role=nonsense", ["Ane Administrator", "Frida Future", "Hanne Koordinator", "Katrine Konsulent", "Lars Leder"]),
    ],
)
def test_the_list_is_filtered_by_the_address(log_in, admin, leader, consultant, coordinator, query, found):
    factories.person(Role.EMPLOYEE, name="Bo Barred", is_active=False)
    for name, dates in (("Eva Ended", {"valid_to": day(-1)}), ("Frida Future", {"valid_from": day(1)})):
        factories.membership(factories.person(None, name=name), Role.EMPLOYEE, **dates)
    assert names(log_in(admin).get(LIST + query)) == found


def test_the_list_is_filtered_by_organisation_of_those_one_may_see(log_in, admin, leader, coordinator, stranger):
    aabenraa = factories.municipality("Aabenraa")
    assert names(log_in(admin).get(f"{LIST}?organisation={aabenraa.pk}")) == ["Sofie Fremmed"]
    response = log_in(leader).get(f"{LIST}?organisation={aabenraa.pk}")
    assert names(response) == ["Hanne Koordinator", "Lars Leder"]
    assert "Aabenraa" not in response.text


def test_an_empty_answer_says_so(log_in, admin):
    assert "Ingen brugere passer til filtrene." in log_in(admin).get(f"{LIST}?search=zzz").text


def test_danish_letters_stand_last(log_in, admin):
    for name in ("Åse", "Ærø", "Østen", "Zita"):
        factories.person(Role.CONSULTANT, name=name)
    assert names(log_in(admin).get(LIST)) == ["Ane Administrator", "Zita", "Ærø", "Østen", "Åse"]


def test_three_hundred_people_are_twelve_pages(log_in, admin):
    people = User.objects.bulk_create(User(email=f"p{n}@example.dk", full_name=f"Person {n:03}") for n in range(300))
    hedensted = factories.municipality()
    Membership.objects.bulk_create(Membership(user=person, organisation=hedensted, role=Role.EMPLOYEE) for person in people)
    client = log_in(admin)
    response = client.get(f"{LIST}?page=13")
    assert "Viser 301–301 af 301 brugere" in response.text
    assert names(response) == ["Person 299"]
    assert names(client.get(f"{LIST}?search=Person+17&role=employee")) == [f"Person 17{n}" for n in range(10)]


def queries(client, url: str) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize("who", ["admin", "leader"])
def test_the_number_of_queries_is_the_same_at_one_and_at_three_rows(log_in, request, who, admin, leader, coordinator):
    client = log_in(request.getfixturevalue(who))

    def grow() -> None:
        person = factories.person(Role.EMPLOYEE)
        factories.membership(person, Role.COORDINATOR)
        factories.invitation(admin)
        factories.membership(coordinator, Role.LEADER, valid_from=day(-30), valid_to=day(-30 + Membership.objects.count()))
        factories.conflict(coordinator, of="Skive" if coordinator.conflicts.count() else "Aalborg")

    urls = [LIST, f"{LIST}?state=all", f"{LIST}?state=invited", page(coordinator)]
    grow()
    first = {url: queries(client, url) for url in urls}
    grow()
    assert {url: queries(client, url) for url in urls} == first
    assert max(first.values()) <= 30


# The page of a person


def test_the_page_shows_roles_conflicts_and_history(log_in, admin, coordinator):
    factories.membership(coordinator, Role.LEADER, valid_from=day(20))
    factories.conflict(coordinator, of="Skive", reason="Jeg bor på Ærø")
    text = log_in(admin).get(page(coordinator)).text
    for words in ("Kommunal koordinator", "Kommunal leder", "Fra ", "Skive Kommune", "»Jeg bor på Ærø«", "meldte inhabilitet", "Historik"):
        assert words in text


def test_every_button_that_is_missing_says_why(log_in, leader, coordinator, admin):
    text = log_in(leader).get(page(coordinator)).text
    assert "Giv en rolle" in text and "roller/tilfoej/" in text
    assert text.count("Det kan kun en administrator. Skriv til support, hvis det haster.") == 2
    assert "En administrator kan melde andre." in text
    own = log_in(admin).get(page(admin)).text
    for sentence in (
        "Du kan ikke give dig selv en rolle.",
        "Du kan ikke spærre din egen adgang.",
        "Du kan ikke nulstille din egen totrinsbekræftelse her.",
        "Ane Administrator er den sidste administrator i Social- og Boligstyrelsen.",
    ):
        assert sentence in own


def test_a_leader_reads_the_history_of_the_own_municipality_alone(log_in, admin, leader, coordinator):
    client = log_in(admin)
    for place in ("Hedensted", "Skive"):
        client.post(
            f"{page(coordinator)}roller/tilfoej/",
            {"organisation": factories.municipality(place).pk, "role": "employee", "valid_from": f"{day(0):%d.%m.%Y}"},
        )
    factories.conflict(coordinator, of="Skive")
    assert "Kommunal medarbejder, Skive Kommune" in client.get(page(coordinator)).text
    text = log_in(leader).get(page(coordinator)).text
    assert "gav en rolle" in text and "Kommunal medarbejder, Hedensted Kommune" in text
    assert "Skive" not in text and "inhabilitet" not in text


def test_a_right_that_is_not_there_is_denied_by_the_action_as_well(coordinator, consultant, leader, stranger):
    with pytest.raises(Denied, match="Det kan kun en administrator"):
        people_access.require_person(leader, people_access.BAR, coordinator)
    with pytest.raises(Denied, match="Du kan kun ændre roller i din egen kommune"):
        people_access.require_in(leader, people_access.ADD_ROLE, factories.municipality("Aabenraa").pk)
    assert Invitation.objects.visible_to(consultant).count() == 0
