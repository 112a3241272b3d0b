"""PDFs are made anew from what is allowed of them: whatever starts something is gone, what people read is still there."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from documents import sandbox
from tests.documents import hostile_pdfs as hostile
from tests.documents.checks import check

# Some do not count as active: they are left out without a word.
SILENT = {"hidden in what is drawn", "image from outside", "hidden behind a look", "script in metadata", "web capture", "address of a file"}


@pytest.mark.parametrize("kind", hostile.KINDS)
def test_nothing_active_is_left_of_it_and_that_is_said(kind):
    original = hostile.active(kind)
    assert hostile.active_parts(original), "the test has something to find"
    outcome = check(original)
    assert outcome.refused == ""
    assert hostile.active_parts(outcome.cleaned) == set()
    assert hostile.MARK.encode() not in outcome.cleaned
    assert hostile.TEXT in outcome.texts[0]
    assert (kind in SILENT) != bool(set(outcome.checked.notes) & {"active_removed", "attachments_removed"})


def test_everything_at_once_is_removed_too():
    pdf = hostile.document()
    for kind in sorted(hostile.KINDS):
        hostile.KINDS[kind](pdf)
    outcome = check(hostile.written(pdf))
    assert (outcome.refused, hostile.active_parts(outcome.cleaned)) == ("", set())


def rich_document() -> bytes:
    """Two pages with a bookmark, links, a comment, a filled-in field and a mark that is drawn."""
    pdf = hostile.document(hostile.TEXT, "Side to handler om bopæl")
    second = pdf.pages[1].obj
    look = pdf.make_stream(b"1 0 0 rg 0 0 20 20 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 20, 20]))
    written = pdf.make_stream(b"/Tx BMC BT /F1 12 Tf 2 4 Td (Udfyldt svar) Tj ET EMC", Type=Name.XObject, Subtype=Name.Form)
    written["/BBox"], written["/Resources"] = Array([0, 0, 150, 30]), Dictionary(Font=pdf.pages[0].obj.Resources.Font)
    lying = [
        Dictionary(Subtype=Name.Link, Rect=hostile.BOX, A=Dictionary(S=Name.GoTo, D=String("bopæl"))),
        Dictionary(Subtype=Name.Link, Rect=hostile.BOX, A=Dictionary(S=Name.URI, URI=String("https://www.retsinformation.dk"))),
        Dictionary(Subtype=Name.Text, Rect=hostile.BOX, Contents=String("Husk partshøring"), T=String("Mette")),
        Dictionary(Subtype=Name.Stamp, Rect=hostile.BOX, AP=Dictionary(N=look)),
        Dictionary(Subtype=Name.Widget, Rect=hostile.BOX, FT=Name.Tx, T=String("Felt"), V=String("Udfyldt svar"), AP=Dictionary(N=written)),
    ]
    pdf.pages[0].obj["/Annots"] = Array([pdf.make_indirect(one) for one in lying])
    names = Dictionary(Names=Array([String("bopæl"), Array([second, Name.XYZ, 0, 700, 0])]))
    pdf.Root["/Names"] = Dictionary(Dests=names)
    pdf.Root["/AcroForm"] = Dictionary(Fields=Array([pdf.pages[0].obj["/Annots"][4]]))
    hostile.outline(pdf, Dest=String("bopæl"))
    return hostile.written(pdf)


def test_what_people_read_and_follow_is_kept():
    outcome = check(rich_document())
    assert outcome.refused == ""
    with Pdf.open(io.BytesIO(outcome.cleaned)) as pdf:
        first, second = (page.obj for page in pdf.pages)
        kinds = {str(one.Subtype): one for one in first.Annots}
        assert kinds.keys() == {"/Link", "/Text", "/Stamp"}
        assert (kinds["/Link"].Dest[0].objgen, str(kinds["/Link"].Dest[1])) == (second.objgen, "/XYZ")
        assert (str(kinds["/Text"].Contents), str(kinds["/Text"].T)) == ("Husk partshøring", "Mette")
        assert b"re f" in kinds["/Stamp"].AP.N.read_bytes()
        with pdf.open_outline() as outline:
            (item,) = outline.root
        assert (item.title, item.destination[0].objgen) == ("Kapitel", second.objgen)
        assert pdf.Root.keys() == {"/Type", "/Pages", "/Outlines"}
        assert pdf.trailer.keys() <= {"/Root", "/Size", "/ID"}
    assert "Udfyldt svar" in outcome.texts[0], "a field is drawn on its page"
    assert "Husk partshøring" in outcome.texts[0], "a comment can be found by a search"
    assert "Side to handler om bopæl" in outcome.texts[1]


def test_the_new_document_looks_like_the_old_one():
    original = hostile.plain(hostile.TEXT, "Mere tekst på den næste side")
    before = sandbox.render([original], file_type="pdf", first=1, last=2)
    after = sandbox.render([check(original).cleaned], file_type="pdf", first=1, last=2)
    assert before == after
    assert len(before) == 2


def test_a_document_that_was_scanned_keeps_its_pictures():
    pdf = hostile.document("")
    shades = bytes(range(256)) * 16
    image = pdf.make_stream(shades, Type=Name.XObject, Subtype=Name.Image, Width=64, Height=64, ColorSpace=Name.DeviceGray)
    image["/BitsPerComponent"] = 8
    pdf.pages[0].obj.Resources["/XObject"] = Dictionary(Im0=image)
    pdf.pages[0].obj["/Contents"] = pdf.make_stream(b"500 0 0 500 0 0 cm /Im0 Do")
    outcome = check(hostile.written(pdf))
    with Pdf.open(io.BytesIO(outcome.cleaned)) as cleaned:
        assert pikepdf.PdfImage(cleaned.pages[0].obj.Resources.XObject.Im0).read_bytes() == shades
    assert outcome.checked.pages_without_text == (1,)


@pytest.mark.parametrize(
    "odd", ["a page that is its own parent", "a tree of pages that goes round", "boxes that are no boxes", "content that is no stream"]
)
def test_odd_documents_do_not_stop_the_check(odd):
    pdf = hostile.document()
    page = pdf.pages[0].obj
    if odd == "a page that is its own parent":
        page["/Parent"] = page
        del page["/MediaBox"]
    elif odd == "a tree of pages that goes round":
        pdf.Root.Pages.Kids.append(pdf.Root.Pages)
    elif odd == "boxes that are no boxes":
        page["/MediaBox"], page["/Rotate"], page["/CropBox"] = Array([1, Array([2])]), Dictionary(A=1), String("x")
    else:
        page["/Contents"], page["/Resources"] = String("q Q"), Array([1])
    outcome = check(hostile.written(pdf))
    assert outcome.refused in {"", "damaged"}
