"""What the child found, on its way back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts import cpr

# Where in a file something stands: the words of documents.states.CprPlace, which this process cannot import.
TEXT, ANNOTATION, FORM, METADATA = "text", "annotation", "form", "metadata"
BOOKMARK, ATTACHMENT, FILE_NAME, HEADER, DELETED = "bookmark", "attachment", "file_name", "header", "deleted"


class Refusal(Exception):
    """The file is refused; its text is a code of documents/reasons.py."""


@dataclass
class Report:
    """`pages` is None where a file has none (Word, Excel); page numbers begin at 1. `found` counts by page, place and level."""

    today: date
    file_type: str = ""
    pages: int | None = None
    pages_without_text: list[int] = field(default_factory=list)
    refused: str = ""  # the code
    notes: list[str] = field(default_factory=list)
    found: Counter[tuple[int | None, str, str]] = field(default_factory=Counter)
    trouble: str = ""  # the kind and place of an error that nobody expected; never its text

    def note(self, code: str) -> None:
        if code not in self.notes:
            self.notes.append(code)

    def search(self, text: str, *, place: str, page: int | None = None) -> None:
        """Count what looks like a CPR number. The number itself goes no further than this."""
        for hit in cpr.find(text, today=self.today):
            self.found[page, place, str(hit.level)] += 1

    def as_json(self) -> dict[str, Any]:
        return {
            "type": self.file_type,
            "pages": self.pages,
            "pages_without_text": self.pages_without_text,
            "refused": self.refused,
            "notes": self.notes,
            "found": [[*key, count] for key, count in self.found.items()],
            "trouble": self.trouble,
        }
