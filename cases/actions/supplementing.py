"""*Bed om supplerende akter*, *Indsend supplement* and *Komplet*: what is missing in cases that were handed in (domain rule 21)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from cases import access, board, receipts, told
from cases.actions import leaving, moving, settling
from cases.models import Case, HandIn, Round, Supplement
from cases.states import RECEIVED, CaseState, RoundState

NOTHING_ASKED = "Der er ikke bedt om noget i {}, så der er ikke noget at indsende."
NOTHING_NEW = "Upload det, der mangler, eller skriv på sagens side, hvorfor det ikke findes. Indsend så igen."


@transaction.atomic
def ask(*, case: Case, text: str, due_on: date, by: User) -> Supplement:
    """Say what is missing in a case and when it must be there; coordinators and leaders are told."""
    locked = moving.lock(case.round_id)
    access.require_round(by, access.SUPPLEMENT, locked)
    found = _case(locked, case)
    if found.state not in RECEIVED:
        raise Refused(f"{found} er trukket tilbage og venter på en ny sag fra kommunen.")
    if found.supplements.filter(answered_in=None).exists():
        raise Refused(f"Der er allerede bedt om akter i {found}. Vent på svaret, eller tag anmodningen tilbage.")
    if due_on <= timezone.localdate():
        raise Refused("Fristen skal ligge efter i dag.")
    made = Supplement.objects.create(round=locked, case=found, text=text, due_on=due_on, asked_by=by)
    _record(made, by, "supplement.ask", [None, due_on.isoformat()])
    if locked.state != RoundState.SUPPLEMENT:
        moving.move(locked, to=RoundState.SUPPLEMENT, by=by)
    told.of_supplement(made)
    return made


@transaction.atomic
def take_back(*, supplement: Supplement, by: User) -> None:
    """Ask no longer for what has not been answered."""
    locked = moving.lock(supplement.round_id)
    access.require_round(by, access.SUPPLEMENT, locked)
    found = locked.supplements.filter(pk=supplement.pk, answered_in=None).select_related("case").first()
    if found is None:
        raise Refused("Kommunen har allerede svaret.")
    found.round = locked
    _record(found, by, "supplement.take_back", [found.due_on.isoformat(), None])
    found.delete()
    settling.settle(locked, by=by)


@transaction.atomic
def hand_in(*, case: Case, by: User) -> HandIn:
    """Hand in what was asked for in a case, or a whole case instead of one that was taken back. Gives a receipt of its own."""
    locked = moving.lock(case.round_id)
    access.require_round(by, access.HAND_IN, locked)
    found = _case(locked, case)
    supplement = found.supplements.filter(answered_in=None).first()
    if locked.state != RoundState.SUPPLEMENT or (supplement is None and found.state != CaseState.DRAFT):
        raise Refused(NOTHING_ASKED.format(found))
    row, _ = board.row_of(found)
    if not row.standing.is_ready:
        raise Refused(f"{found} er ikke klar. {row.standing.hindrances[0].why}")
    files = settling.own_files([found])
    if not files and not (supplement and found.missing.filter(at__gt=supplement.asked_at).exists()):
        raise Refused(NOTHING_NEW)
    made = settling.receive(locked, files, verb="hand_in.supplement", by=by)
    if found.state == CaseState.DRAFT:
        moving.move(found, to=CaseState.SUBMITTED, by=by)
        leaving.begin_again(found, by)
    found.supplements.filter(answered_in=None).update(answered_in=made)
    settling.settle(locked, by=by)
    told.of_hand_in(made)
    receipts.order_pdf(made, by)
    return made


@transaction.atomic
def complete(*, round: Round, by: User) -> Round:
    """Say that nothing is missing any more."""
    locked = moving.lock(round.pk)
    access.require_round(by, access.SUPPLEMENT, locked)
    asked = locked.supplements.filter(answered_in=None).select_related("case").first()
    if asked:
        raise Refused(f"Der ventes på svar om {asked.case}. Tag anmodningen tilbage, hvis den ikke længere gælder.")
    if settling.waits_for(locked):
        raise Refused("En sag er trukket tilbage og ikke erstattet. Vent på den, eller giv dispensation.")
    moving.move(locked, to=RoundState.COMPLETE, by=by)
    return locked


def _case(round: Round, case: Case) -> Case:
    found = Case.objects.get(pk=case.pk)
    found.round = round
    return found


def _record(supplement: Supplement, by: User, verb: str, due: list[str | None]) -> None:
    scope = supplement.round.engagement.scope
    audit.record(by=by, verb=verb, target=supplement.case, scope=scope, changes={"frist for supplerende akter": due})
