"""*Dispensation*: a consultant accepts fewer cases than the programme's number, with a reason (domain rule 18)."""

from __future__ import annotations

from django.db import transaction

from accounts import audit
from accounts.danish import count
from accounts.models import User
from accounts.refusal import Refused
from cases import access
from cases.actions import moving, settling
from cases.models import Round
from cases.states import RECEIVED, RoundState

NO_REASON = "Skriv, hvorfor færre sager er nok. Begrundelsen står i forløbets historik og på kommunens side."


@transaction.atomic
def dispense(*, round: Round, number: int, reason: str, by: User) -> Round:
    """Let `number` cases be enough. After a hand-in it settles what a withdrawn case left open."""
    locked = moving.lock(round.pk)
    access.require_round(by, access.DISPENSE, locked)
    received = locked.cases.filter(state__in=RECEIVED).count()
    if not max(1, received) <= number < locked.case_count:
        raise Refused(f"Vælg et antal fra {max(1, received)} til {locked.case_count - 1}. Programmet kræver {locked.case_count}.")
    if not reason:
        raise Refused(NO_REASON)
    before = locked.needed
    locked.dispensed_count, locked.dispensed_reason, locked.dispensed_by = number, reason, by
    _save(locked, by, "round.dispense", before, reason)
    settling.settle(locked, by=by)
    return locked


@transaction.atomic
def take_back(*, round: Round, by: User) -> Round:
    """Ask for the programme's number again; only until the cases are handed in."""
    locked = moving.lock(round.pk)
    access.require_round(by, access.DISPENSE, locked)
    if locked.dispensed_count is None:
        raise Refused("Der er ikke givet dispensation.")
    if locked.state != RoundState.OPEN:
        raise Refused(f"Der er indsendt {count(locked.needed, 'sag', 'sager')} efter dispensationen, så den kan ikke tages tilbage.")
    before = locked.needed
    locked.dispensed_count, locked.dispensed_reason, locked.dispensed_by = None, "", None
    _save(locked, by, "round.dispense_off", before, "")
    return locked


def _save(round: Round, by: User, verb: str, before: int, reason: str) -> None:
    round.save(update_fields=["dispensed_count", "dispensed_reason", "dispensed_by"])
    changes = {"antal sager": [before, round.needed]}
    audit.record(by=by, verb=verb, target=round, scope=round.engagement.scope, changes=changes, reason=reason)
