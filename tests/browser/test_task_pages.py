"""Opgaver and Min uge with a keyboard alone, on a laptop and on a phone, and on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from engagements.models import Assignment, Milestone
from engagements.states import MilestoneState
from tests.browser.conftest import LAPTOP, PHONE, give_session
from tests.browser.test_keyboard import enter, tab_to
from tests.browser.visitor import Visitor
from tests.browser.world import World

SIZES = [pytest.param(LAPTOP, id="laptop"), pytest.param(PHONE, id="phone")]


@pytest.fixture
def at_home(logged_in: Callable[..., Page], world: World) -> Callable[[str, Any], Visitor]:
    def open_home(who: str, size: Any) -> Visitor:
        page = logged_in(world.people[who])
        page.set_viewport_size(size)
        page.goto("/")
        return Visitor(page)

    return open_home


@pytest.mark.parametrize("size", SIZES)
def test_a_coordinator_delegates_a_task_with_the_keyboard(at_home: Callable[[str, Any], Visitor], world: World, size: Any) -> None:
    visitor = at_home("hanne", size)
    visitor.sees_heading("Opgaver")
    first = visitor.page.locator(".task-list-actions a").filter(has_text="Uddelegér").first
    task = str(first.text_content()).removeprefix("Uddelegér: ").split(",")[0]
    tab_to(visitor.page, "^Uddelegér:")
    enter(visitor.page)
    visitor.sees_heading("Uddelegér opgaven")
    visitor.sees(task)
    tab_to(visitor.page, "^Kollega$")
    visitor.page.keyboard.type("Lars")
    tab_to(visitor.page, "^Uddelegér$")
    enter(visitor.page)
    visitor.sees_heading("Opgaver")
    visitor.sees_message(f"Lars Overmark får besked og har nu opgaven »{task}«.")
    assert Assignment.objects.filter(user=world.people["lars"], by=world.people["hanne"]).count() == 1


@pytest.mark.parametrize("size", SIZES)
def test_a_consultant_finds_one_engagement_and_meets_what_is_done_with_the_keyboard(
    at_home: Callable[[str, Any], Visitor], world: World, size: Any
) -> None:
    visitor = at_home("katrine", size)
    visitor.sees_heading("Min uge")
    tab_to(visitor.page, "^Vælg forløb$")
    visitor.page.keyboard.type("Hedensted")
    tab_to(visitor.page, "^Vis$")
    enter(visitor.page)
    assert visitor.page.url.endswith(f"?forloeb={world.running.pk}")
    expect(visitor.main.get_by_role("listitem").filter(has_text="Markér som opfyldt").filter(has_text="Svendborg")).to_have_count(0)
    met = Milestone.objects.filter(engagement=world.running, state=MilestoneState.MET).count()
    tab_to(visitor.page, "^Markér som opfyldt:")
    enter(visitor.page)
    visitor.sees_heading("Markér som opfyldt")
    tab_to(visitor.page, "^Hvordan er den opfyldt")
    visitor.page.keyboard.type("Holdt som aftalt")
    tab_to(visitor.page, "^Markér som opfyldt$")
    enter(visitor.page)
    visitor.sees_message("er opfyldt")
    assert Milestone.objects.filter(engagement=world.running, state=MilestoneState.MET).count() == met + 1


@pytest.mark.parametrize("who", ["hanne", "katrine"])
def test_the_way_through_the_tasks_follows_the_page(at_home: Callable[[str, Any], Visitor], who: str) -> None:
    """Whoever tabs meets the tasks in the order in which they stand, what is folded up included once it is opened."""
    page = at_home(who, LAPTOP).page
    for summary in page.locator("main summary").all():
        summary.press("Enter")
    stops = page.locator("main .task-list-link, main .task-list-actions a").evaluate_all(
        "links => links.map(link => link.getBoundingClientRect().top + scrollY)"
    )
    assert len(stops) > 10
    assert stops == sorted(stops)


@pytest.mark.parametrize("who", ["hanne", "katrine"])
def test_what_is_clicked_with_a_mouse_is_what_stands_there(at_home: Callable[[str, Any], Visitor], who: str) -> None:
    """The whole row leads to the task, except for its own small links."""
    page = at_home(who, LAPTOP).page
    row = page.locator(".task-list-item").filter(has=page.locator(".task-list-actions")).first
    hit = "([x, y]) => document.elementFromPoint(x, y).closest('a')?.textContent"
    row.scroll_into_view_if_needed()
    box, action = row.bounding_box(), row.locator(".task-list-actions a").first.bounding_box()
    assert box and action
    assert page.evaluate(hit, [box["x"] + box["width"] - 5, box["y"] + 5]) == row.locator(".task-list-link").inner_text()
    assert page.evaluate(hit, [action["x"] + 5, action["y"] + action["height"] / 2]).startswith(("Uddelegér", "Markér"))


def test_the_tasks_are_there_without_scripts(new_context: Callable[..., BrowserContext], world: World, site: str) -> None:
    context = new_context(java_script_enabled=False)
    give_session(context, world.people["hanne"], site)
    page = context.new_page()
    page.goto("/")
    Visitor(page).sees_heading("Opgaver")
    page.locator("main summary").first.click()
    expect(page.locator("main details .task-list-link").first).to_be_visible()
