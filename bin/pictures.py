"""bin/screenshots after its set-up: walks through the demo with Chromium and keeps a small picture of each page that docs/ shows."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable

from household import CHECKOUT
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from progress import say

ADDRESS = "http://localhost:8000"
WIDTH, HEIGHT = 1366, 768
MARGIN = 24  # below the last element
LARGEST = 150_000  # bytes
FOLDER = CHECKOUT / "docs" / "images"
TIMETABLE = CHECKOUT / "taskforce" / "demo" / "hedensted_2016.txt"


def keep(page: Page, name: str, *, until: str = "") -> None:
    """Keep what is on the page as a PNG of few colours: the first screen, or all down to the end of the element `until`."""
    page.evaluate("document.activeElement?.blur()")
    box = page.locator(until).last.bounding_box() if until else None
    height = round(box["y"] + box["height"]) + MARGIN if box else HEIGHT
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": height})))
    for colours in (256, 128, 64, 32):
        small = io.BytesIO()
        picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        if small.tell() <= LARGEST:
            break
    (FOLDER / f"{name}.png").write_bytes(small.getvalue())
    say(f"{name}.png, {small.tell() // 1000} kB")


def play(page: Page, person: str) -> None:
    """Log in as a demo person."""
    page.goto("/demo/")
    page.locator(".person-card", has_text=person).click()


def engagement(page: Page, programme: str, municipality: str) -> None:
    """Go to an engagement by way of the list."""
    page.goto("/forloeb/")
    page.locator("tbody tr", has_text=municipality).filter(has_text=programme).get_by_role("link", name=municipality).click()


def consultant(page: Page) -> None:
    """What a consultant sees and does, up to the last click: nothing but the draft of a pasted timetable is stored."""
    page.goto("/demo/")
    keep(page, "demo", until="main")
    play(page, "Katrine Solbjerg")
    keep(page, "overblik", until="main")
    page.goto("/forloeb/")
    keep(page, "liste", until="tbody tr:nth-child(6)")
    page.goto("/forloeb/opret/")
    for label, text in (("Kommune", "Skive Kommune"), ("Program", "Taskforcen på handicapområdet – voksne")):
        page.get_by_label(label, exact=True).select_option(label=text)
    page.get_by_label("Startdato").fill("2. juni 2027")
    page.get_by_role("button", name="Vis tidsplanen").click()
    keep(page, "foreslaaet", until="tbody tr:nth-child(6)")
    engagement(page, "Handicap – børn", "Hedensted")
    keep(page, "forloeb", until="figure.timeline")
    page.get_by_role("link", name="Redigér tidsplan").click()
    keep(page, "rediger", until="tbody tr:nth-child(6)")
    page.get_by_role("link", name="Flyt Interviews i kommunen").click()
    page.get_by_label("Ny dato").fill("24.-26. december")
    page.get_by_role("button", name="Vis").click()
    keep(page, "konsekvenser", until="tbody tr:nth-child(5)")
    engagement(page, "Handicap – børn", "Hedensted")
    page.get_by_role("link", name="Indlæs tidsplan").click()
    page.get_by_label("Tidsplanen").fill(TIMETABLE.read_text(encoding="utf-8"))
    page.get_by_role("button", name="Læs tidsplanen").click()
    keep(page, "indlaes", until="#row-3")


def coordinator(page: Page) -> None:
    """What a municipality sees."""
    play(page, "Hanne Birkelund")
    keep(page, "kommune", until="main")


def main(address: str) -> int:
    """bin/screenshots."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    walks: tuple[Callable[[Page], None], ...] = (consultant, coordinator)
    with sync_playwright() as playwright:
        # Chromium refuses its sandbox to root; it meets no page but ours.
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM") or "chromium", args=["--no-sandbox"])
        for walk in walks:
            context = browser.new_context(base_url=address, viewport={"width": WIDTH, "height": HEIGHT}, locale="da-DK")
            walk(context.new_page())
            context.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ADDRESS))
