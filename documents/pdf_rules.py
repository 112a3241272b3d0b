"""What the HTML must have so that its PDF can be read by everybody; WeasyPrint is silent about these. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element  # the type only; nothing is parsed here

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
SVG = "{http://www.w3.org/2000/svg}svg"
SVG_TITLE = "{http://www.w3.org/2000/svg}title"


class PdfProblem(Exception):
    """The document breaks a rule of accessibility, or asks for a file that it may not have: a fault of ours, not of the reader."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def text_of(element: Element) -> str:
    """All text inside an element and the alternative texts of its images, on one line."""
    return " ".join(" ".join(["".join(element.itertext()), *(image.get("alt", "") for image in element.iter("img"))]).split())


def problems(root: Element) -> list[str]:
    """Every broken rule as a sentence; empty when the document is fit to be made."""
    return [*_frame(root), *_headings(root), *_tables(root), *_links(root), *_drawings(root)]


def _frame(root: Element) -> Iterator[str]:
    title = root.find("head/title")
    if title is None or not text_of(title):
        yield "no title"
    if not root.get("lang", "").strip():
        yield "no language"


def _headings(root: Element) -> Iterator[str]:
    above = 0
    for heading in (element for element in root.iter() if element.tag in HEADINGS):
        level = int(heading.tag[1])
        if not text_of(heading):
            yield f"empty h{level}"
        if level > above + 1:
            yield f"h{level} after {f'h{above}' if above else 'nothing'}: {text_of(heading)}"
        if level == 1 and above:
            yield f"a second h1: {text_of(heading)}"
        above = level
    if not above:
        yield "no heading"


def _tables(root: Element) -> Iterator[str]:
    """Headers in thead are of columns, all others of rows: the post-pass reads their scope off the place."""
    for table in root.iter("table"):
        headers = list(table.iter("th"))
        of_columns = [header for head in table.iter("thead") for header in head.iter("th")]
        if not headers:
            yield "a table without th"
        for header in headers:
            scope = "col" if header in of_columns else "row"
            if header.get("scope") != scope:
                yield f'th without scope="{scope}": {text_of(header)}'
            if not text_of(header):
                yield "empty th"


def _links(root: Element) -> Iterator[str]:
    for link in root.iter("a"):
        if link.get("href") and not text_of(link):
            yield f"a link without text: {link.get('href')}"
    for link in (*root.iter("a"), *root.iter("link")):
        if "attachment" in link.get("rel", "").lower().split():
            yield "an attachment"


def _drawings(root: Element) -> Iterator[str]:
    for drawing in root.iter(SVG):
        title = drawing.find(SVG_TITLE)
        if title is None or not text_of(title):
            yield "svg without title"
