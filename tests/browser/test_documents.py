"""The page of an engagement's documents in a real browser: real PDFs, a server that is killed in between, keyboard, no scripts, 320 px."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import User
from accounts.states import Role
from documents import checking, vault
from documents.models import Document, Upload
from engagements.models import Engagement, EngagementDocument
from tests import factories
from tests.browser.conftest import LAPTOP, PATIENCE, PHONE, give_session
from tests.browser.test_accessibility import AXE, violations
from tests.browser.test_keyboard import tab_to
from tests.browser.watch import Watch
from tests.documents.web import Web
from tests.servers import until

SLOW = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 3_000_000}


def pdf(megabytes: float = 0) -> bytes:
    """A page with a picture of so many megabytes of noise, which nothing makes smaller."""
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    text = b"BT /F1 12 Tf 40 800 Td (Referat af statusmoede om det faelles arbejde) Tj ET "
    page.Contents = made.make_stream(text)
    if megabytes:
        height = int(megabytes * 1e6 / 3000)
        picture = pikepdf.Stream(made, os.urandom(3000 * height), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
        picture.update({"/Width": 1000, "/Height": height, "/ColorSpace": pikepdf.Name.DeviceRGB, "/BitsPerComponent": 8})
        page.Resources.XObject = pikepdf.Dictionary(Im0=picture)
        page.Contents = made.make_stream(text + b"q 500 0 0 700 40 40 cm /Im0 Do Q")
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def check_all() -> None:
    """What the worker does."""
    while checking.check_next():
        pass


@pytest.fixture
def katrine(catalogue: None) -> User:
    return factories.person(Role.CONSULTANT, name="Katrine Konsulent")


@pytest.fixture
def engagement(katrine: User) -> Engagement:
    return factories.engagement(katrine)


@pytest.fixture
def web(settings: Any, tmp_path: Path, engagement: Engagement, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """A real web server; with DEBUG it serves static files from where they lie."""
    monkeypatch.setenv("DEBUG", "1")
    settings.PRIVATE_FILES_DIR = tmp_path / "files"
    server = Web(tmp_path / "web", settings.PRIVATE_FILES_DIR)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def open_page(chromium: Browser, web: Web, engagement: Engagement) -> Iterator[Callable[..., Page]]:
    """The page of the engagement's documents, for somebody who is logged in."""
    made = []

    def make(user: User, *, watch: Watch | None = None, **options: Any) -> Page:
        site = f"http://localhost:{web.port}"
        context = chromium.new_context(**{"base_url": site, "locale": "da-DK", "viewport": LAPTOP, **options})
        context.set_default_timeout(PATIENCE)
        made.append(context)
        if watch:
            watch.over(context)
        give_session(context, user, site)
        page = context.new_page()
        page.goto(f"{engagement.get_absolute_url()}dokumenter/")
        return page

    yield make
    for context in made:
        context.close()


def choose(page: Page, *files: tuple[str, bytes]) -> None:
    page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "application/pdf", "buffer": body} for name, body in files]
    )


def until_sent(page: Page, percent: int) -> None:
    until(lambda: page.locator(".upload-bar").first.evaluate("bar => bar.value") >= percent, f"{percent} % of the file")


def row(page: Page, name: str) -> Locator:
    return page.locator(".upload-row").filter(has_text=name)


def in_list(page: Page, name: str) -> Locator:
    return page.locator(".document-table tbody tr").filter(has_text=name)


def test_many_files_go_up_and_one_that_is_refused_stops_no_other(open_page: Callable[..., Page], katrine: User, watch: Watch) -> None:
    page = open_page(katrine)
    good = {f"Referat {number}.pdf": pdf(0.2 * number) for number in range(1, 6)}
    number = f"0102{9}3"  # an invented day; the rest is made below, so that no whole number stands here
    choose(page, *good.items(), ("Tom.pdf", b""), ("Program.exe", b"MZ"), (f"Sag {number}-{4321}.pdf", pdf()))
    expect(page.locator("[data-upload-count]")).to_have_text("5 af 8 filer er uploadet, 3 kom ikke med.")
    expect(row(page, "Tom.pdf")).to_contain_text("Filen er tom (0 bytes).")
    expect(row(page, "Program.exe")).to_contain_text("Filer af typen .exe kan ikke uploades her.")
    expect(row(page, "Sag ")).to_contain_text("Omdøb filen, og vælg den igen.")
    expect(page.locator(".document-table tbody tr")).to_have_count(5)
    expect(page.locator("#documents")).to_contain_text("Behandler 0 af 5")
    page.evaluate(AXE)
    assert violations(page) == []
    check_all()
    expect(page.locator("#documents")).not_to_contain_text("Behandler")  # the page asks by itself
    assert {one.name: b"".join(vault.chunks(one.original)) for one in Document.objects.all()} == good
    expect(in_list(page, "Referat 3.pdf")).to_contain_text("Klar")
    page.set_viewport_size(PHONE)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_server_is_killed_in_the_middle_and_the_file_goes_on_by_itself(open_page: Callable[..., Page], katrine: User, web: Web) -> None:
    page = open_page(katrine)
    page.context.new_cdp_session(page).send("Network.enable")
    line = page.context.new_cdp_session(page)
    line.send("Network.emulateNetworkConditions", SLOW)
    body = pdf(12)
    choose(page, ("Aftale.pdf", body))
    until_sent(page, 30)
    web.kill()
    assert (Document.objects.count(), Upload.objects.count()) == (0, 1)
    web.more = ["--bind", f"127.0.0.1:{web.port}"]
    web.start()
    line.send("Network.emulateNetworkConditions", SLOW | {"uploadThroughput": -1})
    expect(in_list(page, "Aftale.pdf")).to_be_visible()
    assert b"".join(vault.chunks(Document.objects.get().original)) == body
    assert EngagementDocument.objects.get().kind == "agreement"


