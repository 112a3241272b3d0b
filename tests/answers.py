"""What an answer says, whatever it is made of: for tests that look for a word that must not be there."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2
from openpyxl import load_workbook


def text_of(response: Any) -> str:
    """All that an answer says: its body, read as what it is, and its headers."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    kind = response.headers.get("Content-Type", "")
    if kind == "application/pdf":
        document = pypdfium2.PdfDocument(body)
        body_text = "".join(page.get_textpage().get_text_range() for page in document) + str(document.get_metadata_dict())
    elif "spreadsheet" in kind:
        book = load_workbook(io.BytesIO(body))
        body_text = " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
        body_text += str(book.properties)
    else:
        body_text = body.decode(errors="replace")
    return body_text + str(response.headers)
