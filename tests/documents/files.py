"""Stored files for the tests of this app, and where they lie."""

from __future__ import annotations

from pathlib import Path

from accounts.models import Scope, User
from documents import actions
from documents.models import Document, DocumentPage, StoredFile
from documents.states import DocumentState, FileClass

PLANTED = "Hanne Fortrolig, Vestergade, sag om merudgifter"


def stored_file(scope: Scope, by: User, content: bytes = PLANTED.encode(), name: str = "Notat.pdf") -> StoredFile:
    return actions.store(content=content, name=name, content_type="application/pdf", scope=scope, by=by)


def path_of(stored: StoredFile) -> Path:
    return Path(stored.file.path)


def handed_in(scope: Scope, by: User, *, pages: int = 2) -> Document:
    """A document that was checked: its original, its cleaned form, its text and its page images all hold the planted words."""
    document = Document.objects.create(
        scope=scope, name="Hanne Fortrolig.pdf", size=10, sha256="0" * 64, file_class=FileClass.CASE, state=DocumentState.READY,
        uploaded_by=by, original=stored_file(scope, by), cleaned=stored_file(scope, by), text=stored_file(scope, by), pages=pages,
    )  # fmt: skip
    for number in range(1, pages + 1):
        DocumentPage.objects.create(document=document, number=number, image=stored_file(scope, by), width=1, height=1)
    return document
