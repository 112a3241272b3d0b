"""The number of SQL queries of a list is the same at 1, 3 and 200 rows."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import audit
from accounts.models import Membership
from accounts.states import Role
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
    constant(found, most=16)


def test_the_home_of_a_coordinator(log_in, consultant, coordinator):
    found = growing(log_in(coordinator), lambda number: factories.many_engagements(consultant, number), "/", "/forloeb/")
    constant(found, most=16)


def test_the_pages_of_an_engagement(log_in, consultant):
    engagement = factories.engagement(consultant)
    factories.milestone(engagement)
    urls = [page(engagement, tail) for tail in ("", "?visning=liste", "tidsplan/", "milepaele/tilfoej/", "tidsplan.xlsx")]
    constant(growing(log_in(consultant), lambda number: factories.many_milestones(engagement, number), *urls), most=20)


def test_the_preview_of_a_move_and_its_milestone(log_in, consultant):
    engagement = factories.engagement(consultant)
    first = factories.many_milestones(engagement, 2)[0]
    urls = [page(engagement, f"milepaele/{first.pk}/{tail}") for tail in ("", "flyt/?dates=15.03.2028", "slet/")]
    constant(growing(log_in(consultant), lambda number: factories.many_milestones(engagement, number), *urls), most=20)


def test_the_history(log_in, consultant):
    engagement = factories.engagement(consultant)

    def grow(number: int) -> None:
        for _ in range(number):
            audit.record(by=consultant, verb="timetable.edit", target=engagement, scope=engagement.scope)

    constant(growing(log_in(consultant), grow, page(engagement, "historik/")), most=16)


def test_the_page_of_demo_people(client, settings):
    settings.DEMO = True

    def grow(number: int) -> None:
        for _ in range(number):
            factories.person(Role.COORDINATOR, is_demo=True)

    found = growing(client, grow, "/demo/")
    assert Membership.objects.filter(user__is_demo=True).count() == 200
    constant(found, most=2)
