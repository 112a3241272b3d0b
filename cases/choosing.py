"""VISO's choice of cases as it stands: how many, among which, chosen by whom and why. For the page, the verbs and what people are told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from accounts.models import User
from cases.models import Case, Round, VisoPick, VisoSelection, reach
from cases.selecting import Candidate
from cases.states import RECEIVED, WITH_US, RoundState, SelectionState

CHOOSABLE = frozenset(WITH_US - {RoundState.CLOSED})


@dataclass(frozen=True)
class Standing:
    """The choice of a round, as one person sees it: nothing of a case that they are *inhabil* in, but how many of these are chosen."""

    round: Round
    selection: VisoSelection | None
    size: int
    cases: list[Case]  # those that can be chosen
    picks: list[VisoPick]  # those that are, in the order of their numbers
    hidden: int

    @property
    def state(self) -> SelectionState:
        return SelectionState(self.selection.state) if self.selection else SelectionState.OPEN

    @property
    def is_locked(self) -> bool:
        return self.state == SelectionState.LOCKED

    @property
    def is_proposed(self) -> bool:
        """Whether VISO has said which ones, all of them."""
        return self.selection is not None and self.selection.proposed_at is not None

    @property
    def free(self) -> int:
        """How many places are empty: before the choice is done, or since a case was taken back."""
        return self.size - self.hidden - len(self.picks)

    @property
    def candidates(self) -> list[Candidate]:
        return [candidate_of(case) for case in self.cases]

    @property
    def numbers(self) -> list[int]:
        return [pick.case.number for pick in self.picks]

    @property
    def seen(self) -> str:
        return seen_of(self.picks)


def size_of(round: Round) -> int:
    """How many cases VISO chooses; 0 where the programme has no such step. Fewer, where the round itself has fewer."""
    return min(round.viso_count or 0, round.needed)


def standing(round: Round, user: User) -> Standing:
    """The choice as the user may see it now; the number of queries does not depend on how many cases there are."""
    selection = VisoSelection.objects.select_related("proposed_by", "locked_by").filter(round=round).first()
    size = selection.size if selection and selection.state == SelectionState.LOCKED else size_of(round)
    conflicted = reach.conflicted_cases(user)
    picks = live(selection) if selection else []
    seen = [pick for pick in picks if pick.case_id not in conflicted]
    cases = [case for case in choosable(round) if case.pk not in conflicted]
    return Standing(round, selection, size, cases, seen, len(picks) - len(seen))


def choosable(round: Round) -> list[Case]:
    """The cases that are handed in and not taken back, by number."""
    cases = list(Case.objects.filter(round=round, state__in=RECEIVED).select_related("service_area").order_by("number"))
    for case in cases:
        case.round = round
    return cases


def live(selection: VisoSelection) -> list[VisoPick]:
    """What is chosen now, by the numbers of the cases."""
    picks = selection.picks.filter(removed_at__isnull=True).select_related("case__service_area", "by").order_by("case__number")
    for pick in picks:
        pick.case.round = selection.round
    return list(picks)


def exchanges(selection: VisoSelection, user: User) -> list[VisoPick]:
    """What was taken out again after the lock, and why; the newest first."""
    removed = selection.picks.filter(removed_at__isnull=False).exclude(case__in=reach.conflicted_cases(user))
    return list(removed.select_related("case", "removed_by").order_by("-removed_at"))


def candidate_of(case: Case) -> Candidate:
    """The four facts by which VISO chooses, and nothing else of the case."""
    return Candidate(case.number, str(case.service_area or ""), case.age_group, case.outcome)


def seen_of(picks: Iterable[VisoPick]) -> str:
    """What a page was given, in a few letters: others when somebody chose anew meanwhile."""
    return fingerprint({pick.case.number: pick.reason for pick in picks})


def fingerprint(reasons: Mapping[int, str]) -> str:
    """The numbers and their reasons, in a few letters."""
    return hashlib.sha256(repr(sorted(reasons.items())).encode()).hexdigest()[:16]
