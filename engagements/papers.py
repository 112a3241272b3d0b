"""What the page of an engagement's documents shows: a line for each, with its state in words, and how far the check is."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from documents import reasons
from documents.models import Document
from documents.states import BEING_CHECKED, DocumentState
from engagements import access
from engagements.actions import attaching
from engagements.models import Engagement, EngagementDocument

REFRESH_SECONDS = 3  # without JavaScript the page fetches itself again
VARIANTS = {
    DocumentState.WAITING: "info",
    DocumentState.CHECKING: "info",
    DocumentState.READY: "done",
    DocumentState.FLAGGED: "warning",
    DocumentState.REFUSED: "error",
}


@dataclass(frozen=True)
class Line:
    """One document: `told` are (what is the matter, what to do about it)."""

    attached: EngagementDocument
    variant: str
    told: list[tuple[str, str]]
    may_change: bool
    may_erase: bool

    @property
    def document(self) -> Document:
        return self.attached.document


@dataclass(frozen=True)
class Papers:
    """The lines, newest first, and of those that came last how many are checked."""

    lines: list[Line]
    waiting: int  # how many are being checked
    batch: int  # how many came since the first of these

    @property
    def checked(self) -> int:
        return self.batch - self.waiting


def of(engagement: Engagement, user: User) -> Papers:
    """All documents of the engagement that are not erased; as many queries for one as for a hundred."""
    rows = list(rows_of(engagement).order_by("-document__uploaded_at", "document__name"))
    ours = attaching.municipal_ids(engagement)
    may_change = not access.why_not_engagement(user, access.UPLOAD, engagement)
    may_erase = not access.why_not_engagement(user, access.ERASE_DOCUMENT, engagement)
    lines = [
        Line(
            attached=row,
            variant=VARIANTS[DocumentState(row.document.state)],
            told=told(row.document),
            may_change=may_change,
            may_erase=may_erase and (row.document.uploaded_by_id in ours) == (user.pk in ours),
        )
        for row in rows
    ]
    checking = [row.document.uploaded_at for row in rows if row.document.state in BEING_CHECKED]
    batch = [row for row in rows if checking and row.document.uploaded_at >= min(checking)]
    return Papers(lines, len(checking), len(batch))


def rows_of(engagement: Engagement) -> QuerySet[EngagementDocument]:
    """The documents with all that a line or a download asks of them."""
    found = EngagementDocument.objects.filter(engagement=engagement).exclude(document__state=DocumentState.ERASED)
    related = ("document__uploaded_by", "document__original__scope", "document__cleaned__scope", "document__scope", "engagement__scope")
    return found.select_related(*related).prefetch_related("document__cpr_findings")


def told(document: Document) -> list[tuple[str, str]]:
    """What the check said, in words."""
    pages = sorted({finding.page for finding in document.cpr_findings.all() if finding.page})
    named = {"cpr_found": pages, "cpr_refused": pages, "pages_without_text": document.pages_without_text}
    return [(reasons.message(code, pages=named.get(code, [])), reasons.way_out(code)) for code in document.reasons]
