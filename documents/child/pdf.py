"""The check of a PDF: read what it says, make it anew, and read the text of the new one."""

from __future__ import annotations

from documents.child import pdf_cleaning, pdf_reading, pdf_text
from documents.child.pdf_places import bookmarks
from documents.child.report import TEXT, Refusal, Report
from documents.child.work import Work


def check(work: Work, report: Report) -> list[str]:
    """The text of each page. The new document is written to `work.cleaned`."""
    pdf = pdf_reading.opened(work.source_path)
    pages = pdf_cleaning.pages_of(pdf)
    report.pages = len(pages)
    if not pages:
        raise Refusal("no_pages")
    if len(pages) > work.limits.pages:
        raise Refusal("too_many_pages")
    pdf_reading.refuse_unshowable(pdf)
    pdf_reading.note_removed(pdf, report)
    items = bookmarks(pdf)
    pdf_reading.search_document(pdf, items, report)
    said = [
        pdf_reading.search_marks(pdf_cleaning.lying_on(page), report, page=number) + _noted(page, report)
        for number, page in enumerate(pages, start=1)
    ]
    pdf_cleaning.clean(pdf, pages, items, picture_bytes=work.limits.picture_bytes)
    pdf_cleaning.save(pdf, work.cleaned)
    return _texts(work, report, pages, said)


def _noted(page: object, report: Report) -> str:
    if "/AA" in page:  # type: ignore[operator]
        report.note("active_removed")
    return ""


def _texts(work: Work, report: Report, pages: list, said: list[str]) -> list[str]:
    found = []
    for number, (text, page, beside) in enumerate(zip(pdf_text.texts(work.results["cleaned"]), pages, said), start=1):
        report.search(text, place=TEXT, page=number)
        if pdf_text.lacks_text(text, page):
            report.pages_without_text.append(number)
        found.append(f"{text}\n{beside}" if beside else text)
    return found
