"""Forty scripts in every text, and a browser that opens every page: none runs, and the policy has nothing to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Error, Page, Response

from accounts.models import User
from accounts.states import Role
from tests import addresses, factories, hostile
from tests.addresses import Address
from tests.browser import memory

HARMED = "[window.hacked, document.querySelectorAll('script:not([src], [type=\"application/json\"]), iframe, [onload], [onerror], [onfocus], base').length]"


def pages(all_of_them: list[Address]) -> Iterator[Address]:
    """Those that are for people: not what answers a machine, and not pictures, which Chromium wraps in a page of its own."""
    machines = {"health", "ready", "session-left", "security-txt", "robots", "understood-date"}
    yield from (address for address in all_of_them if address.name not in machines and not address.name.endswith("-picture"))


def gone_to(browser: Page, url: str) -> Response | None:
    """The answer; None for a file, which the browser takes home and does not show."""
    try:
        return browser.goto(url)
    except Error as error:
        if "Download is starting" not in str(error):
            raise
        return None


def build() -> tuple[addresses.World, User]:
    consultant = factories.person(Role.CONSULTANT)
    return hostile.world(consultant), consultant


@pytest.mark.parametrize("who", ["consultant", "administrator", "stranger"])
def test_no_script_in_a_text_runs(catalogue: None, logged_in: Callable[..., Page], page: Page, who: str) -> None:
    world, consultant = memory.once("hostile", build)
    found = list(pages(addresses.addresses(world)))
    browser = page if who == "stranger" else logged_in(consultant if who == "consultant" else hostile.by_admin())
    asked: list[str] = []
    browser.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    opened = []
    for address in found:
        answer = gone_to(browser, address.url)
        if answer is not None and answer.status == 200:
            opened.append(address.name)
            assert browser.evaluate(HARMED) == [None, 0], address.name
    assert asked == []
    assert len(opened) > {"consultant": 30, "administrator": 15, "stranger": 8}[who]
