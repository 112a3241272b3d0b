"""The way in with a real browser: enrolment, app, passkey, recovery codes, by keyboard and with paste, and out again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from accounts.states import Role
from tests import codes, factories
from tests.browser.test_keyboard import enter, tab_to
from tests.browser.visitor import HOME, Visitor
from tests.browser.world import PASSWORD

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def nynne(site: str, catalogue: None) -> User:
    """Somebody who has chosen a password, and nothing more yet."""
    return factories.person(Role.COORDINATOR, name="Nynne Ny", password=PASSWORD, second_factor=False)


@pytest.fixture
def new_visitor(new_context: Callable[..., BrowserContext]) -> Callable[[], Visitor]:
    """A browser that nobody has used."""
    return lambda: Visitor(new_context().new_page())


def paste(visitor: Visitor, label: str, text: str) -> None:
    """With the keyboard alone: go to the field and paste."""
    tab_to(visitor.page, label)
    visitor.copy(text)
    visitor.page.keyboard.press("Control+V")


def press(visitor: Visitor, name: str) -> None:
    tab_to(visitor.page, name)
    enter(visitor.page)


def give_password(visitor: Visitor, person: User) -> None:
    """The first step, with the keyboard alone and with paste."""
    visitor.sees_heading("Log ind")
    paste(visitor, "^E-mail", person.email)
    paste(visitor, "^Adgangskode", PASSWORD)
    press(visitor, "^Log ind$")


def give_code(visitor: Visitor, code: str) -> None:
    visitor.sees_heading("Bekræft, at det er dig")
    paste(visitor, r"^Kode\b", f"{code[:3]} {code[3:]}")
    press(visitor, "^Log ind$")


def is_refused(visitor: Visitor) -> None:
    visitor.sees("Koden passer ikke, eller den er brugt.")
    visitor.sees_heading("Bekræft, at det er dig")


def enrol(visitor: Visitor, person: User) -> tuple[str, list[str]]:
    """From the front door to the first page, with an app. Gives its secret and the recovery codes."""
    visitor.page.goto(reverse("engagements"))
    give_password(visitor, person)
    visitor.sees_heading("Vælg din totrinsbekræftelse")
    press(visitor, "^Brug en app$")
    secret = "".join(visitor.page.locator("#secret").inner_text().split())
    paste(visitor, "^Koden i appen", codes.code(secret))
    press(visitor, "^Tag appen i brug$")
    visitor.sees_heading("Gem dine gendannelseskoder")
    recovery = ["".join(text.split()) for text in visitor.main.get_by_role("listitem").all_inner_texts()]
    press(visitor, "^Jeg har gemt koderne$")
    visitor.sees_heading(re.compile("orløb"))
    return secret, recovery


def test_an_app_is_enrolled_and_each_code_opens_the_door_once(new_visitor: Callable[[], Visitor], nynne: User) -> None:
    """All of it with the keyboard alone and with paste."""
    secret, recovery = enrol(new_visitor(), nynne)
    assert [len(code) for code in recovery] == [8] * 10

    first, second = new_visitor(), new_visitor()
    for visitor in (first, second):
        visitor.page.goto("/")
        give_password(visitor, nynne)
    code = codes.code(secret, later=1)  # never the one that enrolled the app
    give_code(first, code)
    first.sees_heading(HOME)
    give_code(second, code)
    is_refused(second)

    give_code(second, recovery[3])
    second.sees_heading(HOME)
    third = new_visitor()
    third.page.goto("/")
    give_password(third, nynne)
    give_code(third, recovery[3])
    is_refused(third)


def test_a_passkey_opens_the_door_without_password_and_code(page: Page, nynne: User) -> None:
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    visitor = Visitor(page)
    page.goto("/")
    give_password(visitor, nynne)
    press(visitor, "^Brug en adgangsnøgle$")
    visitor.sees_heading("Tilføj en adgangsnøgle")
    visitor.fill("Navn", "Bærbar")
    press(visitor, "^Opret adgangsnøglen$")
    visitor.sees_message("Adgangsnøglen er tilføjet.")
    press(visitor, "^Jeg har gemt koderne$")
    visitor.sees_heading(HOME)

    page.get_by_role("button", name="Log af").first.click()
    visitor.sees_heading("Du er logget af")
    page.goto(reverse("account"))
    press(visitor, "^Log ind med adgangsnøgle")
    visitor.sees_heading("Min konto")
    visitor.sees(nynne.email)

    page.get_by_role("button", name="Log af").first.click()
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto(reverse("account_login"))
    visitor.press_button("Log ind med adgangsnøgle")
    expect(visitor.main.get_by_role("alert")).to_contain_text("Det blev ikke til noget. Prøv igen, eller brug en anden måde.")


def test_a_role_that_is_taken_away_ends_the_next_click(logged_in: Callable[..., Page], site: str, catalogue: None) -> None:
    hanne = factories.person(Role.COORDINATOR, name="Hanne Birkelund")
    here = Visitor(logged_in(hanne))
    here.page.goto("/")
    here.sees_heading(HOME)

    admin = Visitor(logged_in(factories.person(Role.ADMIN, name="Ane Møllegaard")))
    admin.page.goto(reverse("person", args=[hanne.pk]))
    admin.follow("Lad rollen ophøre")
    admin.main.get_by_text("Straks", exact=True).click()
    admin.press_button("Lad rollen ophøre")
    admin.sees_heading("Hanne Birkelund")

    here.page.get_by_role("link", name="Forløb", exact=True).click()
    here.sees_heading("Log ind")
    here.sees("Din adgang er ophørt.")
    here.page.goto("/")
    here.sees_heading("Log ind")


def test_the_app_is_enrolled_without_scripts(new_context: Callable[..., BrowserContext], nynne: User) -> None:
    visitor = Visitor(new_context(java_script_enabled=False).new_page())
    visitor.page.goto("/")
    visitor.fill("E-mail", nynne.email)
    visitor.page.get_by_label("Adgangskode", exact=True).fill(PASSWORD)
    expect(visitor.page.get_by_role("button", name="Log ind med adgangsnøgle")).to_be_hidden()
    visitor.press_button("Log ind")
    visitor.follow("Brug en app")
    expect(visitor.main.get_by_role("img", name="QR-kode til din app")).to_be_visible()
    secret: Any = visitor.page.locator("#secret").inner_text()
    visitor.fill("Koden i appen", codes.code("".join(secret.split())))
    visitor.press_button("Tag appen i brug")
    visitor.press_button("Jeg har gemt koderne")
    visitor.sees_heading(HOME)
