"""Tables to Excel workbooks (.xlsx), for every app: `workbook`."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from copy import copy
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Cell = str | int | float | date | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DATE_FORMAT = "dd.mm.yyyy"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
A4 = 9  # as Excel numbers paper sizes
LONGEST_CELL = 32_767  # characters; Excel repairs a file that has more
NARROWEST, WIDEST = 8, 60  # characters
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")


def workbook(*, title: str, sheet: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], author: str) -> bytes:
    """One sheet as a person would set it up: header frozen and bold, filter on, dates as dates, columns as wide as their text.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    # openpyxl costs 0.4 s to import: only a process that makes a workbook pays.
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook()
    properties = book.properties
    properties.title, properties.creator, properties.language = safe_text(title), safe_text(author), "da-DK"
    page: Any = book.active
    page.title = _NOT_IN_SHEET_NAMES.sub(" ", sheet)[:31]
    for number, values in enumerate([headings, *rows], 1):
        for column, value in enumerate(values, 1):
            _fill(page.cell(number, column), value)
    _set_up(page, len(headings))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def safe_text(text: str) -> str:
    """The text without characters that a workbook cannot hold, and never a formula."""
    text = _UNPRINTABLE.sub("", text)
    is_formula = text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS)
    return f"'{text}"[:LONGEST_CELL] if is_formula else text[:LONGEST_CELL]


def _fill(cell: Any, value: Cell) -> None:
    if isinstance(value, str):
        cell.value = safe_text(value) or None
        cell.data_type = "s" if cell.value else "n"  # never a formula or an error, whatever it looks like
        return
    cell.value = value
    if isinstance(value, date) and not isinstance(value, datetime):
        cell.number_format = DATE_FORMAT


def _set_up(page: Worksheet, columns: int) -> None:
    """Header, filter, widths, and how the sheet prints."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side  # noqa: PLC0415 - as in workbook
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - as in workbook
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415 - as in workbook

    cells: Iterable[Any] = (cell for row in page.iter_rows() for cell in row)
    wrapped: dict[bytes, Any] = {}  # a style → the same with wrapped text; to look its number up for each cell costs half of all time
    for cell in cells:
        plain = cell._style.tobytes() if cell.has_style else b""
        if plain not in wrapped:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            wrapped[plain] = cell._style
        cell._style = copy(wrapped[plain])
    for cell in page[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8F2F4")
        cell.border = Border(bottom=Side("medium", color="0B5563"))
    for number, cells in enumerate(page.iter_cols(max_col=columns), 1):
        page.column_dimensions[get_column_letter(number)].width = _width([cell.value for cell in cells])
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions
    page.print_title_rows = "1:1"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _width(values: Sequence[Any]) -> float:
    """Room for the longest line of a column, and for the filter's button beside its heading; within reason."""
    heading, *below = [len(DATE_FORMAT) if isinstance(value, date) else len(str(value or "")) for value in values]
    return min(max(NARROWEST, heading + 3, *below) + 1, WIDEST)
