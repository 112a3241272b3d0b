"""WCAG 2.2 AA on every page and state, for every role, on a laptop and on a phone: axe, and what axe cannot see."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import BrowserContext, Page, Response

from tests.browser.case_sights import CASES, NO_PAGE_OF_CASES
from tests.browser.conftest import LAPTOP, PHONE, give_session
from tests.browser.document_sights import DOCUMENTS, NO_PAGE_OF_DOCUMENTS
from tests.browser.form_sights import NO_PAGE_OF_REVIEWS, REVIEWS
from tests.browser.mail_sights import MAILS, NO_PAGE_OF_MAILS, WISHES
from tests.browser.matrix_sights import MATRICES, NO_PAGE_OF_MATRICES
from tests.browser.operation_sights import MEETINGS, NO_PAGE_OF_OPERATIONS, OPERATIONS
from tests.browser.own_sights import NO_PAGE_OF_ONES_OWN, OWN
from tests.browser.paper_sights import ENDS, NO_PAGE_OF_PAPERS, PAPERS
from tests.browser.people_sights import NO_PAGE_OF_PEOPLE, PEOPLE
from tests.browser.reading_sights import NO_PAGE_OF_READING, READING
from tests.browser.release_sights import NO_PAGE_OF_RESULTS, RESULTS
from tests.browser.review_sights import AROUND_REVIEWS, NO_PAGE_AROUND_REVIEWS
from tests.browser.sights import NO_PAGE, SIGHTS, Sight
from tests.browser.viso_sights import CHOICE, NO_PAGE_OF_CHOICE
from tests.browser.world import World

HERE = Path(__file__).parent
AXE = (HERE / "vendor" / "axe.min.js").read_text(encoding="utf-8")
LOOK = (HERE / "look.js").read_text(encoding="utf-8")
GROUPS = SIGHTS | {"mails": MAILS, "meetings": MEETINGS, "operations": OPERATIONS, "wishes": WISHES, "one's own": OWN, "people": PEOPLE}
GROUPS |= {"cases": CASES, "papers of cases": PAPERS, "reading": READING, "documents": DOCUMENTS}
GROUPS |= {"the end of a round": ENDS, "VISO's choice": CHOICE, "around the reviews": AROUND_REVIEWS, "forms of reviews": REVIEWS}
GROUPS |= {"matrix and findings": MATRICES, "results and seminar": RESULTS}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = f"axe.run(document, {{runOnly: {json.dumps(TAGS)}, resultTypes: ['violations']}})"


@pytest.fixture
def page_of(new_context: Callable[..., BrowserContext], world: World, site: str) -> Callable[[str], Page]:
    """The page of a person of the world, one browser profile each."""
    pages: dict[str, Page] = {}

    def find(who: str) -> Page:
        if who not in pages:
            context = new_context()
            if who:
                give_session(context, world.people[who], site)
            pages[who] = context.new_page()
        return pages[who]

    return find


def look(page: Page, question: str) -> Any:
    """Ask tests/browser/look.js about the page."""
    return page.evaluate(f"{LOOK.rstrip()}.{question}()")


def is_page(response: Response) -> bool:
    """A page, and not a sign that points on to it."""
    return response.request.is_navigation_request() and response.status not in range(300, 400)


def go(page: Page, sight: Sight, world: World) -> None:
    """Open the page in the state of the sight."""
    page.set_viewport_size(LAPTOP)
    with page.expect_response(is_page) as answer:
        page.goto(sight.address(world), wait_until="commit")
    page.wait_for_load_state()
    if sight.then:
        with page.expect_response(is_page) as answer:
            sight.then(page)
    assert answer.value.status == sight.status, f"{sight}: {answer.value.status}"
    if sight.shown:
        sight.shown(page)


@pytest.mark.parametrize("group", GROUPS)
def test_every_page_in_every_state(group: str, world: World, page_of: Callable[[str], Page]) -> None:
    problems: list[str] = []
    names_of_title = defaultdict(set)
    for sight in GROUPS[group]:
        page = page_of(sight.who)
        go(page, sight, world)
        found = look(page, "structure")
        if sight.status < 400:
            names_of_title[found["title"]].add(sight.name)
        problems += [f"{sight}: {problem}" for problem in [*on_a_laptop(page, found, sight), *on_a_phone(page)]]
        if sight.refused:
            problems += [f"{sight}: {problem}" for problem in the_way_from_the_summary(page)]
    problems += [f"one title for several pages: {title}" for title, names in names_of_title.items() if len(names) > 1]
    assert problems == []


def on_a_laptop(page: Page, found: dict[str, Any], sight: Sight) -> Iterator[str]:
    if found["lang"] != "da":
        yield f"language {found['lang']}"
    if found["h1"] != 1:
        yield f"{found['h1']} main headings"
    if not found["title"].endswith(" – Task Force") or found["title"].startswith("–"):
        yield f"title »{found['title']}«"
    if found["title"].startswith("Fejl: ") != sight.refused:
        yield f"title »{found['title']}« of a page with{'' if sight.refused else 'out'} errors"
    if found["help"] != ["header", "footer"]:
        yield f"help is found in {found['help']}"
    yield from (f"heading level jumps at »{heading}«" for heading in found["jumps"])
    yield from (f"id {name} twice" for name in found["repeatedIds"])
    if sight.refused and page.evaluate("document.activeElement.className.includes('error-summary')") is not True:
        yield "focus is not on the error summary"
    page.evaluate(AXE)
    yield from violations(page)


def on_a_phone(page: Page) -> Iterator[str]:
    page.set_viewport_size(PHONE)
    yield from (f"320 px, {problem}" for problem in violations(page))
    yield from (f"320 px, sideways: {problem}" for problem in look(page, "sideways"))
    yield from (f"320 px, spacing clips: {problem}" for problem in look(page, "clippedBySpacing"))


def violations(page: Page) -> list[str]:
    found = page.evaluate(RUN_AXE)["violations"]
    return [f"axe {hit['id']} ({hit['impact']}, {len(hit['nodes'])}×): {hit['nodes'][0]['html'][:140]}" for hit in found]


def the_way_from_the_summary(page: Page) -> Iterator[str]:
    """Each line of the error summary that names a field takes the keyboard there."""
    links = page.locator(".error-summary a")
    if not links.count() and "forkert" not in page.content() and not page.locator(".error-summary li").count():
        yield "the error summary is empty"
    for link in links.all():
        target = str(link.get_attribute("href"))[1:]
        link.focus()
        page.keyboard.press("Enter")
        if not page.evaluate(
            "id => document.activeElement.id === id || !!document.getElementById(id)?.contains(document.activeElement)", target
        ):
            yield f"»{link.inner_text()}« does not lead to {target}"


def test_no_page_is_forgotten() -> None:
    looked_at = {sight.name for group in GROUPS.values() for sight in group}
    no_page = NO_PAGE | NO_PAGE_OF_MAILS | NO_PAGE_OF_OPERATIONS | NO_PAGE_OF_ONES_OWN | NO_PAGE_OF_PEOPLE
    no_page |= NO_PAGE_OF_CASES | NO_PAGE_OF_PAPERS | NO_PAGE_OF_READING | NO_PAGE_OF_DOCUMENTS
    no_page |= NO_PAGE_OF_REVIEWS | NO_PAGE_OF_CHOICE | NO_PAGE_AROUND_REVIEWS | NO_PAGE_OF_MATRICES | NO_PAGE_OF_RESULTS
    assert looked_at | no_page == set(names_of(get_resolver().url_patterns))
    assert not looked_at & no_page


def names_of(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """The names of our own addresses; Django admin is exempt."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield str(pattern.name)
        elif pattern.app_name != "admin":
            yield from names_of(pattern.url_patterns)
