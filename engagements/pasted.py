"""Raw table rows out of what people paste: HTML from Word, Excel and the web, tab-separated cells, plain text. Pure.

What the cells mean is decided in `timetable`.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import islice

MAX_BYTES = 1024 * 1024
MAX_ROWS = 2_000
MAX_COLUMNS = 50
MAX_SPAN = 50

Row = list[str]


class Unreadable(Exception):
    """The input cannot be read as a timetable; the message is the Danish sentence that the user shall read."""


def decode(data: bytes) -> str:
    """The text of a file: UTF-8 (with or without a byte order mark) or CP1252."""
    if len(data) > MAX_BYTES:
        raise Unreadable("Filen er større end 1 MB. En tidsplan fylder langt mindre.")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return text
    raise Unreadable("Filen er ikke tekst. Gem tidsplanen som tekst (UTF-8), eller kopiér tabellen og sæt den ind.")


_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def cells(text: str) -> list[Row]:
    """The rows of the pasted text, cell by cell; a row broken over several lines is put together again."""
    if len(text) > MAX_BYTES:
        raise Unreadable("Teksten er længere end 1 MB. En tidsplan fylder langt mindre.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    rows = list(islice(_html_rows(text) if _HTML.search(text) else _text_rows(text), MAX_ROWS + 1))
    if len(rows) > MAX_ROWS:
        raise Unreadable(f"Teksten har mere end {MAX_ROWS} linjer. Så mange kan ikke læses på én gang.")
    return _joined([[_tidy(cell) for cell in row[:MAX_COLUMNS]] for row in rows])


_HTML = re.compile(r"<t(?:able|r)[\s>]", re.IGNORECASE)


def _tidy(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFC", cell).split())


# HTML --------------------------------------------------------------------------------------------------------------------


class _Tables:
    """Collects the rows of all tables while tags and text pass by, in one walk; `take` hands out those that are complete.

    Not a tree: cells whose end is not written are legal HTML, and a tree of them nests deeper with each. The row around an
    inner table is layout and is given up.
    """

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.row: Row | None = None
        self.cell: list[str] | None = None
        self.spans = (1, 1)  # columns and rows of the open cell
        self.hanging: dict[int, tuple[int, str]] = {}  # column: (rows left, text) of a cell that reaches down
        self.skipping = ""

    def text(self, text: str) -> None:
        if self.cell is not None and not self.skipping:
            self.cell.append(html.unescape(text))

    def tag(self, name: str, attributes: str) -> None:
        if self.skipping:
            self.skipping = "" if name == f"/{self.skipping}" else self.skipping
        elif name in ("style", "script"):
            self.skipping = name
        elif name in ("td", "th"):
            self.open_cell(attributes)
        elif name in ("/td", "/th"):
            self.close_cell()
        elif name == "tr":
            self.close_row()
            self.row = []
        elif name in ("/tr", "/table"):
            self.close_row()
        elif name == "table":
            self.row = self.cell = None
            self.hanging.clear()
        elif name in LINE_BREAKS:
            self.text("\n")

    def open_cell(self, attributes: str) -> None:
        self.close_cell()
        self.row = [] if self.row is None else self.row
        self.hang_down(self.row)
        spans = {name.lower(): min(max(int(number), 1), MAX_SPAN) for name, number in _SPANS.findall(attributes)}
        self.cell, self.spans = [], (spans.get("colspan", 1), spans.get("rowspan", 1))

    def close_cell(self) -> None:
        if self.cell is None or self.row is None:
            return
        text, (width, height) = "".join(self.cell), self.spans
        if height > 1:
            self.hanging[len(self.row)] = (height - 1, text)
        self.row += [text] + [""] * (width - 1)
        self.cell = None

    def close_row(self) -> None:
        self.close_cell()
        if self.row is not None:
            self.hang_down(self.row)
            self.rows.append(self.row)
        self.row = None

    def take(self) -> Iterator[Row]:
        """The rows that are complete, each once, without the empty ones."""
        complete, self.rows = self.rows, []
        return (row for row in complete if any(cell.strip() for cell in row))

    def hang_down(self, row: Row) -> None:
        """Puts in the cells that reach down from rows above."""
        while len(row) in self.hanging:
            left, text = self.hanging.pop(len(row))
            if left > 1:
                self.hanging[len(row)] = (left - 1, text)
            row.append(text)


def _html_rows(text: str) -> Iterator[Row]:
    tables = _Tables()
    pieces = _TAG.split(_without_comments(text))
    tables.text(pieces[0])
    for name, attributes, following in zip(pieces[1::3], pieces[2::3], pieces[3::3]):
        tables.tag(name.lower(), attributes)
        tables.text(following)
        yield from tables.take()
    tables.close_row()
    yield from tables.take()


def _without_comments(text: str) -> str:
    """Word puts its style sheets in comments. Split, not searched: unclosed comments must not make it slow."""
    first, *rest = text.split("<!--")
    return first + "".join(part.partition("-->")[2] for part in rest)


LINE_BREAKS = {"br", "br/", "p", "/p", "div", "/div", "li", "/li"}
_TAG = re.compile(r"<(/?[A-Za-z][A-Za-z0-9:]{0,30}/?)([^<>]*)>")
_SPANS = re.compile(r"\b(colspan|rowspan)\s?=\s?[\"']?(\d{1,3})\b", re.IGNORECASE)


# Text --------------------------------------------------------------------------------------------------------------------


def _text_rows(text: str) -> Iterator[Row]:
    text = html.unescape(_INLINE_TAG.sub("", text)) if "<" in text or "&" in text else text
    if "\t" in text:
        text = _QUOTED_CELL.sub(lambda cell: cell[1].replace('""', '"').replace("\n", " "), text)
    split = _splitter(text)
    rows = (split(line) for line in text.split("\n"))
    return (row for row in rows if any(cell.strip() for cell in row))


_INLINE_TAG = re.compile(r"</?(?:b|i|p|u|em|strong|span|font|div|h[1-6])(?:\s[^<>]*)?>|<br\s?/?>", re.IGNORECASE)
# Excel puts cells with line breaks in quotes and doubles the quotes inside.
_QUOTED_CELL = re.compile(r'(?:(?<=\t)|(?<=\n)|\A)"((?:[^"\t]|""){0,2000})"(?=\t|\n|\Z)')
_RULE = re.compile(r"[\s|:+=-]+")


def _splitter(text: str) -> Callable[[str], Row]:
    """How the columns of this text are told apart: one way for the whole text."""
    if "\t" in text:
        return lambda line: line.split("\t")
    if "|" in text:
        return lambda line: [] if _RULE.fullmatch(line) else line.strip().removeprefix("|").removesuffix("|").split("|")
    return lambda line: re.split(r" {2,}|\xa0{2,}", line.strip())


def _joined(rows: list[Row]) -> list[Row]:
    """A row whose last cell ends with a dash goes on in the next line that has no first cell of its own."""
    joined: list[Row] = []
    for row in rows:
        before = next((cell for cell in reversed(joined[-1]) if cell), "") if joined else ""
        continues = len(row) == 1 or not row[0]
        if continues and len(joined[-1] if joined else []) > 1 and _HANGING.search(before):
            at = max(index for index, cell in enumerate(joined[-1]) if cell)
            joined[-1][at] = _tidy(" ".join([before, *row]))
        else:
            joined.append(row)
    return joined


_HANGING = re.compile(r"(?:[-–—]|\stil)$")
