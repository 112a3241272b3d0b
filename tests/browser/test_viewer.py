"""The viewer of documents in a browser: by keyboard, without JavaScript, three hundred pages, on a phone, on paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Response, expect

from accounts.models import AccessLog, User
from accounts.states import Role
from cases.models import CaseDocument
from tests import factories, paper
from tests.browser.conftest import PHONE
from tests.browser.sights import Sight
from tests.browser.test_accessibility import look, on_a_laptop, on_a_phone

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 300
PAGE = "Side {0}. Kommunen har modtaget ansøgningen og oplyst sagen. " * 12
DRAWN = "() => { const one = document.querySelector('.viewer-picture'); return one.complete && one.naturalWidth > 100 }"


@pytest.fixture
def file(site: str, catalogue: None) -> CaseDocument:
    """A file of three hundred pages in Sag 07; the word klage stands on pages 120 and 300."""
    coordinator = factories.person(Role.COORDINATOR, name="Hanne Koordinator")
    engagement = factories.engagement(factories.person(Role.CONSULTANT), plan=False)
    made = factories.case_document(factories.round(engagement).cases.get(number=7), coordinator, name="Journal for forløbet.pdf")
    texts = [PAGE.format(number) + ("En klage." if number in (120, 300) else "") for number in range(1, MANY + 1)]
    paper.readable(made.document, texts)
    return CaseDocument.objects.select_related("case__round", "round", "document").get(pk=made.pk)


@pytest.fixture
def hanne(file: CaseDocument) -> User:
    return User.objects.get(full_name="Hanne Koordinator")


def url(file: CaseDocument) -> str:
    return reverse("case-file", args=[file.round.engagement_id, file.round.kind, 7, file.document_id])


def at_page(page: Page, number: int) -> None:
    """The page stands there, in the field and as a picture that has arrived."""
    expect(page.get_by_role("img", name=f"Side {number} af {MANY}", exact=True)).to_be_visible()
    expect(page.get_by_label("Side", exact=True)).to_have_value(str(number))
    page.wait_for_function(DRAWN)


def pictures(page: Page) -> list[str]:
    """The pictures of pages that the browser asks for from now on."""
    asked: list[str] = []

    def note(response: Response) -> None:
        if "/billede/" in response.url:
            asked.append(response.url.rstrip("/").rsplit("/", 1)[1])

    page.on("response", note)
    return asked


def test_paging_by_keyboard(logged_in: Callable[..., Page], hanne: User, file: CaseDocument) -> None:
    page = logged_in(hanne)
    asked = pictures(page)
    page.goto(url(file))
    at_page(page, 1)
    for key, number in (("PageDown", 2), ("ArrowRight", 3), ("ArrowLeft", 2), ("PageUp", 1)):
        page.keyboard.press(key)
        at_page(page, number)
        expect(page.locator("#announcements")).to_have_text(f"Side {number} af {MANY}")
    page.keyboard.press("PageUp")  # there is none before the first
    at_page(page, 1)
    page.keyboard.press("ArrowRight")
    at_page(page, 2)
    assert page.url.endswith("?side=2")
    page.go_back()
    at_page(page, 1)
    assert set(asked) == {"1", "2", "3"}  # of three hundred
    assert AccessLog.objects.filter(by=hanne).count() == 1


def test_keys_are_for_the_field_that_one_writes_in(logged_in: Callable[..., Page], hanne: User, file: CaseDocument) -> None:
    page = logged_in(hanne)
    page.goto(f"{url(file)}?side=7")
    at_page(page, 7)
    page.get_by_label("Side", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("PageDown")
    page.keyboard.press("Control+A")
    page.keyboard.type("299")
    page.keyboard.press("Enter")
    at_page(page, 299)
    words = page.get_by_label("Søg i dokumentet", exact=True)
    words.focus()
    page.keyboard.type("en KLAGE")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    at_page(page, 300)
    assert "klage" not in page.url.lower()
    expect(page.get_by_role("heading", name="2 steder på 2 sider")).to_be_visible()
    page.get_by_role("link", name="Side 120", exact=True).focus()
    page.keyboard.press("Enter")
    at_page(page, 120)
    page.locator("summary", has_text="Tekst på side 120").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".viewer-words mark")).to_have_text("En klage")
    page.keyboard.press("PageDown")
    at_page(page, 121)
    expect(page.get_by_role("heading", name="2 steder på 2 sider")).to_be_visible()  # the search is kept


def test_without_javascript(logged_in: Callable[..., Page], hanne: User, file: CaseDocument) -> None:
    page = logged_in(hanne, java_script_enabled=False)
    page.goto(url(file))
    image = page.get_by_role("img", name=f"Side 1 af {MANY}", exact=True)
    expect(image).to_be_visible()
    assert page.request.get(str(image.get_attribute("src"))).headers["content-type"] == "image/png"
    page.get_by_role("link", name="Næste side").click()
    expect(page.get_by_role("img", name=f"Side 2 af {MANY}", exact=True)).to_be_visible()
    page.get_by_label("Side", exact=True).fill("119")
    page.get_by_role("button", name="Gå til").click()
    expect(page.get_by_role("img", name=f"Side 119 af {MANY}", exact=True)).to_be_visible()
    page.get_by_label("Søg i dokumentet", exact=True).fill("klage")
    page.get_by_role("button", name="Søg", exact=True).click()
    expect(page.get_by_role("img", name=f"Side 120 af {MANY}", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Side 300", exact=True)).to_be_visible()
    page.get_by_role("link", name="Ryd søgningen").click()
    expect(page.get_by_role("img", name=f"Side 120 af {MANY}", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Side 300", exact=True)).to_have_count(0)


@pytest.mark.parametrize("is_searched", [False, True])
def test_for_everybody_on_a_laptop_and_on_a_phone(
    logged_in: Callable[..., Page], hanne: User, file: CaseDocument, is_searched: bool
) -> None:
    page = logged_in(hanne)
    page.goto(f"{url(file)}?side=120")
    if is_searched:
        page.get_by_label("Søg i dokumentet", exact=True).fill("klage")
        page.get_by_role("button", name="Søg", exact=True).click()
        page.locator("summary", has_text="Tekst på side 120").click()
    at_page(page, 120)
    sight = Sight("viewer", "hanne", "case-file", lambda world: "")
    assert [*on_a_laptop(page, look(page, "structure"), sight), *on_a_phone(page)] == []


def test_on_paper_there_is_the_page_and_nothing_to_press(logged_in: Callable[..., Page], hanne: User, file: CaseDocument) -> None:
    page = logged_in(hanne, viewport=PHONE)
    page.goto(f"{url(file)}?side=2")
    at_page(page, 2)
    page.emulate_media(media="print")
    expect(page.get_by_role("img", name=f"Side 2 af {MANY}", exact=True)).to_be_visible()
    for name in ("Næste side", "Hent filen"):
        expect(page.get_by_role("link", name=name)).to_be_hidden()
    expect(page.get_by_label("Søg i dokumentet", exact=True)).to_be_hidden()
    expect(page.locator("summary", has_text="Tekst på side 2")).to_be_hidden()
