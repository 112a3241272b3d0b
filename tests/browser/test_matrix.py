"""The matrix in a browser: a consultant watches while a jurist saves, moves by arrow keys, and finds it on any screen and on paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.states import Role
from cases.models import Review, Round
from cases.states import Rating
from tests import factories
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.django_db(transaction=True)
SMALL_LAPTOP, SCREEN = {"width": 1366, "height": 650}, {"width": 1280, "height": 900}


@pytest.fixture
def katrine(site: str, catalogue: None) -> User:
    return factories.person(Role.CONSULTANT, name="Katrine Konsulent")


@pytest.fixture
def round(katrine: User) -> Round:
    """Twenty cases of which the jurist has begun with the first two."""
    jurist = factories.person(Role.LEGAL_REVIEWER, name="Jens Jurist")
    made = factories.reviewable_round(factories.engagement(katrine, team=[(jurist, Role.LEGAL_REVIEWER)]), cases=20)
    for case in made.cases.filter(number__lte=2).select_related("round__engagement"):
        factories.legal_review(case, jurist)
    return made


def url(round: Round) -> str:
    return reverse("matrix", args=[round.engagement_id, round.kind])


@pytest.fixture
def matrix(logged_in: Callable[..., Page], katrine: User, round: Round) -> Page:
    """As the consultant sees it."""
    page = logged_in(katrine)
    page.goto(url(round))
    return page


def answer(round: Round, number: int, code: str, rating: Rating) -> None:
    """The jurist saves."""
    review = Review.objects.get(case__round=round, case__number=number)
    factories.answer(review, review.criteria.criteria.get(code=code), rating)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_it_follows_a_jurists_save_and_leaves_scroll_and_focus_where_they_are(matrix: Page, round: Round) -> None:
    matrix.set_viewport_size(SMALL_LAPTOP)
    field = matrix.locator("#felt-2-jura-frist")
    expect(field).to_contain_text("Sagsbehandlingsfrist: Overholdt")
    field.focus()
    matrix.evaluate("document.querySelector('.heat-scroll').scrollTop = 40")
    answer(round, 2, "frist", Rating.NOT_KEPT)
    expect(field).to_contain_text("Sagsbehandlingsfrist: Ikke overholdt")
    assert focused(matrix) == "felt-2-jura-frist"
    assert matrix.evaluate("document.querySelector('.heat-scroll').scrollTop") == 40
    with matrix.expect_response(lambda response: "kendt=" in response.url) as asked:
        pass
    assert asked.value.status == 204


def test_arrow_keys_move_between_fields_and_tab_goes_past_them(matrix: Page) -> None:
    matrix.locator(".heat-scroll").focus()
    first = "felt-1-jura-hjemmel"
    assert matrix.locator(".heat-cell a[tabindex='0']").evaluate_all("all => all.map((one) => one.id)") == [first]
    matrix.locator(f"#{first}").focus()
    seen = []
    for key in ("ArrowDown", "ArrowRight", "End", "Control+End", "ArrowUp", "Home", "ArrowLeft", "Control+Home", "ArrowUp"):
        matrix.keyboard.press(key)
        seen.append(focused(matrix).removeprefix("felt-").replace("-jura-", " "))
    assert seen == [
        "2 hjemmel", "2 oplysning", "2 genvurdering", "20 genvurdering", "19 genvurdering", "19 hjemmel", "19 hjemmel", "1 hjemmel", "1 hjemmel",
    ]  # fmt: skip
    matrix.keyboard.press("Enter")
    expect(matrix.get_by_role("heading", level=1)).to_have_text("Sag 01: Hjemmelsmangel")
    matrix.go_back()


def test_twenty_cases_fit_a_screen_and_the_head_stays_on_a_small_laptop(matrix: Page) -> None:
    region = matrix.locator(".heat-scroll")
    matrix.set_viewport_size(SCREEN)
    assert region.evaluate("one => [one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight]") == [0, 0]
    matrix.set_viewport_size(SMALL_LAPTOP)
    region.evaluate("one => { one.scrollIntoView(); one.scrollTop = 9999 }")
    expect(matrix.get_by_role("link", name="Sag 20", exact=True)).to_be_in_viewport()
    for name in ("Hjemmelsmangel", "Genvurdering"):
        expect(matrix.get_by_role("link", name=name, exact=True)).to_be_in_viewport()
    expect(matrix.locator(".heat-totals")).to_be_in_viewport()
    assert (
        matrix.locator(".heat-totals").evaluate("one => one.getBoundingClientRect().top")
        > matrix.locator(".heat-heads").evaluate("one => one.getBoundingClientRect().bottom") - 2
    )


def test_a_phone_shows_it_in_a_region_of_its_own_that_keeps_the_case_in_sight(matrix: Page) -> None:
    matrix.set_viewport_size(PHONE)
    assert matrix.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    region = matrix.locator(".heat-scroll")
    region.evaluate("one => { one.scrollIntoView(); one.scrollLeft = 9999 }")
    expect(matrix.get_by_role("link", name="Sag 01", exact=True)).to_be_in_viewport()
    expect(matrix.locator("#felt-1-jura-genvurdering")).to_be_in_viewport()


def test_paper_shows_every_case_and_no_scroll(matrix: Page) -> None:
    matrix.emulate_media(media="print")
    region = matrix.locator(".heat-scroll")
    assert region.evaluate("one => [getComputedStyle(one).overflow, one.scrollHeight - one.clientHeight]") == ["visible", 0]
    assert matrix.locator(".heat thead").evaluate("one => getComputedStyle(one).position") == "static"
    assert matrix.locator(".filter").is_hidden()
