"""The gate through which documents change state."""

from __future__ import annotations

from typing import Any

from accounts.refusal import Refused
from documents.models import Document
from documents.states import DOCUMENT_MOVES, DocumentState


def move(document: Document, *, to: DocumentState, **written: Any) -> None:
    """The one gate through which a document changes state; `written` are other fields that are saved with it.

    What a person does to a file is recorded by the action that they call; the check writes no history: the row itself tells.
    """
    before = DocumentState(document.state)
    if to not in DOCUMENT_MOVES[before]:
        raise Refused(f"Filen har status “{before.label}” og kan ikke få status “{to.label}”.")
    for name, value in written.items():
        setattr(document, name, value)
    document.state = to
    document.save()