def test_after_a_reload_the_page_says_what_is_unfinished_and_goes_on_with_the_same_file_only(
    open_page: Callable[..., Page], katrine: User
) -> None:
    page = open_page(katrine)
    line = page.context.new_cdp_session(page)
    line.send("Network.emulateNetworkConditions", SLOW)
    body = pdf(12)
    choose(page, ("Referat.pdf", body))
    until_sent(page, 40)
    page.on("dialog", lambda dialog: dialog.accept())  # the page asks before it is left
    page.reload()
    expect(row(page, "Referat.pdf")).to_contain_text("Vælg filen igen, så fortsætter den, hvor den slap.")
    line.send("Network.emulateNetworkConditions", SLOW | {"uploadThroughput": -1})
    other = bytes(reversed(body))
    begun = Upload.objects.get().pk
    choose(page, ("Referat.pdf", other))
    expect(in_list(page, "Referat.pdf")).to_have_count(1)
    assert Upload.objects.get().pk == begun  # same name, same size, other bytes: nothing is mixed
    choose(page, ("Referat.pdf", body))
    expect(in_list(page, "Referat.pdf")).to_have_count(2)
    assert b"".join(vault.chunks(Document.objects.get(pk=begun).original)) == body
    assert Upload.objects.count() == 0
    kept = page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert "Referat" not in kept and "upload" not in kept and page.evaluate("localStorage.length") == 0


def test_somebody_who_is_logged_off_meanwhile_is_told_and_goes_on_afterwards(open_page: Callable[..., Page], katrine: User) -> None:
    page = open_page(katrine)
    page.context.clear_cookies(name="sessionid")
    choose(page, ("Referat.pdf", pdf(0.1)))
    expect(row(page, "Referat.pdf")).to_contain_text("Log ind igen; uploaden fortsætter, hvor den slap.")
    expect(row(page, "Referat.pdf").get_by_role("link", name="Log ind")).to_be_visible()


def test_by_keyboard_alone(open_page: Callable[..., Page], katrine: User, watch: Watch) -> None:
    page = open_page(katrine, watch=watch)
    tab_to(page, "^Vælg filer")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files([{"name": "Referat.pdf", "mimeType": "application/pdf", "buffer": pdf(0.1)}])
    expect(in_list(page, "Referat.pdf")).to_be_visible()
    check_all()
    expect(in_list(page, "Referat.pdf")).to_contain_text("Klar")
    tab_to(page, "^Slet")
    page.keyboard.press("Enter")
    page.wait_for_url("**/slet/")
    tab_to(page, "^Slet dokumentet")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Dokumentet er slettet.")).to_be_visible()
    expect(page.locator(".empty-state")).to_be_visible()


def test_without_scripts_many_files_go_up_in_one_form(open_page: Callable[..., Page], katrine: User, watch: Watch, web: Web) -> None:
    page = open_page(katrine, watch=watch, java_script_enabled=False)
    good = {"Referat.pdf": pdf(2.5), "Aftale æøå.pdf": pdf(0.1)}
    choose(page, *good.items(), ("Program.exe", b"MZ"))
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("Referat.pdf og Aftale æøå.pdf er modtaget og bliver nu kontrolleret.")).to_be_visible()
    expect(page.get_by_text("Program.exe: Filer af typen .exe kan ikke uploades her.")).to_be_visible()
    assert {one.name: b"".join(vault.chunks(one.original)) for one in Document.objects.all()} == good
