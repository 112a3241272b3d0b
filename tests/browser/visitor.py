"""What a person does on the pages, in words. Finds everything by role and label, as a person with a screen reader would."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

COPY = """async ([text, html]) => {
  const kinds = {"text/plain": new Blob([text], {type: "text/plain"})};
  if (html) kinds["text/html"] = new Blob([html], {type: "text/html"});
  await navigator.clipboard.write([new ClipboardItem(kinds)]);
}"""


# What the front page is called, for somebody on a team, in a municipality, and for everybody else.
HOME = re.compile(r"^(Min uge|Opgaver|Overblik)$")


class Visitor:
    """A person at a browser. The methods stop on the page that the person then sees."""

    def __init__(self, page: Page) -> None:
        self.page = page

    # Ways

    def enter_demo(self, name: str) -> None:
        """Choose a demo person on the page for it, from the front door."""
        self.page.goto("/")
        self.page.get_by_role("link", name="Vælg demo-person").first.click()
        self.press_button(re.compile(rf"^{name}"))
        self.sees_heading(HOME)

    def press_button(self, name: str | re.Pattern[str]) -> None:
        self.main.get_by_role("button", name=name).first.click()

    def follow(self, name: str | re.Pattern[str]) -> None:
        self.main.get_by_role("link", name=name).first.click()

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_label(re.compile(rf"^{re.escape(label)}")).select_option(label=option)

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_role("textbox", name=re.compile(rf"^{re.escape(label)}")).fill(text)

    def copy(self, text: str, markup: str = "") -> None:
        """Put something on the clipboard, as Word or a web page does when one copies there."""
        self.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page.evaluate(COPY, [text, markup])

    def download(self, name: str | re.Pattern[str]) -> bytes:
        """What a link gives to take home."""
        with self.page.expect_download() as coming:
            self.follow(name)
        return Path(coming.value.path()).read_bytes()

    # What is seen

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def sees_heading(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", level=1, name=text)).to_be_visible()

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.main).to_contain_text(text)

    def sees_message(self, text: str | re.Pattern[str]) -> None:
        expect(self.main.get_by_role("status").filter(has_text=text)).to_be_visible()

    def row(self, text: str | re.Pattern[str]) -> Locator:
        return self.main.get_by_role("row").filter(has_text=text)

    def table(self) -> list[list[str]]:
        """The cells of all tables as they are read: the plan as the page shows it."""
        rows = self.main.get_by_role("row").all()
        return [[" ".join(cell.split()) for cell in row.locator("th, td").all_inner_texts()] for row in rows]

    # Journeys

    def open_engagement(self, *, municipality: str, programme: str, starts_on: str, lead: str) -> None:
        """Create an engagement with the programme's own template: form, preview, create."""
        self.page.get_by_role("link", name="Opret forløb").first.click()
        self.sees_heading("Opret forløb")
        self.choose("Kommune", municipality)
        self.choose("Program", programme)
        self.fill("Startdato", starts_on)
        self.choose("Projektleder", lead)
        self.press_button("Vis tidsplanen")
        self.sees_heading("Foreslået tidsplan")
        self.press_button("Opret forløbet")

    def ask_to_move(self, subject: re.Pattern[str], new_date: str) -> None:
        """From the page with the plan: ask what happens when one milestone gets another date."""
        self.row(subject).get_by_role("link", name=re.compile("^Flyt")).click()
        self.sees_heading("Flyt milepæl")
        self.fill("Ny dato", new_date)
        self.press_button("Vis konsekvenser")


def as_table(text: str) -> str:
    """A timetable of tab-separated lines as Word and browsers put it on the clipboard: a table; a broken cell goes on after <br>."""
    rows: list[list[str]] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("\t")]
        if line.startswith("\t") and rows:
            rows[-1][-1] += f"<br>{html.escape(cells[-1])}"
        elif "\t" in line:
            rows.append([_marked(cell) for cell in cells])
    lines = "".join(f"<tr>{''.join(f'<td><p>{cell}</p></td>' for cell in row)}</tr>" for row in rows)
    return f"<html><body><!--StartFragment--><table>{lines}</table><!--EndFragment--></body></html>"


def _marked(cell: str) -> str:
    return html.escape(cell).replace("&lt;b&gt;", "<b>").replace("&lt;/b&gt;", "</b>")


def cells(table: Sequence[Sequence[str]], subject: str) -> list[str]:
    """The row of a table in which a cell begins with `subject`."""
    found = [row for row in table if any(cell.startswith(subject) for cell in row)]
    assert len(found) == 1, (subject, found)
    return list(found[0])
