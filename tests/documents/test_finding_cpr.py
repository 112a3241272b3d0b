"""CPR numbers are found wherever in a file they stand; where is told, the number never."""

from __future__ import annotations

import io

import pikepdf
import pytest
from openpyxl import Workbook
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, PngImagePlugin

from documents import sandbox
from tests.documents import hostile_pdfs as hostile
from tests.documents.checks import NUMBER, TODAY, check
from tests.documents.packages import S, W, body, package, paragraph, relation, sheet

FILLED = f"CPR-nummer {NUMBER}"


def pdf_with(place: str) -> bytes:
    """A PDF whose only number stands there, on the second page where a page has it."""
    pdf = hostile.document(hostile.TEXT, f"{hostile.TEXT} {FILLED}" if place == "text" else hostile.TEXT)
    second = pdf.pages[1].obj
    if place in {"annotation", "author of an annotation", "address of a link"}:
        said = {"annotation": "/Contents", "author of an annotation": "/T"}.get(place)
        lying = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=hostile.BOX)
        if said:
            lying[said] = String(FILLED)
        else:
            lying["/A"] = Dictionary(S=Name.URI, URI=String(f"https://kommune.example/borger?cpr={NUMBER}"))
        second["/Annots"] = Array([pdf.make_indirect(lying)])
    elif place == "field":
        second["/Annots"] = Array([pdf.make_indirect(Dictionary(Subtype=Name.Widget, Rect=hostile.BOX, FT=Name.Tx, V=String(FILLED)))])
    elif place == "hidden field":
        pdf.Root["/AcroForm"] = Dictionary(Fields=Array([pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("a"), V=String(FILLED)))]))
    elif place == "form's XML":
        pdf.Root["/AcroForm"] = Dictionary(Fields=Array([]), XFA=pdf.make_stream(f"<cpr>{FILLED}</cpr>".encode()))
    elif place == "title":
        pdf.docinfo["/Title"] = FILLED
    elif place == "metadata":
        pdf.Root["/Metadata"] = pdf.make_stream(f"<x:xmpmeta>{FILLED}</x:xmpmeta>".encode(), Type=Name.Metadata, Subtype=Name.XML)
    elif place == "bookmark":
        hostile.outline(pdf)
        pdf.Root.Outlines.First["/Title"] = String(FILLED)
    elif place == "attachment":
        pdf.Root["/Names"] = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("a"), hostile.file_of(pdf, f"{FILLED}.pdf")])))
    return hostile.written(pdf)


PDF_PLACES = {
    "text": (2, "text"),
    "annotation": (2, "annotation"),
    "author of an annotation": (2, "annotation"),
    "address of a link": (2, "annotation"),
    "field": (2, "form"),
    "hidden field": (None, "form"),
    "form's XML": (None, "form"),
    "title": (None, "metadata"),
    "metadata": (None, "metadata"),
    "bookmark": (None, "bookmark"),
    "attachment": (None, "attachment"),
}


@pytest.mark.parametrize("place", PDF_PLACES)
def test_every_place_of_a_pdf_is_searched(place):
    content = pdf_with(place)
    page, where = PDF_PLACES[place]
    outcome = check(content)
    assert outcome.refused == ""
    assert outcome.places() == {(page, where, "high")}


def test_what_is_left_out_of_the_new_document_takes_its_number_along():
    for place in ("title", "metadata", "attachment", "hidden field", "form's XML", "address of a link"):
        assert NUMBER.encode() not in uncompressed(check(pdf_with(place)).cleaned), place


