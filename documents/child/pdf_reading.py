"""What stands in a PDF beside the text of its pages, and what makes it refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Stream, String

from documents.child import pdf_keys, pdf_marks
from documents.child.pdf_places import Bookmark, flat, leaves
from documents.child.report import ANNOTATION, ATTACHMENT, BOOKMARK, FORM, METADATA, Refusal, Report

FIELD_SAYS = ("/T", "/TU", "/V", "/DV", "/RV")
MOST_FIELDS = 50_000
MOST_XML = 20 * 1024 * 1024  # bytes of metadata or of a form's XML that are read


def opened(path: Path) -> pikepdf.Pdf:
    """The document. Raises Refusal when it is locked or cannot be read."""
    try:
        return pikepdf.open(path, inherit_page_attributes=False)
    except pikepdf.PasswordError:
        raise Refusal("encrypted") from None
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError):
        raise Refusal("damaged") from None


def refuse_unshowable(pdf: pikepdf.Pdf) -> None:
    """Documents that are only an envelope, or only show themselves in one program."""
    if isinstance(pdf.Root.get("/Collection"), Dictionary):
        raise Refusal("portfolio")
    form = pdf.Root.get("/AcroForm")
    if bool(pdf.Root.get("/NeedsRendering")) and isinstance(form, Dictionary) and "/XFA" in form:
        raise Refusal("dynamic_form")


def search_document(pdf: pikepdf.Pdf, items: list[Bookmark], report: Report) -> None:
    """Everything that is said outside the pages."""
    for text in _properties(pdf):
        report.search(text, place=METADATA)
    for item in flat(items):
        report.search(item.title, place=BOOKMARK)
        if item.is_active:
            report.note("active_removed")
    for text in _form(pdf):
        report.search(text, place=FORM)
    for text in _attachments(pdf):
        report.search(text, place=ATTACHMENT)


def search_marks(marks: list[Dictionary], report: Report, *, page: int) -> str:
    """What is said in what lies on a page; returns it for the page's text."""
    parts = []
    for mark in marks:
        text, place = pdf_marks.said(mark), ANNOTATION
        if mark.get("/Subtype") == "/Widget":
            text, place = "\n".join(part for part in (text, *_field_says(mark)) if part), FORM
        report.search(text, place=place, page=page)
        parts.append(text)
        if pdf_marks.is_active(mark):
            report.note("active_removed")
        if mark.get("/Subtype") == "/FileAttachment":
            report.note("attachments_removed")
            for part in _file_says(mark.get("/FS")):
                report.search(part, place=ATTACHMENT, page=page)
    return "\n".join(part for part in parts if part)


def note_removed(pdf: pikepdf.Pdf, pages: list[Dictionary], report: Report) -> None:
    """Say that the document or a page would have started something by itself, or carried other files."""
    root, names, form = pdf.Root, pdf.Root.get("/Names"), pdf.Root.get("/AcroForm")
    opening, tree = root.get("/OpenAction"), root.get("/Pages")
    starts = isinstance(opening, Dictionary) and (opening.get("/S") != pdf_keys.GO_TO or "/Next" in opening)
    scripts = (isinstance(form, Dictionary) and "/XFA" in form) or (isinstance(names, Dictionary) and "/JavaScript" in names)
    if starts or scripts or any(isinstance(one, Dictionary) and "/AA" in one for one in (root, tree, *pages)):
        report.note("active_removed")
    if (isinstance(names, Dictionary) and "/EmbeddedFiles" in names) or any("/AF" in one for one in (root, *pages)):
        report.note("attachments_removed")


def _properties(pdf: pikepdf.Pdf) -> Iterator[str]:
    info = pdf.trailer.get("/Info")
    if isinstance(info, Dictionary):
        yield from (str(value) for value in info.values() if isinstance(value, String))
    yield from _xml(pdf.Root.get("/Metadata"))


def _form(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Names and values of all fields, also of those that lie on no page."""
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, Dictionary):
        return
    xfa = form.get("/XFA")
    for part in list(xfa) if isinstance(xfa, Array) else [xfa]:
        yield from _xml(part)
    yield from (text for field in _hidden_fields(form) for text in _field_says(field))


def _hidden_fields(form: Dictionary) -> Iterator[Dictionary]:
    """Fields that are not also what lies on a page: those are read with their page."""
    waiting: list[Any] = [form.get("/Fields")]
    seen: set[tuple[int, int]] = set()
    while waiting and len(seen) < MOST_FIELDS:
        one = waiting.pop()
        if isinstance(one, Array):
            waiting.extend(one)
        elif isinstance(one, Dictionary) and one.objgen not in seen:
            if one.is_indirect:
                seen.add(one.objgen)
            if one.get("/Subtype") != "/Widget":
                yield one
            waiting.append(one.get("/Kids"))


def _field_says(field: Dictionary) -> Iterator[str]:
    for key in FIELD_SAYS:
        value = field.get(key)
        for one in list(value) if isinstance(value, Array) else [value]:
            if isinstance(one, String):
                yield str(one)
            elif isinstance(one, Stream):
                yield from _xml(one)


def _attachments(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Names and descriptions of attached files."""
    names = pdf.Root.get("/Names")
    if isinstance(names, Dictionary):
        for name, file in leaves(names.get("/EmbeddedFiles")):
            yield name
            yield from _file_says(file)


def _file_says(file: Any) -> Iterator[str]:
    if isinstance(file, Dictionary):
        yield from (str(file[key]) for key in ("/F", "/UF", "/Desc") if isinstance(file.get(key), String))


def _xml(stream: Any) -> Iterator[str]:
    """The text of a stream, its tags included: numbers may stand in attributes."""
    if isinstance(stream, Stream):
        try:
            yield stream.read_bytes()[:MOST_XML].decode("utf-8", "replace")
        except (pikepdf.PdfError, RuntimeError):
            return
