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
    """All text inside an element, its images' alternative texts included, on one line."""
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: Element) -> Iterator[str]:
    if isinstance(element.tag, str):  # a comment's is a function
        yield element.get("alt", "") if element.tag == "img" else element.text or ""
        for child in element:
            yield from _pieces(child)
            yield child.tail or ""


def problems(root: Element) -> list[str]:
    """Every broken rule, without the document's own words, for it ends in a log; empty when the document is fit to be made."""
    return [*_frame(root), *_headings(root), *_tables(root), *_links(root), *_drawings(root)]


def _frame(root: Element) -> Iterator[str]:
    title = root.find("head/title")
    if title is None or not text_of(title):
        yield "no title"
    if not root.get("lang", "").strip():
        yield "no language"


def _headings(root: Element) -> Iterator[str]:
    above = 0
    for number, heading in enumerate((element for element in root.iter() if element.tag in HEADINGS), 1):
        level = int(heading.tag[1])
        if not text_of(heading):
            yield f"heading {number}: empty"
        if level > above + 1:
            yield f"heading {number}: h{level} after {f'h{above}' if above else 'nothing'}"
        if level == 1 and above:
            yield f"heading {number}: a second h1"
        above = level
    if not above:
        yield "no heading"


def _tables(root: Element) -> Iterator[str]:
    """Headers in thead are of columns, all others of rows: the post-pass reads their scope off the place."""
    for number, table in enumerate(root.iter("table"), 1):
        headers = list(table.iter("th"))
        of_columns = {header for head in table.iter("thead") for header in head.iter("th")}
        if not headers:
            yield f"table {number}: no th"
        for header in headers:
            scope = "col" if header in of_columns else "row"
            if header.get("scope") != scope:
                yield f'table {number}: th without scope="{scope}"'
            if not text_of(header):
                yield f"table {number}: empty th"


def _links(root: Element) -> Iterator[str]:
    for number, link in enumerate(root.iter("a"), 1):
        if link.get("href") and not text_of(link):
            yield f"link {number}: no text"
    if any("attachment" in link.get("rel", "").lower().split() for tag in ("a", "link") for link in root.iter(tag)):
        yield "an attachment"


def _drawings(root: Element) -> Iterator[str]:
    for number, drawing in enumerate(root.iter(SVG), 1):
        title = drawing.find(SVG_TITLE)
        if title is None or not text_of(title):
            yield f"svg {number}: no title"
