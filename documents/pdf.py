"""HTML templates to accessible PDF (PDF/UA-1), for every app: `render`. Called by a worker, never while somebody waits for a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from documents.pdf_rules import PdfProblem

__all__ = ["AUTHOR", "PDF", "PdfProblem", "render"]

AUTHOR = "Social- og Boligstyrelsen"
PDF = "application/pdf"


@dataclass(frozen=True)
class Properties:
    """What a reader shows as the document's properties; `document` in templates/pdf/base.html."""

    title: str
    author: str
    description: str
    created: str  # ISO 8601 with offset


def render(
    template: str,
    context: dict[str, Any],
    *,
    title: str,
    author: str = AUTHOR,
    description: str = "",
    before_check: Callable[[], object] | None = None,
) -> bytes:
    """The PDF of a template that extends pdf/base.html; `before_check` is called when the pages are set.

    Raises PdfProblem when the document is not accessible or asks for a file that is not ours.
    """
    # WeasyPrint costs 1–2 s to import: only a process that makes a PDF pays.
    from documents import pdf_layout, pdf_tags  # noqa: PLC0415

    created = timezone.localtime().isoformat(timespec="seconds")
    properties = Properties(_clean(title), _clean(author), _clean(description), created)
    content, link_names = pdf_layout.lay_out(render_to_string(template, {**context, "document": properties}))
    if before_check:
        before_check()
    return pdf_tags.finish(content, link_names)


def _clean(text: str) -> str:
    """Without control characters, which the metadata's XML cannot hold."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
