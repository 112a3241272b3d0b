"""A PDF made anew from what is allowed of it: pages with what they draw, comments, links and bookmarks inside the document, no more."""

from __future__ import annotations

import contextlib
from typing import Any, BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from documents.child import pdf_keys
from documents.child.pdf_drawing import Stripper
from documents.child.pdf_marks import Marks
from documents.child.pdf_places import Bookmark, Places, write_bookmarks

MOST_STEPS_UP = 64  # from a page to the root of the tree of pages


def pages_of(pdf: pikepdf.Pdf) -> list[Dictionary]:
    """The pages in their order, each with what it inherits written on it."""
    pages = [page.obj for page in pdf.pages]
    for page in pages:
        for key in pdf_keys.INHERITED - set(page.keys()):
            value = _inherited(page, key)
            if value is not None:
                page[key] = value
    return pages


def lying_on(page: Dictionary) -> list[Dictionary]:
    """What lies on a page: comments, links, fields."""
    found = page.get("/Annots")
    return [one for one in found if isinstance(one, Dictionary)] if isinstance(found, Array) else []


def clean(pdf: pikepdf.Pdf, pages: list[Dictionary], items: list[Bookmark], *, unpacked: int) -> None:
    """Strip the document in place. Fields of forms are drawn on their page first, so that what was filled in can be read."""
    places = Places(pdf, pages)
    kept = [[one for one in lying_on(page) if one.get("/Subtype") != "/Widget"] for page in pages]
    _draw_fields(pdf, pages)
    stripper = Stripper(unpacked=unpacked)
    marks = Marks(pdf, places, stripper)
    made = [marks.of(found) for found in kept]
    for page, lying in zip(pages, made):
        _strip_page(page, stripper)
        if lying:
            page["/Annots"] = Array(lying)
    _strip_document(pdf, pages)
    write_bookmarks(pdf, items, places)


def save(pdf: pikepdf.Pdf, to: BinaryIO) -> None:
    """Write only what can be reached from the root; without encryption."""
    pdf.save(to, stream_decode_level=pikepdf.StreamDecodeLevel.none, encryption=False, fix_metadata_version=False, preserve_pdfa=False)


def _inherited(page: Dictionary, key: str) -> Any:
    node = page
    for _ in range(MOST_STEPS_UP):
        if key in node:
            return node[key]
        above = node.get("/Parent")
        if not isinstance(above, Dictionary):
            return None
        node = above
    return None


def _draw_fields(pdf: pikepdf.Pdf, pages: list[Dictionary]) -> None:
    """Make fields of forms part of their page. A form that is broken is left out; its values were read already."""
    fields = [[one for one in lying_on(page) if one.get("/Subtype") == "/Widget"] for page in pages]
    for page, found in zip(pages, fields):
        if found:
            page["/Annots"] = Array(found)
        elif "/Annots" in page:
            del page["/Annots"]
    if not any(fields):
        return
    with contextlib.suppress(pikepdf.PdfError, RuntimeError, ValueError, TypeError):
        pdf.generate_appearance_streams()
    with contextlib.suppress(pikepdf.PdfError, RuntimeError, ValueError, TypeError):
        pdf.flatten_annotations("screen")


def _strip_page(page: Dictionary, stripper: Stripper) -> None:
    for key in set(page.keys()) - pdf_keys.PAGE:
        del page[key]
    for key in ("/Resources", "/Group"):
        if key in page and not isinstance(page[key], Dictionary):
            del page[key]
    stripper.resources(page.get("/Resources"))
    stripper.drawn(page.get("/Group"))
    content = page.get("/Contents")
    if isinstance(content, (Stream, Array)):
        stripper.drawn(content)
    elif content is not None:
        del page["/Contents"]
    _plain_box(page)


def _plain_box(page: Dictionary) -> None:
    """Sizes are four numbers and turns are a number; A4 when a page says nothing that can be understood."""
    for key in ("/MediaBox", "/CropBox"):
        if key in page and not _is_box(page[key]):
            del page[key]
    for key in ("/Rotate", "/UserUnit"):
        if key in page and isinstance(page[key], (Array, Dictionary, Stream)):
            del page[key]
    if "/MediaBox" not in page:
        page["/MediaBox"] = Array([0, 0, 595, 842])


def _is_box(value: Any) -> bool:
    return isinstance(value, Array) and len(value) == 4 and not any(isinstance(one, (Array, Dictionary, Stream)) for one in value)


def _strip_document(pdf: pikepdf.Pdf, pages: list[Dictionary]) -> None:
    """A root with a flat tree of pages, and nothing beside it."""
    tree = pdf.make_indirect(Dictionary(Type=Name.Pages, Kids=Array(pages), Count=len(pages)))
    for page in pages:
        page["/Type"], page["/Parent"] = Name.Page, tree
    for key in list(pdf.Root.keys()):
        del pdf.Root[key]
    pdf.Root["/Type"], pdf.Root["/Pages"] = Name.Catalog, tree
    for key in set(pdf.trailer.keys()) - {"/Root", "/Size"}:
        with contextlib.suppress(pikepdf.PdfError, KeyError, ValueError):
            del pdf.trailer[key]
