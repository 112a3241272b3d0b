"""The warning before a log-in ends: seen, heard, answered by keyboard, the same in all tabs; and the page is gone when the time is."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.session_limits import BEGAN, USED
from tests.browser.visitor import Visitor
from tests.browser.world import World

NEARLY = 29 * 60  # seconds without use: one minute is left
FOCUS = "document.activeElement.closest('#session-dialog') !== null"


@pytest.fixture
def katrine(logged_in: Callable[..., Page], world: World) -> Page:
    """A page whose clock the test moves."""
    page = logged_in(world.people["katrine"])
    page.clock.install()
    return page


def session_of(page: Page) -> Any:
    key = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == settings.SESSION_COOKIE_NAME)
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def grow_older(page: Page, *, unused: int = 0, began: int = 0) -> None:
    """Server and browser both, as if nobody had touched the page for so many seconds."""
    session = session_of(page)
    session[USED] -= unused
    session[BEGAN] -= max(began, unused)
    session.save()
    page.clock.fast_forward(max(unused, 1) * 1000)


def dialog(page: Page) -> Any:
    return page.get_by_role("alertdialog", name="Du bliver snart logget af")


def test_the_dialog_warns_holds_the_keyboard_and_lets_one_go_on(katrine: Page) -> None:
    katrine.goto(reverse("engagements"))
    katrine.get_by_role("link", name="Min uge", exact=True).first.focus()
    grow_older(katrine, unused=NEARLY)
    expect(dialog(katrine)).to_be_visible()
    expect(dialog(katrine)).to_contain_text(re.compile(r"Vælg Fortsæt inden kl\. \d\d\.\d\d for at blive logget ind\."))
    assert katrine.evaluate(FOCUS)
    katrine.keyboard.press("Escape")
    expect(dialog(katrine)).to_be_visible()
    reached = set()
    for _ in range(3):
        katrine.keyboard.press("Tab")
        reached.add(katrine.evaluate("document.activeElement.textContent.trim()"))
        assert katrine.evaluate(f"document.activeElement === document.body || {FOCUS}")
    assert {"Fortsæt", "Log af"} <= reached
    dialog(katrine).get_by_role("button", name="Fortsæt").press("Enter")
    expect(dialog(katrine)).to_be_hidden()
    expect(katrine.get_by_role("link", name="Min uge", exact=True).first).to_be_focused()
    assert katrine.request.get("/session/").json()["seconds"] > NEARLY


def test_work_in_one_tab_keeps_the_others(katrine: Page) -> None:
    katrine.goto(reverse("engagements"))
    grow_older(katrine, unused=NEARLY)
    expect(dialog(katrine)).to_be_visible()
    other = katrine.context.new_page()
    other.goto(reverse("home"))
    katrine.clock.fast_forward(11_000)
    expect(dialog(katrine)).to_be_hidden()
    Visitor(katrine).sees_heading("Forløb")


def test_the_page_is_gone_when_the_time_is_even_with_something_half_written(katrine: Page, world: World) -> None:
    page = reverse("milestone-add", args=[world.running.pk])
    katrine.goto(page)
    katrine.get_by_label("Emne", exact=True).fill("Halvt skrevet")
    grow_older(katrine, unused=31 * 60)
    Visitor(katrine).sees_heading("Log ind")
    expect(katrine.get_by_text("Du er blevet logget af")).to_be_visible()
    assert parse_qs(urlsplit(katrine.url).query)["next"] == [page]


def test_somebody_who_is_writing_is_not_asked(katrine: Page, world: World) -> None:
    katrine.goto(reverse("milestone-add", args=[world.running.pk]))
    grow_older(katrine, unused=27 * 60)
    katrine.get_by_label("Emne", exact=True).press_sequentially("Møde")
    with katrine.expect_response(re.compile(re.escape(reverse("session-extend")))):
        grow_older(katrine, unused=100)
    with katrine.expect_response(re.compile(re.escape(reverse("session-left")))):
        katrine.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(dialog(katrine)).to_be_hidden()
    expect(katrine.get_by_label("Emne", exact=True)).to_be_focused()
    assert katrine.request.get("/session/").json()["seconds"] > NEARLY


def test_the_last_minutes_of_the_longest_log_in_are_told_once(katrine: Page) -> None:
    katrine.goto(reverse("engagements"))
    grow_older(katrine, unused=NEARLY, began=12 * 60 * 60 - 60)
    expect(dialog(katrine).get_by_text("Det er snart 12 timer siden, du loggede ind.")).to_be_visible()
    expect(dialog(katrine).get_by_text("Du har ikke brugt systemet")).to_be_hidden()
    dialog(katrine).get_by_role("button", name="Fortsæt").click()
    expect(dialog(katrine)).to_be_hidden()
    with katrine.expect_response(re.compile(re.escape(reverse("session-left")))):
        katrine.clock.fast_forward(11_000)
    expect(dialog(katrine)).to_be_hidden()


def test_log_off_from_the_dialog(katrine: Page) -> None:
    katrine.goto(reverse("engagements"))
    grow_older(katrine, unused=NEARLY)
    dialog(katrine).get_by_role("button", name="Log af").click()
    Visitor(katrine).sees_heading("Du er logget af")
