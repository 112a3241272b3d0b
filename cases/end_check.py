"""What stands between a round and its end: cases that are not assured, and reviews by VISO that are begun and not done (domain rule 18)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.danish import count, join
from cases import choosing
from cases.models import Case, Review, Round, VisoSelection
from cases.models.review_reach import DONE
from cases.states import RECEIVED, CaseState, Profession, SelectionState

ALREADY = "Runden er allerede lukket."
NAMED = 6  # so many cases are named in a sentence; more are only counted


@dataclass(frozen=True)
class Check:
    """How far the round is from its end. `notes` are things to know; they hold nothing back."""

    needed: int
    assured: int
    left: Sequence[Case]
    of_viso: Sequence[Case]
    notes: Sequence[str]

    @property
    def stop(self) -> str:
        """The sentence that says why the round cannot be closed, or ""."""
        which = f" Det mangler i {join([str(case) for case in self.left])}." if 0 < len(self.left) <= NAMED else ""
        return f"{self.brief}{which}"

    @property
    def brief(self) -> str:
        """The same for a page that lists the cases itself."""
        if self.left or self.assured != self.needed:
            return f"{self.assured} af {count(self.needed, 'sag', 'sager')} er kvalitetssikret. Runden kan lukkes, når alle er det."
        if self.of_viso:
            return f"VISO er ikke færdig med {join([str(case) for case in self.of_viso])}. Vent, til gennemgangen er færdig."
        return ""


def of(round: Round) -> Check:
    """The round as it stands now; the number of queries does not depend on how many cases it has."""
    cases = list(round.cases.filter(state__in=RECEIVED).order_by("number"))
    for case in cases:
        case.round = round
    begun = Review.objects.standing().filter(case__in=cases, profession=Profession.VISO).exclude(state__in=DONE.values())
    unfinished = set(begun.values_list("case_id", flat=True))
    return Check(
        needed=round.needed,
        assured=sum(1 for case in cases if case.state == CaseState.ASSURED),
        left=[case for case in cases if case.state != CaseState.ASSURED],
        of_viso=[case for case in cases if case.pk in unfinished],
        notes=_notes(round),
    )


def _notes(round: Round) -> list[str]:
    found = []
    if round.viso_criteria_id and round.viso_count != 0:
        wanted, done = _of_viso(round)
        if done < wanted:
            found.append(f"VISO har gennemgået {done} af {count(wanted, 'sag', 'sager')}. Resten kommer ikke med i resultatet.")
    if round.released_at is None:
        found.append("Kommunen har ikke fået resultaterne at se. De kan frigives, også når runden er lukket.")
    return found


def _of_viso(round: Round) -> tuple[int, int]:
    """How many cases VISO should review, and how many it is done with."""
    done = Review.objects.standing().filter(case__round=round, profession=Profession.VISO, state=DONE[Profession.VISO]).count()
    if round.viso_count is None:
        return round.needed, done
    selection = VisoSelection.objects.filter(round=round, state=SelectionState.LOCKED).first()
    return (selection.size if selection else choosing.size_of(round)), done


def frozen_by(round: Round) -> list[dict[str, str]]:
    """What the results are made with, as rows of a list of facts: the criteria of each profession."""
    versions = {Profession.LEGAL: round.legal_criteria, Profession.VISO: round.viso_criteria}
    return [{"label": profession.label, "value": str(version)} for profession, version in versions.items() if version]
