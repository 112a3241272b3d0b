"""What this app does to files, in the words of the history."""

from __future__ import annotations

from documents.states import DocumentState

VERBS = {
    "document.erase": "slettede en fil",
    "vault.rewrap": "pakkede nøglerne til filerne ind på ny",
}
LABELS = dict(DocumentState.choices)
