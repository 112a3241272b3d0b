"""HTML to pages with WeasyPrint. Import it only where a PDF is made: the library costs 1–2 s to import (see documents/pdf.py)."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import weasyprint
from django.conf import settings
from django.contrib.staticfiles import finders
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from documents.pdf_rules import PdfProblem, problems, text_of

# Everything a document may read, by name; nothing else on this machine or any other.
FONTS = "vendor/dkfds/fonts/IBMPlexSans/complete/woff2/"
OWN_FILES = re.compile(rf"css/pdf\.css|img/[a-z0-9-]+\.(?:svg|png)|{FONTS}[A-Za-z-]+\.woff2")
TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".woff2": "font/woff2"}
VARIANT = "pdf/ua-1"
LONGEST_PROBLEM = 300  # characters: a data: address is long


class OwnFiles(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Serves `data:` and our own stylesheet, fonts and images; refuses everything else, and a refusal stops the rendering."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The file behind a static URL, or the bytes of a `data:` URL; ValueError for any other."""
        name = url.removeprefix(f"{settings.SITE_URL}{settings.STATIC_URL}")
        if name == url or not OWN_FILES.fullmatch(name):
            return super().fetch(url, headers)
        found = finders.find(name)
        if not found:
            raise ValueError(f"no such static file: {name}")
        path = Path(found)
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": TYPES[path.suffix]})


class _Errors(logging.Handler):
    """Keeps what WeasyPrint logs as an error in this thread: it logs a missing alternative text and writes the file all the same."""

    def __init__(self) -> None:
        super().__init__(level=logging.ERROR)
        self.thread_id = threading.get_ident()
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread_id:
            self.found.append(record.getMessage()[:LONGEST_PROBLEM])


@contextmanager
def _no_errors() -> Iterator[None]:
    """Raise PdfProblem when WeasyPrint logs an error or is refused a file."""
    errors, logger = _Errors(), logging.getLogger("weasyprint")
    logger.addHandler(errors)
    try:
        yield
    except FatalURLFetchingError as refused:
        raise PdfProblem([f"{refused}: {refused.__cause__}"[:LONGEST_PROBLEM]]) from None
    finally:
        logger.removeHandler(errors)
    if errors.found:
        raise PdfProblem(errors.found)


def lay_out(html: str) -> tuple[bytes, list[list[str]]]:
    """The tagged PDF of an HTML document, and for each page the names of its links in the order of their annotations.

    Raises PdfProblem.
    """
    with _no_errors():
        source = weasyprint.HTML(string=html, base_url=f"{settings.SITE_URL}/", url_fetcher=OwnFiles())
        broken = problems(source.etree_element)
        if broken:
            raise PdfProblem(broken)
        document: Any = source.render(pdf_variant=VARIANT)
        content: bytes = document.write_pdf(pdf_variant=VARIANT)
    names = {inner: text_of(link) for link in source.etree_element.iter("a") for inner in link.iter()}
    return content, [[names[box.element] for _, _, _, box in page.links] for page in document.pages]
