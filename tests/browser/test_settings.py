"""Beskeder, Mine indstillinger, Mit fravær and Min kalender in a real browser: with scripts, without, and with a keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import vobject
from playwright.sync_api import Page, expect

from accounts.actions.absence import DEPUTY
from accounts.models import Absence, MailChoice, Notice, OutboxMail, User
from tests.browser.test_keyboard import enter, tab_to
from tests.browser.visitor import Visitor
from tests.browser.world import World

STAND_IN = "Du er stedfortræder"


def choice(page: Page, label: str):
    return page.get_by_role("group", name=STAND_IN).get_by_role("radio", name=label, exact=True)


def test_settings_are_chosen_kept_and_shown_again(logged_in: Callable[..., Page], world: World) -> None:
    visitor = Visitor(logged_in(world.people["hanne"]))
    page = visitor.page
    page.goto("/konto/")
    visitor.follow("Vælg, hvornår du får mail")
    visitor.sees_heading("Mine indstillinger")
    expect(choice(page, "Mail straks")).to_be_checked()
    page.get_by_text("Ugentlig (mandag kl. 7)").last.click()
    visitor.press_button("Gem indstillinger")
    visitor.sees_message("Dine indstillinger er gemt.")
    expect(choice(page, "Ugentlig (mandag kl. 7)")).to_be_checked()
    assert list(MailChoice.objects.values_list("user__full_name", "kind", "delivery")) == [("Hanne Birkelund", DEPUTY, "weekly")]
    visitor.press_button("Send mig en testmail")
    visitor.sees_message("En testmail er på vej til hanne@demo.example.")
    assert OutboxMail.objects.filter(kind="accounts.test", to_email="hanne@demo.example").count() == 1


def test_settings_with_a_keyboard_alone(logged_in: Callable[..., Page], world: World) -> None:
    page = logged_in(world.people["hanne"])
    page.goto("/konto/indstillinger/")
    groups = page.locator("main fieldset").count()
    assert groups >= 2
    for _ in range(groups):
        tab_to(page, "Mail straks|Daglig samling|Ugentlig|Kun i systemet")
    page.keyboard.press("ArrowDown")  # the last group is that of the deputy
    expect(choice(page, "Daglig samling")).to_be_checked()
    tab_to(page, "Gem indstillinger")
    enter(page)
    assert MailChoice.objects.get().delivery == "daily"


def test_notices_are_read_one_by_one_and_all_at_once(logged_in: Callable[..., Page], world: World) -> None:
    visitor = Visitor(logged_in(world.people["katrine"]))
    page, katrine = visitor.page, world.people["katrine"]
    unread = Notice.objects.visible_to(katrine).unread()
    before = unread.count()
    assert before >= 1
    page.goto("/")
    page.get_by_role("navigation", name="Hovedmenu").get_by_role("link", name=f"Beskeder ({before})").click()
    row = page.get_by_role("listitem").filter(has_text="Du er stedfortræder for Mikkel Engholm")
    expect(row).to_contain_text("Ulæst")
    row.get_by_role("button", name=re.compile("^Markér som læst")).click()
    expect(row).not_to_contain_text("Ulæst")
    assert unread.count() == before - 1
    Notice.objects.filter(recipient=katrine).update(read_at=None)
    page.reload()
    page.get_by_role("button", name="Markér alle som læst").click()
    expect(page.get_by_text("Ulæst", exact=True)).to_have_count(0)
    assert unread.count() == 0


def test_an_absence_without_scripts(new_context: Callable[..., Page], demo: str) -> None:
    visitor = Visitor(new_context(java_script_enabled=False).new_page())
    visitor.enter_demo("Mikkel Engholm")
    visitor.page.goto("/konto/fravaer/")
    visitor.press_button(re.compile("^Fjern fraværet"))
    visitor.sees_message("Fraværet er fjernet.")
    visitor.press_button("Meld fravær")
    visitor.sees("Udfyld »Første dag«.")
    visitor.fill("Første dag", "02.01.2090")
    visitor.fill("Sidste dag", "06.01.2090")
    visitor.choose("Stedfortræder", "Katrine Solbjerg")
    visitor.press_button("Meld fravær")
    visitor.sees_message("Dit fravær er meldt, og Katrine Solbjerg har fået besked.")
    assert Absence.objects.get().user == User.objects.get(full_name="Mikkel Engholm")


def test_a_calendar_link_is_made_read_and_taken_out_of_use(logged_in: Callable[..., Page], world: World) -> None:
    visitor = Visitor(logged_in(world.people["lars"]))
    page = visitor.page
    page.goto("/konto/kalender/")
    visitor.press_button("Lav link")
    visitor.sees_message("Linket er klar.")
    address = page.get_by_label("Adresse til Alle mine forløb")
    expect(address).not_to_be_editable()
    path = "/kalender/" + address.input_value().rsplit("/", 1)[1]
    answer = page.request.get(path)
    assert answer.status == 200
    assert len(vobject.readOne(answer.text()).contents["vevent"]) > 10
    visitor.press_button(re.compile("^Spær linket"))
    visitor.sees_message("Linket er spærret.")
    assert page.request.get(path).status == 404
