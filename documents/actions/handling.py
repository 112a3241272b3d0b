"""Verbs of documents: their one gate, and their erasure."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from documents.actions.files import remove
from documents.models import Document, StoredFile
from documents.states import BEING_CHECKED, DOCUMENT_MOVES, DocumentState

NAME_OF_ERASED = "Slettet fil"


def move(document: Document, *, to: DocumentState, by: User | None, reason: str = "") -> None:
    """The one gate through which a document changes state; `by` None is the check itself. The caller holds the row's lock.

    Saves the state alone. What the check and the people said is history; that it waits and is looked at is not.
    """
    old = DocumentState(document.state)
    if to not in DOCUMENT_MOVES[old]:
        raise Refused(f"Filen er {old.label.lower()} og kan ikke blive {to.label.lower()}. Genindlæs siden.")
    document.state = to
    document.save(update_fields=["state", "touched_at"])
    if to not in BEING_CHECKED and to != DocumentState.ERASED:
        audit.record(by=by, verb="document.state", target=document, scope=document.scope, changes={"status": [old, to]}, reason=reason)


@transaction.atomic
def erase(document: Document, *, by: User | None, reason: str) -> None:
    """Erase what somebody handed in, its pages and its text: the keys go now, the bytes when that is certain. The row stays without a name.

    Raises Refused when it is erased already. The caller has checked who asks.
    """
    locked = Document.objects.select_for_update(of=["self"]).select_related("scope").get(pk=document.pk)
    if locked.state == DocumentState.ERASED:
        raise Refused("Filen er allerede slettet.")
    own = [locked.original_id, locked.cleaned_id, locked.text_id]
    ids = [pk for pk in [*own, *locked.page_images.values_list("image_id", flat=True)] if pk]
    locked.page_images.all().delete()
    locked.cpr_findings.all().delete()
    locked.original = locked.cleaned = locked.text = None
    locked.name, locked.reasons, locked.pages_without_text = NAME_OF_ERASED, [], []
    locked.accepted_reason, locked.erased_at = "", timezone.now()
    locked.save()
    remove(StoredFile.objects.filter(pk__in=ids))
    audit.record(by=by, verb="document.erase", target=locked, scope=locked.scope, reason=reason)
    move(locked, to=DocumentState.ERASED, by=by)
    document.refresh_from_db()
