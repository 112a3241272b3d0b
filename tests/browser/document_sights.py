"""The page of an engagement's documents, and what one can do with a document; those of the demo (taskforce/demo/documents.py)."""

from __future__ import annotations

from django.urls import reverse

from engagements.models import EngagementDocument
from tests.browser.sights import ENGAGEMENT, Address, Sight, seen
from tests.browser.world import World


def of_document(name: str, whose: str) -> Address:
    """The address of a document of the world's engagement, of those that somebody put there."""

    def resolve(world: World) -> str:
        found = EngagementDocument.objects.filter(engagement=world.running, document__uploaded_by=world.people[whose]).earliest("pk")
        return reverse(name, args=[world.running.pk, found.document_id])

    return resolve


DOCUMENTS = (
    *(seen("documents", who, "engagement-documents", *ENGAGEMENT) for who in ("katrine", "hanne", "jonas")),
    seen("no documents", "katrine", "engagement-documents", "completed.pk"),
    Sight("what a document is", "katrine", "engagement-document-kind", of_document("engagement-document-kind", "hanne")),
    Sight("erase a document", "hanne", "engagement-document-erase", of_document("engagement-document-erase", "hanne")),
)
NO_PAGE_OF_DOCUMENTS = {"engagement-document-download", "upload", "upload-create", "upload-plain", "uploads-unfinished"}
