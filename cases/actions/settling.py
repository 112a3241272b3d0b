"""What every hand-in has in common: its number, its lines, and whether anything is still asked for."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Max
from django.utils import timezone

from accounts import audit
from accounts.models import User
from cases import receipts
from cases.actions import moving
from cases.models import Case, CaseDocument, HandIn, HandInLine, Round
from cases.states import RECEIVED, RoundState

NO_TYPE = "Uden akttype"


def receive(round: Round, files: Sequence[CaseDocument], *, verb: str, by: User) -> HandIn:
    """Write the receipt of the files and lock them: from now on the municipality cannot fetch them. The round is locked by the caller."""
    last = round.hand_ins.aggregate(last=Max("sequence"))["last"] or 0
    made = HandIn.objects.create(round=round, sequence=last + 1, number=receipts.next_number("K"), at=timezone.now(), by=by)
    HandInLine.objects.bulk_create(_line(made, file) for file in files)
    CaseDocument.objects.filter(pk__in=[file.pk for file in files]).update(handed_in=True)
    changes = {"filer": [None, len(files)], "kvittering": [None, made.number]}
    audit.record(by=by, verb=verb, target=round, scope=round.engagement.scope, changes=changes)
    return made


def _line(hand_in: HandIn, file: CaseDocument) -> HandInLine:
    document = file.document
    assert file.case is not None
    return HandInLine(
        hand_in=hand_in,
        case_number=file.case.number,
        document_type=file.document_type.name if file.document_type else NO_TYPE,
        name=document.name,
        size=document.size,
        sha256=document.sha256,
        document_key=document.pk,
    )


def own_files(cases: Sequence[Case]) -> list[CaseDocument]:
    """The files of the cases that are not handed in yet, in the order of the receipt."""
    found = CaseDocument.objects.kept().filter(case__in=cases, handed_in=False).select_related("document", "document_type", "case")
    return list(found.order_by("case__number", "document_type__position", "document__uploaded_at", "pk"))


def waits_for(round: Round) -> bool:
    """Whether the municipality still owes something after the hand-in: supplementary files, or a case instead of one taken back."""
    is_asked = round.supplements.filter(answered_in=None).exists()
    return is_asked or round.cases.filter(state__in=RECEIVED).count() < round.needed


def settle(round: Round, *, by: User) -> None:
    """Bring a round in SUPPLEMENT back to HANDED_IN when nothing is waited for any more."""
    if round.state == RoundState.SUPPLEMENT and not waits_for(round):
        moving.move(round, to=RoundState.HANDED_IN, by=by)
