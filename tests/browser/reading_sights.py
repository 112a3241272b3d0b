"""The viewer of documents: a file of a case for those who read it, and a document of the engagement."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import Page

from cases.models import CaseDocument
from documents.states import DocumentState
from engagements.models import EngagementDocument
from tests import addresses
from tests.browser.case_sights import FLAGGED, READY
from tests.browser.sights import Address, Sight, unfolded
from tests.browser.world import World


def of_akt(number: int, state: DocumentState) -> Address:
    """The first file of that state in a case of the demo's open round."""

    def resolve(world: World) -> str:
        files = CaseDocument.objects.filter(round__engagement=world.running, case__number=number, document__state=state)
        found = files.select_related("round").earliest("pk")
        return reverse("case-file", args=[world.running.pk, found.round.kind, number, found.document_id])

    return resolve


def of_document(world: World) -> str:
    """A document of the engagement; the first who asks puts it there."""
    if not EngagementDocument.objects.filter(engagement=world.running, document__pages=1).exists():
        addresses.engagement_document(world.running, world.people["katrine"])
    found = EngagementDocument.objects.filter(engagement=world.running, document__pages=1).earliest("pk")
    return reverse("engagement-document", args=[world.running.pk, found.document_id])


def searched(page: Page) -> None:
    page.get_by_label("Søg i dokumentet", exact=True).fill("kommune")
    page.get_by_role("button", name="Søg", exact=True).click()
    page.wait_for_load_state()


READING = (
    Sight("a file of a case", "hanne", "case-file", of_akt(READY, DocumentState.READY), shown=unfolded),
    Sight("a file with CPR numbers", "hanne", "case-file", of_akt(FLAGGED, DocumentState.FLAGGED)),
    Sight("a file of a case, searched", "hanne", "case-file", of_akt(READY, DocumentState.READY), then=searched),
    Sight("a file that one may not read", "katrine", "case-file", of_akt(READY, DocumentState.READY), status=403),
    Sight("a document of the engagement", "katrine", "engagement-document", of_document),
)
NO_PAGE_OF_READING = {
    "case-file-picture", "case-file-search", "case-file-download", "engagement-document-picture", "engagement-document-search",
}  # fmt: skip
