"""What is ready and what stops before the hand-in: exactly so many cases, and nothing left over that belongs to none."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.danish import count, join
from cases import board
from cases.board import CaseRow
from cases.models import Round


@dataclass(frozen=True)
class FinalCheck:
    """`stop` is the sentence that refuses the hand-in, "" when nothing does."""

    needed: int
    ready: list[CaseRow]
    begun: list[CaseRow]
    empty: list[CaseRow]
    loose: int
    warnings: list[str]
    stop: str


def of(round: Round) -> FinalCheck:
    """How the round stands now; the same question for the page and, with the round locked, for the hand-in."""
    found = board.read(round)
    others = [row for row in found.rows if not row.is_ready]
    begun = [row for row in others if not row.is_empty]
    return FinalCheck(
        needed=round.needed,
        ready=found.ready,
        begun=begun,
        empty=[row for row in others if row.is_empty],
        loose=len(found.loose),
        warnings=found.warnings,
        stop=_stop(round.needed, len(found.ready), begun, len(found.loose)),
    )


def _stop(needed: int, ready: int, begun: list[CaseRow], loose: int) -> str:
    if ready < needed:
        return f"{ready} af {count(needed, 'sag', 'sager')} er klar. {_more(needed - ready)} være klar, før I kan indsende."
    if ready > needed:
        return f"{count(ready, 'sag', 'sager')} er klar, men I skal indsende {needed}. Tøm dem, der ikke skal med."
    if begun:
        names = join([str(row.case) for row in begun])
        return f"{names} er begyndt, men ikke klar. Tøm sagen, hvis den ikke skal med."
    if loose:
        return f"{count(loose, 'fil', 'filer')} ligger uden sag. Læg dem i en sag, eller fjern dem."
    return ""


def _more(number: int) -> str:
    return "1 mere skal" if number == 1 else f"{number} mere skal"