def uncompressed(content: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return hostile.written(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.all)


def test_the_number_itself_is_told_nowhere():
    with sandbox.check([pdf_with("text")], name="a.pdf", types=["pdf"], today=TODAY) as results:
        assert NUMBER not in repr(results.checked) and NUMBER.replace("-", "") not in repr(results.checked)


@pytest.mark.parametrize("name", [f"{NUMBER} journal.pdf", f"journal_{NUMBER}.pdf", f"CPR {NUMBER.replace('-', '')}.pdf"])
def test_the_name_of_the_file_is_searched(name):
    assert (None, "file_name", "high") in check(hostile.plain(), name).places()


def test_numbers_are_counted_by_page_and_place():
    found = check(hostile.plain(f"{FILLED} og {FILLED}", "Intet her, men tekst nok", FILLED)).checked.found
    assert sorted((one.page, one.place, one.count) for one in found) == [(1, "text", 2), (3, "text", 1)]


# Word and Excel

SPLIT = paragraph("Borger CPR ", NUMBER[:3], NUMBER[3:8], NUMBER[8:])
DOCX = {
    "body": ({"word/document.xml": body(SPLIT)}, "text"),
    "table": ({"word/document.xml": body(f"<w:tbl><w:tr><w:tc>{SPLIT}</w:tc></w:tr></w:tbl>")}, "text"),
    "text box": ({"word/document.xml": body(f"<w:p><w:r><w:pict><w:txbxContent>{SPLIT}</w:txbxContent></w:pict></w:r></w:p>")}, "text"),
    "no-break hyphen": ({"word/document.xml": body(f"<w:p><w:r><w:t>{NUMBER[:6]}</w:t><w:noBreakHyphen/><w:t>{NUMBER[7:]}</w:t></w:r></w:p>")}, "text"),
    "deleted text": ({"word/document.xml": body(f"<w:p><w:del><w:r><w:delText>CPR {NUMBER[:5]}</w:delText></w:r><w:r><w:delText>{NUMBER[5:]}</w:delText></w:r></w:del></w:p>")}, "deleted"),
    "header": ({"word/header1.xml": f"<w:hdr {W}>{SPLIT}</w:hdr>"}, "header"),
    "footer": ({"word/footer2.xml": f"<w:ftr {W}>{SPLIT}</w:ftr>"}, "header"),
    "comment": ({"word/comments.xml": f"<w:comments {W}><w:comment>{SPLIT}</w:comment></w:comments>"}, "annotation"),
    "author of a comment": ({"word/comments.xml": f'<w:comments {W}><w:comment w:author="{FILLED}"/></w:comments>'}, "annotation"),
    "footnote": ({"word/footnotes.xml": f"<w:footnotes {W}><w:footnote>{SPLIT}</w:footnote></w:footnotes>"}, "text"),
    "core properties": ({"docProps/core.xml": f"<a><creator>{FILLED}</creator></a>"}, "metadata"),
    "custom properties": ({"docProps/custom.xml": f"<a><property><lpwstr>{FILLED}</lpwstr></property></a>"}, "metadata"),
    "description of a picture": ({"word/document.xml": body(f'<w:p><w:r><w:docPr descr="{FILLED}"/></w:r></w:p>')}, "metadata"),
    "address of a link": ({"word/_rels/document.xml.rels": relation("hyperlink", f"https://e.dk/?cpr={NUMBER}")}, "metadata"),
    "field": ({"word/document.xml": body(f"<w:p><w:r><w:instrText>TITLE {FILLED}</w:instrText></w:r></w:p>")}, "text"),
}  # fmt: skip


@pytest.mark.parametrize("place", DOCX)
def test_every_place_of_a_word_file_is_searched(place):
    parts, where = DOCX[place]
    main = parts.get("word/document.xml", "")
    others = {name: part for name, part in parts.items() if name != "word/document.xml"}
    outcome = check(package(parts=others, main=main), "a.docx")
    assert outcome.refused == ""
    assert outcome.places() == {(None, where, "high")}


XLSX = {
    "shared texts": ({"xl/sharedStrings.xml": f"<sst {S}><si><r><t>CPR {NUMBER[:4]}</t></r><r><t>{NUMBER[4:]}</t></r></si></sst>"}, "text"),
    "cell": ({"xl/worksheets/sheet1.xml": sheet(f'<c t="inlineStr"><is><t>{FILLED}</t></is></c>')}, "text"),
    "number without its zero": ({"xl/worksheets/sheet1.xml": sheet('<c t="inlineStr"><is><t>CPR</t></is></c>', "<c><v>101701234</v></c>")}, "text"),
    "comment": ({"xl/comments1.xml": f"<comments {S}><comment><text><t>{FILLED}</t></text></comment></comments>"}, "annotation"),
    "head of a print": ({"xl/worksheets/sheet1.xml": sheet().replace("</worksheet>", f"<headerFooter><oddHeader>{FILLED}</oddHeader></headerFooter></worksheet>")}, "text"),
    "formula": ({"xl/worksheets/sheet1.xml": sheet(f'<c><f>"{FILLED}"</f><v>1</v></c>')}, "text"),
    "name of a sheet": ({"docProps/app.xml": f"<a><lpstr>{FILLED}</lpstr></a>"}, "metadata"),
    "properties": ({"docProps/core.xml": f"<a><title>{FILLED}</title></a>"}, "metadata"),
}  # fmt: skip


@pytest.mark.parametrize("place", XLSX)
def test_every_place_of_an_excel_file_is_searched(place):
    parts, where = XLSX[place]
    outcome = check(package("xlsx", parts), "a.xlsx")
    assert outcome.refused == ""
    assert outcome.places() == {(None, where, "high")}


def test_a_real_workbook_is_read_row_by_row():
    book, out = Workbook(), io.BytesIO()
    book.active.append(["Navn", "CPR", "Ydelse"])
    book.active.append(["Anna", 101701234, "Merudgifter"])
    book.save(out)
    outcome = check(out.getvalue(), "a.xlsx")
    assert outcome.refused == ""
    assert {(page, place) for page, place, _ in outcome.places()} == {(None, "text")}
    assert "Anna\t0101701234\tMerudgifter" in outcome.texts[0].splitlines()


# Pictures, and pages that are pictures


def test_what_a_picture_says_about_itself_is_searched():
    out, said, exif = io.BytesIO(), PngImagePlugin.PngInfo(), Image.Exif()
    said.add_text("Comment", FILLED)
    exif[0x010E] = FILLED
    Image.new("L", (9, 9)).save(out, "PNG", pnginfo=said)
    assert check(out.getvalue(), "a.png").places() == {(None, "metadata", "high")}
    Image.new("L", (9, 9)).save(out := io.BytesIO(), "JPEG", exif=exif)
    outcome = check(out.getvalue(), "a.jpg")
    assert outcome.places() == {(None, "metadata", "high")}
    assert NUMBER.encode() not in outcome.cleaned


def test_pages_without_text_are_told_by_their_numbers():
    pdf = hostile.document(hostile.TEXT, "", "12", "Side 3 af 40, skannet den 3. marts", hostile.TEXT)
    scan = pdf.make_stream(b"\0" * 100, Type=Name.XObject, Subtype=Name.Image, Width=1700, Height=2200, ColorSpace=Name.DeviceGray)
    scan["/BitsPerComponent"], scan["/Filter"] = 8, Name.DCTDecode
    pdf.pages[3].obj.Resources = Dictionary(Font=pdf.pages[0].obj.Resources.Font, XObject=Dictionary(Im0=scan))
    assert check(hostile.written(pdf)).checked.pages_without_text == (2, 3, 4)
