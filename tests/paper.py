"""Real PDFs for tests: as many pages as there are texts, written by hand, so that three hundred take no time."""

from __future__ import annotations

import json
import textwrap

from documents import actions as files
from documents.models import Document
from documents.states import DocumentState, FileType

WIDE, HIGH = 595, 842  # A4 in points


def pdf(texts: list[str]) -> bytes:
    """A PDF with one page for each text, in the letters of Western Europe."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"]
    kids = []
    for text in texts:
        drawn = b"BT /F1 12 Tf 15 TL 60 780 Td " + b" ".join(_line(line) for line in _lines(text)) + b" ET"
        kids.append(b"%d 0 R" % (len(objects) + 2))
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>" % (WIDE, HIGH, len(objects))
        )
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    return _file(objects)


def readable(document: Document, texts: list[str], *, content: bytes | None = None) -> Document:
    """The document as a check would leave one with these pages: its rebuilt file, its text, its number of pages."""
    document.cleaned = files.store(
        content=content or pdf(texts), name="Renset", content_type="application/pdf", scope=document.scope, by=document.uploaded_by
    )
    document.text = files.store(
        content=json.dumps({"pages": texts}).encode(), name="Tekst", content_type="application/json", scope=document.scope,
        by=document.uploaded_by,
    )  # fmt: skip
    document.pages, document.file_type = len(texts), FileType.PDF
    Document.objects.filter(pk=document.pk).update(state=DocumentState.READY)
    document.save(update_fields=["cleaned", "text", "pages", "file_type"])
    return Document.objects.get(pk=document.pk)


def _lines(text: str) -> list[str]:
    return [line for part in text.split("\n") for line in textwrap.wrap(part, 80) or [""]]


def _line(text: str) -> bytes:
    escaped = text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"(" + escaped + b") Tj T*"


def _file(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table, len(objects) + 1, len(out),
    )  # fmt: skip
