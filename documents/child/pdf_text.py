"""The text of the pages of a PDF, and which pages are pictures only."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pypdfium2
from pikepdf import Dictionary, Stream

from documents.child.report import Refusal
from documents.child.work import mapped

# A page with fewer signs is one without text; with a large picture on it, it takes more to count as read: scanners stamp a line on it.
FEW, FEW_ON_A_SCAN = 16, 200
SCAN = 300_000  # pixels of a picture that can hold a page's text
LOOKED_AT = 1_000  # signs of a page: more need not be counted
_SIGN = re.compile(r"\w")


def texts(file: int) -> Iterator[str]:
    """Page by page, of the open file with this number. Raises Refusal when a page cannot be read."""
    try:
        document = pypdfium2.PdfDocument(mapped(file))
        for number in range(len(document)):
            page = document[number]
            words = page.get_textpage()
            yield words.get_text_range()
            words.close()
            page.close()
    except pypdfium2.PdfiumError:
        raise Refusal("damaged") from None


def lacks_text(text: str, page: Dictionary) -> bool:
    """Whether what is to be read on this page is a picture."""
    signs = len(_SIGN.findall(text[:LOOKED_AT]))
    return signs < FEW or (signs < FEW_ON_A_SCAN and _has_scan(page.get("/Resources"), deep=2))


def _has_scan(resources: object, *, deep: int) -> bool:
    drawn = resources.get("/XObject") if isinstance(resources, Dictionary) else None
    for one in drawn.values() if isinstance(drawn, Dictionary) else ():
        if not isinstance(one, Stream):
            continue
        if one.get("/Subtype") == "/Image" and int(one.get("/Width", 0)) * int(one.get("/Height", 0)) >= SCAN:
            return True
        if deep and _has_scan(one.get("/Resources"), deep=deep - 1):
            return True
    return False
