"""The one gate through which rounds and cases change state."""

from __future__ import annotations

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from cases.models import Case, Round
from cases.states import CASE_MOVES, ROUND_MOVES, CaseState, RoundState


@transaction.atomic
def move(thing: Round | Case, *, to: RoundState | CaseState, by: User, reason: str = "") -> None:
    """Move the round or the case to that state and write it down; Refused when its table of moves does not lead there.

    Who may, and whether the time has come, is asked by the verb that calls it, which has locked the round (`lock`).
    """
    now: RoundState | CaseState = RoundState(thing.state) if isinstance(thing, Round) else CaseState(thing.state)
    allowed = ROUND_MOVES[now] if isinstance(now, RoundState) else CASE_MOVES[now]
    if to not in allowed:
        what = "Runden" if isinstance(thing, Round) else str(thing)
        raise Refused(f"{what} er allerede {now.label.lower()}. Genindlæs siden, og se, hvordan den står nu.")
    thing.state = to
    thing.save(update_fields=["state"])
    round = thing if isinstance(thing, Round) else thing.round
    audit.record(
        by=by,
        verb="round.state" if isinstance(thing, Round) else "case.state",
        target=thing,
        scope=round.engagement.scope,
        changes={"status": [now, to]},
        reason=reason,
    )


def lock(pk: int) -> Round:
    """The round as it is now, locked until the transaction ends: verbs that change its cases or files begin with it."""
    locked = Round.objects.select_for_update(of=("self",))
    return locked.select_related("engagement__municipality", "engagement__scope", "engagement__programme_version").get(pk=pk)
