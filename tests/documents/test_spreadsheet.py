"""documents.spreadsheet: workbooks that a person can sort and filter, and that run nothing."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from documents import spreadsheet


def make(rows: list[list[spreadsheet.Cell]], headings: tuple[str, ...] = ("ID", "Milepæl", "Start")) -> bytes:
    return spreadsheet.workbook(title="Tidsplan: Hedensted", sheet="Tidsplan", headings=headings, rows=rows, author="Ane")


def sheet_of(content: bytes):
    return load_workbook(io.BytesIO(content)).active


def test_a_date_is_a_date_in_danish_and_a_number_a_number():
    sheet = sheet_of(make([[7, "Læringsseminar", date(2016, 4, 28)]]))
    assert sheet["C2"].is_date
    assert sheet["C2"].value.date() == date(2016, 4, 28)
    assert sheet["C2"].number_format == "dd.mm.yyyy"
    assert sheet["A2"].value == 7
    assert [cell.value for cell in sheet[1]] == ["ID", "Milepæl", "Start"]


def test_the_header_stands_still_in_bold_with_a_filter():
    sheet = sheet_of(make([[1, "A", None], [2, "B", None]]))
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C3"
    assert all(cell.font.bold for cell in sheet[1])
    assert not sheet["A2"].font.bold
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.sheet_properties.pageSetUpPr.fitToPage) == (
        "landscape",
        9,
        True,
    )


def test_columns_are_as_wide_as_their_text_within_reason():
    sheet = sheet_of(make([[1, "x" * 500, date(2016, 4, 28)], [None, "", None]]))
    widths = {letter: column.width for letter, column in sheet.column_dimensions.items()}
    assert widths == {"A": 9, "B": 60, "C": 11}
    assert sheet["B2"].alignment.wrap_text


def test_a_workbook_without_rows_still_has_its_header():
    sheet = sheet_of(make([]))
    assert sheet.dimensions == "A1:C1"


def test_the_properties_say_what_it_is_and_who_made_it():
    book = load_workbook(io.BytesIO(make([])))
    assert (book.properties.title, book.properties.creator, book.properties.language) == ("Tidsplan: Hedensted", "Ane", "da-DK")
    assert book.sheetnames == ["Tidsplan"]


def test_a_sheet_name_that_excel_refuses_is_mended():
    content = spreadsheet.workbook(title="A", sheet="Plan [2016/17]: Hedensted Kommune og flere", headings=["A"], rows=[], author="A")
    assert load_workbook(io.BytesIO(content)).sheetnames == ["Plan  2016 17   Hedensted Kommu"]


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://example.dk","her")',
        "+45 12 34 56 78",
        "-1+1",
        "@SUM(A1)",
        "\tA",
        "\rA",
        "\n=A1",
        "  =A1",
        "\u00a0=A1",
        "＝A1",
        "\x00=A1",
        "=",
    ],
)
def test_a_text_that_looks_like_a_formula_is_only_a_text(text):
    content = make([[1, text, None]])
    cell = sheet_of(content)["B2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")
    assert cell.value[1:].replace("\r", "") == spreadsheet.safe_text(text)[1:].replace("\r", "").replace("\n", "\n")
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", ["Læringsseminar", "a = b", "19.02.2016", "5-6 sager", "", "'citat'"])
def test_an_ordinary_text_stays_as_it_is(text):
    assert spreadsheet.safe_text(text) == text
    assert sheet_of(make([[1, text, None]]))["B2"].value == (text or None)


def test_an_error_code_is_only_a_text():
    cell = sheet_of(make([[1, "#REF!", None]]))["B2"]
    assert (cell.value, cell.data_type) == ("#REF!", "s")


def test_characters_that_no_workbook_can_hold_are_left_out():
    assert sheet_of(make([[1, "a\x0bb\ud800c\ufffe", None]]))["B2"].value == "abc"


def test_a_text_is_cut_where_excel_would_repair_the_file():
    assert len(spreadsheet.safe_text("x" * 40_000)) == 32_767
    assert len(spreadsheet.safe_text("=" * 40_000)) == 32_767


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_any_text_can_be_written_and_read_and_is_no_formula(text):
    cell = sheet_of(make([[1, text, None]]))["B2"]
    assert cell.data_type in ("s", "n", "inlineStr")
    assert not str(cell.value or "").lstrip().startswith(spreadsheet.FORMULA_STARTS)
