"""VISO chooses its cases in a browser: by keyboard with the counter that follows, and without scripts; a jurist locks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.states import Role
from cases.models import VisoPick, VisoSelection
from cases.states import SelectionState
from tests import factories
from tests.browser.conftest import give_session
from tests.cases import viso_world
from tests.cases.viso_world import Viso

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def round(site: str, catalogue: None) -> Viso:
    """Twelve cases of four outcomes, of which VISO chooses five."""
    return viso_world.build(factories.person(Role.CONSULTANT), cases=12, files=False)


def chosen() -> list[int]:
    return sorted(VisoPick.objects.values_list("case__number", flat=True))


def counted(page: Page) -> str:
    return " ".join(page.locator("[data-viso-count]").inner_text().split())


def test_the_counter_and_the_spread_follow_the_keyboard(new_context: Callable[..., BrowserContext], round: Viso, site: str) -> None:
    context = new_context()
    give_session(context, round.viso, site)
    page = context.new_page()
    page.goto(site + round.url())
    outcomes = page.locator("[data-spread=outcome] [data-spread-text]")
    for number, so_far in ((1, "1 udfald af 4"), (2, "2 udfald af 4"), (5, "2 udfald af 4"), (3, "3 udfald af 4"), (4, "4 udfald af 4")):
        page.get_by_role("checkbox", name=f"Sag {number:02}").focus()
        page.keyboard.press("Space")
        expect(outcomes).to_have_text(so_far)
    assert counted(page) == "5 af 5 valgt"
    page.keyboard.press("Space")
    expect(outcomes).to_have_text("3 udfald af 4")
    assert counted(page) == "4 af 5 valgt"
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Den eneste af sin slags")
    page.get_by_role("button", name="Gem forslag").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Forslaget er gemt.")).to_be_visible()
    assert chosen() == [1, 2, 3, 4, 5]
    assert VisoPick.objects.get(case__number=4).reason == "Den eneste af sin slags"


def test_it_is_proposed_and_locked_without_scripts(new_context: Callable[..., BrowserContext], round: Viso, site: str) -> None:
    pages = []
    for person in (round.viso, round.jurist):
        context = new_context(java_script_enabled=False)
        give_session(context, person, site)
        pages.append(context.new_page())
        pages[-1].goto(site + round.url())
    viso, jurist = pages
    viso.get_by_role("link", name="Foreslå spredning").click()
    expect(viso.get_by_text("Forslaget er ikke gemt.")).to_be_visible()
    assert counted(viso) == "5 af 5 valgt"
    viso.get_by_role("button", name="Gem forslag").click()
    expect(viso.get_by_text("Juristerne har fået besked")).to_be_visible()
    suggested = chosen()
    jurist.reload()
    jurist.get_by_role("checkbox", name=f"Sag {suggested[0]:02}").uncheck()
    jurist.get_by_role("button", name="Lås udvalg").click()
    expect(jurist.get_by_role("link", name="Vælg 5 sager. Du har valgt 4.")).to_be_visible()
    jurist.get_by_role("checkbox", name=f"Sag {suggested[0]:02}").check()
    jurist.get_by_role("button", name="Lås udvalg").click()
    expect(jurist.get_by_text("Udvalget er låst.")).to_be_visible()
    assert (chosen(), VisoSelection.objects.get().state) == (suggested, SelectionState.LOCKED)
    viso.reload()
    viso.get_by_role("link", name=f"Sag {suggested[0]:02}").click()
    expect(viso.get_by_role("heading", name="Akter")).to_be_visible()
