"""Papers that look like those of a case and hold no real person: small PDFs, the same bytes every time."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from datetime import date

import pikepdf

WIDTH = 88  # characters of a line
LINES = 46  # lines of a page
WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def paper(title: str, paragraphs: Sequence[str]) -> bytes:
    """An A4 document with a heading and paragraphs, over as many pages as it takes."""
    lines = [line for text in paragraphs for line in [*(textwrap.wrap(text, WIDTH) or [""]), ""]]
    pages = [lines[first : first + LINES] for first in range(0, len(lines), LINES)] or [[]]
    return _pdf([_page(title, page, number, len(pages)) for number, page in enumerate(pages, 1)])


def locked(content: bytes, password: str) -> bytes:
    """The same document behind a password."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(written, encryption=pikepdf.Encryption(owner=password, user=password))
    return written.getvalue()


def invented_number(born: date) -> str:
    """Ten digits that look like a CPR number of that day, and whose check digit is wrong."""
    for serial in range(6001, 9999):
        digits = f"{born:%d%m%y}{serial:04}"
        if sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True)) % 11:
            return f"{digits[:6]}-{digits[6:]}"
    raise LookupError("Every number of that day has a right check digit.")


def _page(title: str, lines: Sequence[str], number: int, total: int) -> bytes:
    """The drawing of one page: heading, text, foot."""
    text = [f"BT /B 15 Tf 60 780 Td {_string(title)} Tj ET", "BT /R 10 Tf 14 TL 60 748 Td"]
    text += [f"{_string(line)} Tj T*" for line in lines]
    text += ["ET", f"BT /R 8 Tf 60 40 Td {_string(f'Opdigtet eksempel. Side {number} af {total}')} Tj ET"]
    return "\n".join(text).encode("latin-1", "replace")


def _string(text: str) -> str:
    safe = text.replace("–", "-").replace("»", '"').replace("«", '"')
    return "(" + safe.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") + ")"


def _pdf(pages: Sequence[bytes]) -> bytes:
    """The drawings as a PDF with its table of contents; two of the fonts that every reader has."""
    count = len(pages)
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(count))
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica%s/Encoding/WinAnsiEncoding>>"
    objects = [b"<</Type/Catalog/Pages 2 0 R/Lang(da-DK)>>", f"<</Type/Pages/Count {count}/Kids[{kids}]>>".encode()]
    objects += [(font % "").encode(), (font % "-Bold").encode()]
    for number, drawing in enumerate(pages):
        resources = f"/Resources<</Font<</R 3 0 R/B 4 0 R>>>>/Contents {6 + 2 * number} 0 R"
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]{resources}>>".encode())
        objects.append(f"<</Length {len(drawing)}>>stream\n".encode() + drawing + b"\nendstream")
    written, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    start = len(written)
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    written += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}".encode()
    written += f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(written)
