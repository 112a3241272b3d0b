"""The check of a PDF: read what it says, make it anew, and read the text of the new one."""

from __future__ import annotations

import pikepdf
from pikepdf import Dictionary

from documents.child import pdf_cleaning, pdf_reading, pdf_text
from documents.child.pdf_places import bookmarks
from documents.child.report import TEXT, Refusal, Report
from documents.child.work import Work


def check(work: Work, report: Report) -> list[str]:
    """The text of each page. The new document is written to `work.cleaned`."""
    pdf = pdf_reading.opened(work.source_path)
    try:
        pages = pdf_cleaning.pages_of(pdf)
        _refuse(pdf, pages, work, report)
        said = _read(pdf, pages, report)
        pdf_cleaning.clean(pdf, pages, bookmarks(pdf), unpacked=work.limits.unpacked)
        pdf_cleaning.save(pdf, work.cleaned)
        return _texts(work, report, pages, said)
    except pikepdf.PdfError:
        raise Refusal("damaged") from None


def _refuse(pdf: pikepdf.Pdf, pages: list[Dictionary], work: Work, report: Report) -> None:
    report.pages = len(pages)
    if not pages:
        raise Refusal("no_pages")
    if len(pages) > work.limits.pages:
        raise Refusal("too_many_pages")
    pdf_reading.refuse_unshowable(pdf)


def _read(pdf: pikepdf.Pdf, pages: list[Dictionary], report: Report) -> list[str]:
    """Search what is said beside the text of the pages; what lies on each page comes back."""
    pdf_reading.note_removed(pdf, pages, report)
    pdf_reading.search_document(pdf, list(bookmarks(pdf)), report)
    lying = [pdf_cleaning.lying_on(page) for page in pages]
    return [pdf_reading.search_marks(marks, report, page=number) for number, marks in enumerate(lying, start=1)]


def _texts(work: Work, report: Report, pages: list[Dictionary], said: list[str]) -> list[str]:
    found = []
    for number, (text, page, beside) in enumerate(zip(pdf_text.texts(work.results["cleaned"]), pages, said), start=1):
        report.search(text, place=TEXT, page=number)
        if pdf_text.lacks_text(text, page):
            report.pages_without_text.append(number)
        found.append(f"{text}\n{beside}" if beside else text)
    return found
