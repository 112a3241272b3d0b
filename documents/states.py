"""Vocabulary of uploaded documents: how far they are checked, what was found, and why one is refused."""

from __future__ import annotations

from django.db.models import TextChoices


class DocumentState(TextChoices):
    WAITING = "waiting", "Afventer kontrol"
    CHECKING = "checking", "Kontrolleres"
    READY = "ready", "Klar"
    FLAGGED = "flagged", "Kræver stillingtagen"
    REFUSED = "refused", "Afvist"
    ERASED = "erased", "Slettet"


DOCUMENT_MOVES: dict[DocumentState, set[DocumentState]] = {
    DocumentState.WAITING: {DocumentState.CHECKING, DocumentState.ERASED},
    DocumentState.CHECKING: {
        DocumentState.WAITING,  # its checker died, or is to look again
        DocumentState.READY,
        DocumentState.FLAGGED,
        DocumentState.REFUSED,
        DocumentState.ERASED,
    },
    DocumentState.FLAGGED: {DocumentState.READY, DocumentState.WAITING, DocumentState.ERASED},
    DocumentState.READY: {DocumentState.WAITING, DocumentState.ERASED},
    DocumentState.REFUSED: {DocumentState.ERASED},
    DocumentState.ERASED: set(),
}
CHECKED = frozenset({DocumentState.READY, DocumentState.FLAGGED})  # whose content may be read
BEING_CHECKED = frozenset({DocumentState.WAITING, DocumentState.CHECKING})


class FileClass(TextChoices):
    """What may be handed in: case files are only what can be read page by page."""

    CASE = "case", "Sagsakt"
    GENERAL = "general", "Dokument"


class FileType(TextChoices):
    """The types that are taken, by what their bytes are."""

    PDF = "pdf", "PDF"
    JPEG = "jpeg", "JPEG"
    PNG = "png", "PNG"
    DOCX = "docx", "Word (docx)"
    XLSX = "xlsx", "Excel (xlsx)"


TYPES: dict[FileClass, frozenset[FileType]] = {
    FileClass.CASE: frozenset({FileType.PDF, FileType.JPEG, FileType.PNG}),
    FileClass.GENERAL: frozenset(FileType),
}


class CprMode(TextChoices):
    """What is done with a file in which CPR numbers stand: the programme version says (decision 17)."""

    REFUSE = "refuse", "Afvis"
    WARN = "warn", "Advar"


class ScanState(TextChoices):
    """What the virus scanner said."""

    NOT_SCANNED = "not_scanned", "Ikke scannet"
    CLEAN = "clean", "Scannet"
    INFECTED = "infected", "Virus fundet"


class CprLevel(TextChoices):
    HIGH = "high", "Ligner et CPR-nummer"
    LOW = "low", "Kan være et CPR-nummer"


class CprPlace(TextChoices):
    """Where in a file a number stands."""

    TEXT = "text", "tekst"
    ANNOTATION = "annotation", "kommentar"
    FORM = "form", "formularfelt"
    METADATA = "metadata", "egenskaber"
    BOOKMARK = "bookmark", "bogmærke"
    ATTACHMENT = "attachment", "vedhæftning"
    FILE_NAME = "file_name", "filnavn"
    HEADER = "header", "sidehoved eller sidefod"
    DELETED = "deleted", "slettet tekst"
