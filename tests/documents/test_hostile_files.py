"""What comes in is what it says it is, and small enough; everything else is refused with a reason that says what to do."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pikepdf
import pytest
from PIL import Image

from documents import reasons
from documents.limits import Limits
from tests.documents import hostile_pdfs as hostile
from tests.documents.checks import check
from tests.documents.packages import TYPES, body, package, paragraph, parts_of, relation, sheet, with_link_outside, zipped

CASE = ("pdf", "jpeg", "png")
PDF = hostile.plain()


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, kind, **options)
    return out.getvalue()


PNG, JPEG = picture(), picture("JPEG")
TAKEN = {
    "pdf": PDF,
    "png": PNG,
    "jpg": JPEG,
    "jpeg": JPEG,
    "docx": package(),
    "xlsx": package("xlsx", {"xl/worksheets/sheet1.xml": sheet()}),
}


@pytest.mark.parametrize("last", TAKEN)
def test_each_type_that_is_taken_comes_in_as_what_it_is(last):
    outcome = check(TAKEN[last], f"akt.{last.upper()}")
    assert (outcome.refused, outcome.checked.file_type) == ("", "jpeg" if last == "jpg" else last)
    assert outcome.cleaned


@pytest.mark.parametrize(("content", "last"), [("docx", "docx"), ("xlsx", "xlsx")])
def test_a_case_takes_only_what_is_read_page_by_page(content, last):
    assert check(TAKEN[content], f"akt.{last}", types=CASE).refused == "type_not_taken"


REFUSED = {
    "nothing in it": (b"", "akt.pdf", "empty"),
    "a renamed program": (b"MZ\x90\0" + b"\0" * 100, "akt.pdf", "executable"),
    "a program of Linux": (b"\x7fELF" + b"\0" * 100, "akt.png", "executable"),
    "a script": (b"#!/bin/sh\nrm -rf /\n", "akt.pdf", "executable"),
    "a program with a PDF in it": (b"MZ" + PDF, "akt.pdf", "executable"),
    "a drawing": (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "akt.png", "markup"),
    "a drawing in UTF-16": ("<svg onload='alert(1)'/>".encode("utf-16"), "akt.png", "markup"),
    "a web page": (b"\n<!DOCTYPE html><html><script>alert(1)</script></html>", "akt.pdf", "markup"),
    "a web page before a PDF": (b"<html><script>alert(1)</script></html>" + PDF, "akt.pdf", "mixed"),
    "a PDF after something": (b"GIF89a" + PDF, "akt.pdf", "mixed"),
    "a PDF with a zip behind it": (PDF + zipped({"a.exe": "MZ"}), "akt.pdf", "mixed"),
    "a PDF with a page behind it": (PDF + b"<html><script>alert(1)</script></html>", "akt.pdf", "trailing_data"),
    "a picture with a zip behind it": (PNG + zipped({"a.exe": "MZ"}), "akt.png", "mixed"),
    "a picture with a PDF in its head": (JPEG[:2] + b"\xff\xfe\0\x40" + PDF[:62] + JPEG[2:], "akt.jpg", "mixed"),
    "a picture called a PDF": (PNG, "akt.pdf", "wrong_extension"),
    "a PDF called a picture": (PDF, "akt.png", "wrong_extension"),
    "a PDF called nothing": (PDF, "akt", "wrong_extension"),
    "a PDF with two endings": (PDF, "akt.pdf.exe", "wrong_extension"),
    "a Word file called Excel": (TAKEN["docx"], "akt.xlsx", "wrong_extension"),
    "an old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "akt.docx", "old_office"),
    "a locked Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "akt.docx", "encrypted"),
    "an archive": (zipped({"a.txt": "hej"}), "akt.docx", "archive"),
    "another archive": (b"7z\xbc\xaf\x27\x1c" + b"\0" * 50, "akt.pdf", "archive"),
    "plain text": (b"Referat af modet", "akt.pdf", "type_not_taken"),
    "a GIF": (picture("GIF"), "akt.png", "type_not_taken"),
    "a PDF without its end": (PDF[: len(PDF) // 2], "akt.pdf", "truncated"),
    "a PDF in name alone": (b"%PDF-1.7\nnothing\n%%EOF\n", "akt.pdf", "damaged"),
    "a PDF without pages": (hostile.many_pages(0), "akt.pdf", "no_pages"),
    "a picture without its end": (PNG[:200], "akt.png", "damaged"),
    "a photograph without its end": (JPEG[: len(JPEG) // 2], "akt.jpg", "damaged"),
    "a name with a macro's ending": (TAKEN["docx"], "akt.docm", "macros"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_something_else_is_refused(kind):
    content, name, code = REFUSED[kind]
    assert check(content, name).refused == code
    assert reasons.REASONS[code].weight is reasons.Weight.REFUSES
    assert reasons.way_out(code)


@pytest.mark.parametrize("locked", [{"user": "hemmelig", "owner": "x"}, {"user": "æøå", "owner": "y"}])
def test_a_locked_pdf_is_refused_with_what_to_do(locked):
    content = hostile.written(hostile.document(), encryption=pikepdf.Encryption(**locked))
    assert check(content).refused == "encrypted"
    assert "Fjern adgangskoden" in reasons.way_out("encrypted")


def test_a_pdf_that_only_forbids_printing_is_read_and_unlocked():
    outcome = check(hostile.written(hostile.document(), encryption=pikepdf.Encryption(owner="x", allow=pikepdf.Permissions(extract=False))))
    assert outcome.refused == ""
    with pikepdf.open(io.BytesIO(outcome.cleaned)) as cleaned:
        assert not cleaned.is_encrypted


def test_envelopes_and_forms_of_one_program_are_refused():
    envelope, form = hostile.document(), hostile.document("Please wait…")
    envelope.Root["/Collection"] = pikepdf.Dictionary()
    form.Root["/AcroForm"], form.Root["/NeedsRendering"] = pikepdf.Dictionary(XFA=form.make_stream(b"<xdp/>")), True
    assert [check(hostile.written(one)).refused for one in (envelope, form)] == ["portfolio", "dynamic_form"]


# Too much


def test_pages_pixels_and_bytes_have_a_limit():
    limits = Limits(pages=3, pixels=1000, size=100_000)
    assert check(hostile.many_pages(4), limits=limits).refused == "too_many_pages"
    assert check(hostile.many_pages(3), limits=limits).refused == ""
    assert check(picture(size=(40, 26)), "a.png", limits=limits).refused == "too_many_pixels"
    assert check(picture(size=(40, 25)), "a.png", limits=limits).refused == ""
    assert check(PDF + b" " * 100_000, limits=limits).refused == "too_large"


def test_a_picture_bomb_is_refused_before_it_is_unpacked():
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n"
    for kind, content in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100_000)), (b"IEND", b"")):
        bomb += struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    assert check(bomb, "a.png").refused == "too_many_pixels"
    assert check(hostile.picture_bomb()).refused == "too_many_pixels"


def test_a_few_kilobytes_that_would_take_two_gigabytes_are_refused():
    bombs = hostile.content_bomb(), hostile.object_bomb()
    assert max(map(len, bombs)) < 10_000
    assert [check(bomb).refused for bomb in bombs] == ["too_much_unpacked", "damaged"]


ZIP_BOMBS = {
    "much from little": zipped({TYPES: b"x", "word/document.xml": b"\0" * 5_000_000}),
    "many parts": zipped({f"word/{number}.xml": b"" for number in range(2_001)}),
}


@pytest.mark.parametrize("kind", ZIP_BOMBS)
def test_a_zip_bomb_is_refused_by_its_directory(kind):
    assert check(ZIP_BOMBS[kind], "a.docx").refused == "too_much_unpacked"


def test_a_directory_that_lies_about_sizes_is_refused():
    honest = package(parts={"word/media/a.xml": b"\0" * 100_000})
    at = honest.rindex(b"word/media/a.xml") - 46
    lying = honest[: at + 24] + struct.pack("<I", 10) + honest[at + 28 :]
    assert check(lying, "a.docx").refused == "damaged"


def test_a_part_that_declares_types_of_its_own_is_refused():
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;">]>' + body(paragraph("&c;"))
    assert check(package(main=bomb), "a.docx").refused == "too_much_unpacked"


# Word and Excel


OFFICE = {
    "macros by their type": (package("docm"), "macros"),
    "macros by their part": (package(parts={"word/vbaProject.bin": b"x"}), "macros"),
    "old macros of Excel": (package("xlsx", {"xl/macrosheets/sheet1.xml": "<x/>"}), "macros"),
    "a file inside": (package(parts={"word/embeddings/Microsoft_Excel_Sheet.xlsx": b"x"}), "embedded"),
    "an object inside": (package(parts={"word/embeddings/oleObject1.bin": b"x"}), "embedded"),
    "a control": (package(parts={"word/activeX/activeX1.xml": "<x/>"}), "embedded"),
    "a program inside": (package(parts={"word/media/image1.exe": b"MZ"}), "embedded"),
    "a drawing inside": (package(parts={"word/media/image1.svg": "<svg/>"}), "embedded"),
    "an object by its relation": (package(parts={"word/_rels/document.xml.rels": relation("oleObject", "x", external=False)}), "embedded"),
    "a template elsewhere": (package(parts={"word/_rels/settings.xml.rels": relation("attachedTemplate", "https://e.dk/x.dotm")}), "external"),
    "a picture elsewhere": (package(parts={"word/_rels/document.xml.rels": relation("image", "http://e.dk/x.png")}), "external"),
    "a link to a file": (package(parts={"word/_rels/document.xml.rels": relation("hyperlink", "file:///c:/x")}), "external"),
    "another workbook": (package("xlsx", {"xl/externalLinks/externalLink1.xml": "<x/>"}), "external"),
    "a database": (package("xlsx", {"xl/connections.xml": "<x/>"}), "external"),
    "a field that fetches": (package(main=body("<w:p><w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\x</w:instrText></w:r></w:p>")), "external"),
    "a template": (package("dotx"), "type_not_taken"),
    "a way out": (package(parts={"word/../../x.xml": "<x/>"}), "mixed"),
    "an absolute way": (package(parts={"/etc/x.xml": "<x/>"}), "mixed"),
    "a way out of Windows": (package(parts={"word\\..\\x.xml": "<x/>"}), "mixed"),
    "a link": (with_link_outside(), "mixed"),
    "two parts of a name": (package(parts={"WORD/document.xml": "<x/>"}), "mixed"),
    "something before it": (b"PK\x03\x04" + b"MZ" * 50 + package(), "mixed"),
    "broken XML": (package(main="<w:document"), "damaged"),
    "another root": (package(main="<html/>"), "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("kind", OFFICE)
def test_office_files_that_hold_more_than_text_and_pictures_are_refused(kind):
    content, code = OFFICE[kind]
    last = "xlsx" if b"xl/workbook.xml" in content else "docx"
    assert check(content, f"a.{last}").refused == code


def test_a_link_that_people_click_on_is_no_reason_to_refuse():
    link = relation("hyperlink", "https://www.retsinformation.dk")
    assert check(package(parts={"word/_rels/document.xml.rels": link}), "a.docx").refused == ""


def test_a_locked_part_is_refused():
    content = bytearray(package())
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        at = content.find(start)
        content[at + (6 if start == b"PK\x03\x04" else 8)] |= 1
    assert check(bytes(content), "a.docx").refused == "encrypted"


def test_the_parts_may_be_listed_in_another_order_than_they_lie():
    content = package()
    entries = [
        b"PK\x01\x02" + entry for entry in content[content.index(b"PK\x01\x02") : content.rindex(b"PK\x05\x06")].split(b"PK\x01\x02")[1:]
    ]
    assert len(entries) == 2
    start, end = content.index(b"PK\x01\x02"), content.rindex(b"PK\x05\x06")
    turned = content[:start] + b"".join(reversed(entries)) + content[end:]
    assert check(turned, "a.docx").refused == ""


def test_an_office_file_is_written_anew_with_the_same_parts():
    parts = {"word/media/image1.png": PNG, "docProps/core.xml": "<x/>"}
    with zipfile.ZipFile(io.BytesIO(package(parts=parts))) as before:
        names = before.namelist()
    cleaned = check(package(parts=parts), "a.docx").cleaned
    assert sorted(parts_of(cleaned)) == sorted(names)
    assert parts_of(cleaned)["word/media/image1.png"] == PNG
    assert check(cleaned, "a.docx").cleaned == cleaned


# Pictures


def test_a_picture_is_written_anew_without_what_it_says_about_place_and_people():
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "Hanne på Vestergade", 6
    exif.get_ifd(0x8825)[1] = "N"
    photo = picture("JPEG", exif=exif, comment=b"hemmeligt")
    outcome = check(photo + b"<script>", "a.jpg")
    assert (outcome.refused, outcome.checked.pages, outcome.checked.pages_without_text) == ("", 1, (1,))
    with Image.open(io.BytesIO(outcome.cleaned)) as cleaned:
        assert (cleaned.size, dict(cleaned.getexif()), cleaned.info.get("comment")) == ((30, 40), {}, None)
    assert not any(word in outcome.cleaned for word in (b"Hanne", b"hemmeligt", b"<script>"))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_keeps_every_pixel(mode):
    image, out = Image.new(mode, (5, 4), 1 if mode in {"1", "L", "P", "I;16"} else None), io.BytesIO()
    image.save(out, "PNG", transparency=0) if mode == "P" else image.save(out, "PNG")
    with Image.open(io.BytesIO(check(out.getvalue(), "a.png").cleaned)) as cleaned, Image.open(out) as before:
        assert (cleaned.convert("RGBA").tobytes(), cleaned.size) == (before.convert("RGBA").tobytes(), (5, 4))


def test_a_picture_that_moves_is_refused():
    frames, out = [Image.new("L", (5, 5), shade) for shade in (0, 200)], io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    assert check(out.getvalue(), "a.png").refused == "type_not_taken"
