"""Files of cases before the hand-in: they arrive, are put to a case, are said to be of a kind, are replaced and removed."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from cases import access, kinds
from cases.actions import moving
from cases.actions.filling import require_running
from cases.letter import types_for
from cases.models import Case, CaseDocument, DocumentType, Round
from cases.states import CaseState
from documents import actions as documents
from documents.models import Document
from documents.states import DocumentState

NOT_ASKED = "Sagen er indsendt, og der er ikke bedt om supplerende akter i den. Skriv til konsulenten, hvis noget mangler."
HANDED_IN = "Akten er indsendt, så den kan ikke ændres. Er det en forkert persons akt, så træk den tilbage."


def require_receiving(case: Case) -> None:
    """Raise Refused when no files are taken for the case now: after the hand-in only for one that was reopened or asked about."""
    require_running(case.round)
    if case.state != CaseState.DRAFT and not case.supplements.filter(answered_in__isnull=True).exists():
        raise Refused(NOT_ASKED)


@transaction.atomic
def arrive(*, document: Document, round: Round, case: Case | None, by: User) -> CaseDocument:
    """Tie a document that has just come in to its case, or leave it loose; its kind is guessed from its name.

    Denied or Refused when the round was handed in meanwhile: then nothing of the file is kept.
    """
    round = moving.lock(round.pk)
    if case is None:
        access.require_round(by, access.UPLOAD_LOOSE, round)
        require_running(round)
    else:
        case = Case.objects.get(pk=case.pk)
        case.round = round
        access.require_case(by, access.UPLOAD, case)
        require_receiving(case)
    known = {kind.slug: kind for kind in types_for(round.engagement)}
    kind = known.get(kinds.guess(document.name, known)) if case else None
    made = CaseDocument.objects.create(round=round, case=case, document=document, document_type=kind)
    _record(made, by, "file.arrive", {"akt": [None, str(case) if case else "uden sag"]})
    return made


@transaction.atomic
def arrive_instead(*, document: Document, old: UUID, by: User) -> CaseDocument:
    """Put a document in the place of another one of the same case, which is erased. Refused when that one was handed in or is gone."""
    replaced = _lock(old, by)
    made = CaseDocument.objects.create(round=replaced.round, case=replaced.case, document=document, document_type=replaced.document_type)
    _record(made, by, "file.arrive", {"akt": [None, str(replaced.case) if replaced.case else "uden sag"]})
    documents.erase(replaced.document, by=by, reason="Erstattet af en anden fil")
    return made


@transaction.atomic
def put(*, file: CaseDocument, case: Case | None, kind: DocumentType | None, by: User) -> CaseDocument:
    """Say to which case of the round a file belongs and what it is. A file that lands in a case without a kind has it guessed."""
    locked = _lock(file.document_id, by)
    if case is not None and case != locked.case:
        case.round = locked.round
        access.require_case(by, access.UPLOAD, case)
        require_receiving(case)
    if case is None and locked.case is not None:
        access.require_round(by, access.UPLOAD_LOOSE, locked.round)
    if case is not None and kind is None and locked.case is None:
        known = {one.slug: one for one in types_for(locked.round.engagement)}
        kind = known.get(kinds.guess(locked.document.name, known))
    before, locked.case, locked.document_type = (locked.case, locked.document_type), case, kind if case else None
    locked.save(update_fields=["case", "document_type"])
    changes = {
        "sag": [str(before[0]) if before[0] else None, str(case) if case else None],
        "akttype": [str(before[1]) if before[1] else None, str(locked.document_type) if locked.document_type else None],
    }
    told = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if told:
        _record(locked, by, "file.sort", told)
    return locked


@transaction.atomic
def remove(*, file: CaseDocument, by: User) -> None:
    """Erase a file that shall not go with the case; it cannot be had back."""
    locked = _lock(file.document_id, by)
    _record(locked, by, "file.remove", {"akt": [str(locked.case) if locked.case else "uden sag", None]})
    documents.erase(locked.document, by=by, reason="Fjernet før indsendelsen")


def _lock(document: UUID, by: User) -> CaseDocument:
    """The file as it is now, its round locked; Refused when it is erased or handed in, Denied when it is not `by`'s to order."""
    round = moving.lock(CaseDocument.objects.values_list("round", flat=True).get(document=document))
    file = CaseDocument.objects.select_for_update(of=("self",)).select_related("document", "case", "document_type").get(document=document)
    if file.document.state == DocumentState.ERASED:
        raise Refused("Filen er slettet. Genindlæs siden.")
    file.round = round
    if file.case:
        file.case.round = round
    if file.handed_in:
        raise Refused(HANDED_IN)
    access.require_file(by, access.SORT, file)
    require_running(round)
    return file


def _record(file: CaseDocument, by: User, verb: str, changes: dict[str, list[str | None]]) -> None:
    """In the history stands of which case, never the file's name: it lives on when the file is erased."""
    target = file.case or file.round
    audit.record(by=by, verb=verb, target=target, scope=file.round.engagement.scope, changes=changes)
