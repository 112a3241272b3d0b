"""The one gate through which rounds, cases, reviews, selections and findings change state."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from django.db import transaction
from django.db.models import TextChoices

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from cases.models import Case, Finding, Review, Round, VisoSelection
from cases.states import (
    CASE_MOVES,
    FINDING_MOVES,
    REVIEW_MOVES,
    ROUND_MOVES,
    SELECTION_MOVES,
    CaseState,
    FindingState,
    ReviewState,
    RoundState,
    SelectionState,
)

Thing = Round | Case | Review | VisoSelection | Finding
# What it is → its states, where they lead, and its name in a sentence; and its verb in the history
GATES: dict[type, tuple[type[TextChoices], Mapping[Any, AbstractSet[Any]], str]] = {
    Round: (RoundState, ROUND_MOVES, "Runden"),
    Case: (CaseState, CASE_MOVES, ""),
    Review: (ReviewState, REVIEW_MOVES, "Gennemgangen"),
    VisoSelection: (SelectionState, SELECTION_MOVES, "Udvalget"),
    Finding: (FindingState, FINDING_MOVES, "Fundet"),
}
VERBS: dict[type, str] = {
    Round: "round.state",
    Case: "case.state",
    Review: "review.state",
    VisoSelection: "selection.state",
    Finding: "finding.state",
}


@transaction.atomic
def move(thing: Thing, *, to: TextChoices, by: User, reason: str = "") -> None:
    """Move it to that state and write it down; Refused when its table of moves does not lead there.

    Who may, and whether the time has come, is asked by the verb that calls it, which has locked the round (`lock`).
    """
    states, moves, name = GATES[type(thing)]
    now = states(thing.state)
    if to not in moves[now]:
        raise Refused(f"{name or thing} er allerede {now.label.lower()}. Genindlæs siden, og se, hvordan den står nu.")
    thing.state = to
    thing.save(update_fields=["state"])
    scope = round_of(thing).engagement.scope
    audit.record(by=by, verb=VERBS[type(thing)], target=thing, scope=scope, changes={"status": [now, to]}, reason=reason)


def round_of(thing: Thing) -> Round:
    """The round that it belongs to."""
    if isinstance(thing, Round):
        return thing
    return thing.case.round if isinstance(thing, Review) else thing.round


def lock(pk: int) -> Round:
    """The round as it is now, locked until the transaction ends: verbs that change its cases, files or reviews begin with it."""
    locked = Round.objects.select_for_update(of=("self",))
    return locked.select_related("engagement__municipality", "engagement__scope", "engagement__programme_version").get(pk=pk)
