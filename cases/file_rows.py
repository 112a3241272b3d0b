"""What a page says about a file: how it stands, why, and what to do about it. Never what is in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cases.models import CaseDocument
from documents import reasons
from documents.models import Document
from documents.states import BEING_CHECKED, DocumentState, ScanState

VARIANTS = {
    DocumentState.WAITING: "info",
    DocumentState.CHECKING: "info",
    DocumentState.READY: "success",
    DocumentState.FLAGGED: "warning",
    DocumentState.REFUSED: "error",
    DocumentState.ERASED: "done",
}
CPR_CODES = {"cpr_found", "cpr_refused", "cpr"}


@dataclass(frozen=True)
class Remark:
    """One thing that was found, and what to do about it ("" = nothing)."""

    message: str
    way_out: str


@dataclass(frozen=True)
class FileRow:
    """A file with its badge and remarks."""

    file: CaseDocument
    label: str
    variant: str
    remarks: list[Remark]
    can_be_read: bool

    @property
    def document(self) -> Document:
        return self.file.document


def row_of(file: CaseDocument, *, confirmed: bool = False) -> FileRow:
    """The file as it stands; a flagged one is ready once its case is `confirmed` (decision 17). Prefetch `document__cpr_findings`."""
    document = file.document
    state = DocumentState(document.state)
    accepted = confirmed and state == DocumentState.FLAGGED
    return FileRow(
        file=file,
        label="Klar" if accepted else "Indsendt" if file.handed_in else str(state.label),
        variant="done" if file.handed_in else "success" if accepted else VARIANTS[state],
        remarks=remarks_of(document),
        can_be_read=document.is_readable and document.scan != ScanState.INFECTED,
    )


def rows_of(files: Iterable[CaseDocument], *, confirmed: bool = False) -> list[FileRow]:
    return [row_of(file, confirmed=confirmed) for file in files]


def remarks_of(document: Document) -> list[Remark]:
    """What the check said, with page numbers, in the words of documents/reasons.py."""
    if document.state in BEING_CHECKED:
        return []
    findings = list(document.cpr_findings.all())
    pages = {code: sorted({found.page for found in findings if found.page}) for code in CPR_CODES}
    pages["pages_without_text"] = document.pages_without_text
    known = [code for code in document.reasons if code in reasons.REASONS]
    return [Remark(reasons.message(code, pages=pages.get(code, ())), reasons.way_out(code)) for code in known]
