"""Documents of an engagement as a whole: how they come to it, what they are called, how they go."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404

from accounts import audit
from accounts.models import Membership, User
from accounts.refusal import Denied
from documents import actions as files
from documents.models import Document
from engagements import access
from engagements.models import Engagement, EngagementDocument
from engagements.states import DocumentKind

KIND = "engagement"  # of the tickets for uploads to an engagement
NOT_OUR_SIDE = "Dokumentet er uploadet af den anden part, og det er kun den, der kan slette det. Bed dem om det."
# What the name of a file says about what it is; anything else is chosen on the page.
WORDS = {"referat": DocumentKind.MINUTES, "aftale": DocumentKind.AGREEMENT}


def allow(user: User, object_id: str) -> None:
    """Whether the user may upload to the engagement with this number now. Raises Http404 or Denied."""
    if not (object_id.isascii() and object_id.isdecimal()):
        raise Http404
    access.get_engagement(user, int(object_id), access.UPLOAD)


@transaction.atomic
def arrived(document: Document, object_id: str, by: User) -> None:
    """An upload has become a document: it belongs to the engagement from now on."""
    engagement = Engagement.objects.get(pk=int(object_id))
    kind = next((kind for word, kind in WORDS.items() if word in document.name.lower()), DocumentKind.OTHER)
    EngagementDocument.objects.create(engagement=engagement, document=document, kind=kind)
    audit.record(by=by, verb="engagement.document_add", target=engagement, scope=engagement.scope, changes={"slags": ["", kind]})


@transaction.atomic
def rename_kind(*, attached: EngagementDocument, kind: DocumentKind, by: User) -> None:
    """Say what the document is. Raises Denied."""
    engagement = attached.engagement
    access.require_engagement(by, access.UPLOAD, engagement)
    old, attached.kind = attached.kind, kind
    attached.save(update_fields=["kind"])
    if old != kind:
        audit.record(by=by, verb="engagement.document_kind", target=engagement, scope=engagement.scope, changes={"slags": [old, kind]})


@transaction.atomic
def erase(*, attached: EngagementDocument, by: User) -> None:
    """Erase it for good, by the side that put it there. Raises Denied, and Refused when it is erased already."""
    require_erasable(attached, by)
    files.erase(attached.document, by=by, reason="")


def require_erasable(attached: EngagementDocument, by: User) -> None:
    """Raises Denied unless `by` may erase it: both they and whoever put it there are of the municipality, or neither."""
    access.require_engagement(by, access.ERASE_DOCUMENT, attached.engagement)
    ours = municipal_ids(attached.engagement)
    if (attached.document.uploaded_by_id in ours) != (by.pk in ours):
        raise Denied(NOT_OUR_SIDE)


def municipal_ids(engagement: Engagement) -> set[int]:
    """Everybody who has or had a role in the municipality of the engagement. One query."""
    return set(Membership.objects.filter(organisation=engagement.municipality_id).values_list("user_id", flat=True))
