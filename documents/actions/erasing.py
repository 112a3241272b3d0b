"""Erasure of what somebody handed in."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from documents.actions.files import remove
from documents.models import Document, StoredFile
from documents.moving import move
from documents.states import DocumentState

NAME_OF_ERASED = "Slettet fil"


@transaction.atomic
def erase(document: Document, *, by: User | None, reason: str) -> None:
    """Erase a document, its pages and its text: the keys go now, the bytes when that is certain. The row stays, without its name.

    Raises Refused when it is erased already. The caller has checked who asks.
    """
    locked = Document.objects.select_for_update(of=["self"]).select_related("scope").get(pk=document.pk)
    if locked.state == DocumentState.ERASED:
        raise Refused("Filen er allerede slettet.")
    own = [locked.original_id, locked.cleaned_id, locked.text_id]
    ids = [pk for pk in [*own, *locked.page_images.values_list("image_id", flat=True)] if pk]
    locked.page_images.all().delete()
    locked.cpr_findings.all().delete()
    audit.record(by=by, verb="document.erase", target=locked, scope=locked.scope, reason=reason)
    move(
        locked,
        to=DocumentState.ERASED,
        original=None,
        cleaned=None,
        text=None,
        name=NAME_OF_ERASED,
        reasons=[],
        pages_without_text=[],
        accepted_reason="",
        erased_at=timezone.now(),
    )
    remove(StoredFile.objects.filter(pk__in=ids))
    document.refresh_from_db()
