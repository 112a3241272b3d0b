"""The number of SQL queries of a list is the same at 1, 3 and 200 rows."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import audit
from accounts.models import Membership, User
from accounts.states import Role
from engagements import postponements
from tests import factories
from tests.engagements.reading import page

pytestmark = pytest.mark.django_db
SIZES = (1, 3, 200)


def queries(client, url: str) -> int:
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def growing(client, grow, *urls: str) -> dict[str, set[int]]:
    """URL → the numbers of queries that it took at each size; `grow(n)` adds n rows."""
    found: dict[str, set[int]] = {url: set() for url in urls}
    there = 0
    for size in SIZES:
        grow(size - there)
        there = size
        for url in urls:
            found[url].add(queries(client, url))
    return found


def constant(found: dict[str, set[int]], most: int) -> None:
    assert {url: numbers for url, numbers in found.items() if len(numbers) > 1 or max(numbers) > most} == {}


def test_the_lists_of_a_consultant(log_in, consultant):
    found = growing(
        log_in(consultant),
        lambda number: factories.many_engagements(consultant, number),
        "/",
        "/forloeb/",
        "/forloeb/?state=all&sort=-overdue",
    )
    constant(found, most=24)


def test_the_home_of_a_coordinator(log_in, consultant, coordinator):
    found = growing(log_in(coordinator), lambda number: factories.many_engagements(consultant, number), "/", "/forloeb/")
    constant(found, most=20)


def test_the_pages_of_an_engagement(log_in, consultant):
    engagement = factories.engagement(consultant)
    factories.milestone(engagement)
    urls = [page(engagement, tail) for tail in ("", "?visning=liste", "tidsplan/", "milepaele/tilfoej/", "tidsplan.xlsx")]
    constant(growing(log_in(consultant), lambda number: factories.many_milestones(engagement, number), *urls), most=20)


def test_the_preview_of_a_move_and_its_milestone(log_in, consultant):
    engagement = factories.engagement(consultant)
    first = factories.many_milestones(engagement, 2)[0]
    urls = [page(engagement, f"milepaele/{first.pk}/{tail}") for tail in ("", "flyt/?dates=15.03.2028", "slet/")]
    constant(growing(log_in(consultant), lambda number: factories.many_milestones(engagement, number), *urls), most=30)


def test_the_history(log_in, consultant):
    engagement = factories.engagement(consultant)

    def grow(number: int) -> None:
        for _ in range(number):
            audit.record(by=consultant, verb="timetable.edit", target=engagement, scope=engagement.scope)

    constant(growing(log_in(consultant), grow, page(engagement, "historik/")), most=16)


def test_the_log_of_mails(log_in, consultant, coordinator):
    engagement = factories.engagement(consultant)
    factories.milestone(engagement, on=engagement.starts_on)

    def grow(number: int) -> None:
        for _ in range(number):
            factories.held_mail(engagement, coordinator, state="cancelled")

    client = log_in(consultant)
    queries(client, page(engagement, "mails/"))  # the first page of a log-in costs a few more
    constant(growing(client, grow, page(engagement, "mails/"), page(engagement, "mails/?state=cancelled")), most=22)


def test_the_outbox_asks_the_same_of_each_mail(log_in, consultant, coordinator):
    """Each mail shows its text, which its builder makes: some queries for each, and no more when there are more."""
    engagement = factories.engagement(consultant)
    factories.milestone(engagement, on=engagement.starts_on)
    wish = factories.wish(engagement, coordinator)
    client, found = log_in(consultant), []
    for number in (1, 2, 10):
        for _ in range(number):
            factories.held_mail(engagement, consultant, wish=wish)
        found.append(queries(client, "/udbakke/"))
    one, three, thirteen = found
    assert (three - one) % 2 == 0 and (thirteen - three) == 5 * (three - one)
    assert (three - one) // 2 <= 12


def test_the_wishes_that_wait_for_an_answer(consultant, coordinator):
    engagement = factories.engagement(consultant)
    found = []
    for number in (1, 2, 27):
        for milestone in factories.many_milestones(engagement, number):
            factories.wish(engagement, coordinator, milestone=milestone)
        user = User.objects.active().get(pk=consultant.pk)
        with CaptureQueriesContext(connection) as seen:
            postponements.find(user, timezone.localdate())
        found.append(len(seen))
    assert len(set(found)) == 1


def test_the_page_of_demo_people(client, settings):
    settings.DEMO = True

    def grow(number: int) -> None:
        for _ in range(number):
            factories.person(Role.COORDINATOR, is_demo=True)

    found = growing(client, grow, "/demo/")
    assert Membership.objects.filter(user__is_demo=True).count() == 200
    constant(found, most=2)
