"""*Indsend sager*: exactly the agreed number of ready cases, once, with a receipt (domain rule 18)."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.refusal import Refused
from cases import access, final_check, receipts, told, viso_told
from cases.actions import moving, settling
from cases.models import HandIn, Round
from cases.states import SEQUENCE, CaseState, RoundKind, RoundState
from engagements.actions.milestones import meet_purpose
from engagements.states import Purpose

HANDED_IN_ALREADY = "Sagerne er allerede indsendt. Kvitteringen står på sidens oversigt."


@transaction.atomic
def hand_in(*, round: Round, by: User) -> HandIn:
    """Lock the cases and give the receipt. Of several at once one does it, and the others are refused."""
    locked = moving.lock(round.pk)
    access.require_round(by, access.HAND_IN, locked)
    if locked.state != RoundState.OPEN:
        raise Refused(HANDED_IN_ALREADY)
    check = final_check.of(locked)
    if check.stop:
        raise Refused(check.stop)
    cases = [row.case for row in check.ready]
    made = settling.receive(locked, settling.own_files(cases), verb="hand_in.cases", by=by)
    for case in cases:
        case.round = locked
        moving.move(case, to=CaseState.SUBMITTED, by=by)
    moving.move(locked, to=RoundState.HANDED_IN, by=by)
    meet_purpose(engagement=locked.engagement, purpose=Purpose.CASES_DUE, sequence=SEQUENCE[RoundKind(locked.kind)], by=by)
    told.of_hand_in(made)
    viso_told.of_round(locked)
    receipts.order_pdf(made, by)
    return made
