"""The product with a keyboard alone, with enlarged contrast, and with what a screen reader is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_accessibility import look
from tests.browser.visitor import Visitor
from tests.browser.world import World, move_a_week
from tests.servers import Worker

MOST_STOPS = 250
REPRESENTATIVE = ("engagements", "timetable-paste", "milestone-add")


@pytest.fixture
def katrine(logged_in: Callable[..., Page], world: World) -> Page:
    return logged_in(world.people["katrine"])


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the keyboard stands on what is called `name`; every stop on the way must be seen."""
    pattern = re.compile(name)
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = look(page, "focus")
        if stop and pattern.search(stop["name"]):
            assert stop["outline"] >= 2 and stop["isInView"] and not stop["isCovered"], stop
            return
    raise AssertionError(f"The keyboard never came to {name}")


def enter(page: Page) -> None:
    """Press Enter on what leads to another page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("name", REPRESENTATIVE)
def test_every_stop_of_the_keyboard_is_seen(name: str, katrine: Page, world: World) -> None:
    katrine.goto(reverse(name, args=[] if name == "engagements" else [world.running.pk]))
    problems, stops = [], []
    for _ in range(MOST_STOPS):
        katrine.keyboard.press("Tab")
        stop = look(katrine, "focus")
        if stop is None or (stops and stop["html"] == stops[0]):
            break
        stops.append(stop["html"])
        problems += [f"outline {stop['outline']}: {stop['html']}"] if stop["outline"] < 2 else []
        problems += [f"covered: {stop['html']}"] if stop["isCovered"] or not stop["isInView"] else []
    assert len(stops) >= 15, stops
    assert problems == []


def test_the_first_stop_leads_to_the_content(katrine: Page) -> None:
    katrine.goto("/")
    katrine.keyboard.press("Tab")
    assert look(katrine, "focus")["name"] == "Gå til sidens indhold"
    katrine.keyboard.press("Enter")
    expect(katrine.get_by_role("main")).to_be_focused()


def test_a_date_is_moved_and_moved_back_with_the_keyboard_alone(katrine: Page, world: World) -> None:
    visitor, milestone = Visitor(katrine), world.leading
    before = milestone.occurrences
    katrine.goto("/")
    tab_to(katrine, "^Hedensted Kommune$")
    enter(katrine)
    visitor.sees_heading("Hedensted Kommune")
    tab_to(katrine, "^Redigér tidsplan$")
    enter(katrine)
    tab_to(katrine, f"^Flyt {re.escape(milestone.subject)}")
    enter(katrine)
    visitor.sees_heading("Flyt milepæl")
    tab_to(katrine, "^Ny dato")
    katrine.keyboard.press("Control+A")
    katrine.keyboard.type("14. marts 2028")
    tab_to(katrine, "^Vis konsekvenser$")
    enter(katrine)
    visitor.sees_heading("Konsekvenser")
    tab_to(katrine, "Flyt også det, der følger med")
    katrine.keyboard.press("ArrowDown")
    expect(katrine.get_by_role("radio", name="Flyt kun denne; lad resten stå")).to_be_checked()
    tab_to(katrine, "^Begrundelse")
    katrine.keyboard.type("Prøvet med tastaturet")
    tab_to(katrine, "^Flyt")
    enter(katrine)
    visitor.sees_message("1 dato er flyttet.")
    milestone.refresh_from_db()
    assert [[day.isoformat() for day in pair] for pair in milestone.occurrences] == [["2028-03-14", "2028-03-14"]]

    tab_to(katrine, "^Fortryd")
    enter(katrine)
    visitor.sees_message("Tidsplanen er, som den var før")
    milestone.refresh_from_db()
    assert milestone.occurrences == before


def test_ctrl_enter_sends_the_form(katrine: Page, world: World) -> None:
    katrine.goto(reverse("milestone-drop", args=[world.running.pk, world.open_date.pk]))
    katrine.get_by_role("textbox", name=re.compile("^Hvorfor bortfalder")).focus()
    katrine.keyboard.type("Aflyst")
    katrine.keyboard.press("Control+Enter")
    Visitor(katrine).sees_message("er bortfaldet.")


def test_a_job_that_ends_is_told_and_leaves_the_keyboard_where_it_stands(katrine: Page, world: World, worker: Worker) -> None:
    katrine.goto(reverse("engagement", args=[world.running.pk]))
    Visitor(katrine).press_button("Hent tidsplan som PDF")
    back = katrine.get_by_role("link", name="Tilbage til forløbet")
    back.focus()
    expect(katrine.get_by_role("heading", level=2, name="Klar")).to_be_visible()
    expect(katrine.locator("#announcements")).to_have_text("Filen er klar til at blive hentet.")
    expect(back).to_be_focused()


def test_a_date_that_is_typed_is_said_back_and_nothing_jumps_away_from_the_mouse(katrine: Page, world: World) -> None:
    katrine.goto(reverse("milestone-move", args=[world.running.pk, world.open_date.pk]))
    button = katrine.get_by_role("button", name="Vis konsekvenser")
    place = button.bounding_box()
    katrine.get_by_role("textbox", name="Ny dato").select_text()
    katrine.keyboard.type("uge 8-10 2028")
    expect(katrine.get_by_role("main").get_by_role("status")).to_contain_text("Forstået som")
    assert button.bounding_box() == place, "a click that begins before the answer must end on the same button"


def test_forced_colours_and_reduced_motion_leave_everything_standing(
    new_context: Callable[..., BrowserContext], logged_in: Callable[..., Page], world: World
) -> None:
    page = logged_in(world.people["katrine"], forced_colors="active", reduced_motion="reduce")
    move_a_week(world.open_date, world.people["katrine"])
    for address in (world.running.get_absolute_url(), reverse("engagements"), reverse("job", args=[world.jobs["running"].pk])):
        page.goto(address)
        assert page.evaluate("document.getAnimations().filter((one) => one.playState === 'running').length") == 0, address
        assert look(page, "sideways") == []
    page.goto(world.running.get_absolute_url())
    marks = page.locator(".timeline-plot .timeline-outline")
    assert marks.count() > 5
    unseen: list[Any] = marks.evaluate_all(
        """marks => marks.filter(mark => {
             const style = getComputedStyle(mark), paper = getComputedStyle(document.body).backgroundColor;
             const inks = [style.stroke, style.fill].filter(ink => ink !== "none");
             return !inks.some(ink => ink !== paper);
           }).map(mark => mark.outerHTML)"""
    )
    assert unseen == []
