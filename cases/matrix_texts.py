"""What stands behind a field of the matrix: the reviewer's words, to those who may read them, of one case or of all under a criterion."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from cases import criteria, matrix
from cases.matrix import Cell, Column, Seen
from cases.models import Answer, Round
from cases.states import CriterionGroup, Profession, RuleClass

NOT_GIVEN = "Sagen er ikke fordelt endnu."
NOT_ASSURED = "Begrundelsen kan læses, når gennemgangen er kvalitetssikret."
DRAFT = "Gennemgangen er en kladde. Den kan læses, når den er sendt til kvalitetssikring."
DRAFTS = "Kladder kan læses, når de er sendt til kvalitetssikring."
NOT_FINAL = "VISO's vurdering vises, når VISO er færdig med sagen."
NOT_BOTH = "VISO's vurdering vises, når begge fagligheder er færdige med sagen."


@dataclass(frozen=True)
class Said:
    """A field with its words. `answer` is there for those who may read them; else `why_not` says when they can."""

    cell: Cell
    area: str
    state: str
    answer: Answer | None
    why_not: str


@dataclass(frozen=True)
class Criterion:
    """A criterion with what was said under it."""

    column: Column
    group: str
    rule_class: str
    said: list[Said]

    @property
    def waits(self) -> str:
        """When the words can be read that cannot be read yet, where there are any."""
        waits = next((one.why_not for one in self.said if one.why_not and (one.cell.choice or one.cell.hidden)), "")
        return DRAFTS if waits == DRAFT else waits


def of_criterion(round: Round, user: User, profession: Profession, code: str, *, area: str = "") -> Criterion | None:
    """All the cases that the person sees, or those of one service area; None when the round has no such criterion."""
    found = matrix.matrix_of(round, user, area=area, with_viso=profession == Profession.VISO)
    at = next((n for n, one in enumerate(found.columns) if (one.profession, one.criterion.code) == (profession, code)), None)
    if at is None:
        return None
    column, seen = found.columns[at], matrix.seen_by(round, user)
    answers = _texts(column, seen)
    return Criterion(
        column=column,
        group=CriterionGroup(column.criterion.group).label,
        rule_class=RuleClass(column.criterion.rule_class).label if column.criterion.rule_class else "",
        said=[_said(row.cells[at], row.area, seen, answers) for row in found.rows],
    )


def of_cell(round: Round, user: User, number: int, profession: Profession, code: str) -> Said | None:
    """One field; None when there is no such criterion, or no such case for the person."""
    found = of_criterion(round, user, profession, code)
    return next((one for one in found.said if one.cell.case.number == number), None) if found else None


def law_of(said: Said) -> str:
    """The law behind the criterion on the day of the decision."""
    return criteria.law_of(said.cell.column.criterion, said.cell.case)


def _texts(column: Column, seen: Seen) -> dict[int, Answer]:
    """Case → the answer with its words, of the reviews that may be read."""
    found = Answer.objects.filter(review__in=seen.texts, criterion=column.criterion).exclude(rating="")
    return {one.review.case_id: one for one in found.select_related("review", "document__document")}


def _said(cell: Cell, area: str, seen: Seen, answers: dict[int, Answer]) -> Said:
    review = seen.reviews.get((cell.case.pk, cell.column.profession))
    is_readable = review is not None and review.pk in seen.texts
    return Said(
        cell,
        area,
        matrix.state_of(review, cell.column.profession),
        answers.get(cell.case.pk),
        "" if is_readable else _why_not(cell, seen, given=bool(review)),
    )


def _why_not(cell: Cell, seen: Seen, *, given: bool) -> str:
    if not given:
        return NOT_GIVEN
    if cell.column.profession == Profession.VISO:
        return NOT_FINAL if seen.running else NOT_BOTH
    return NOT_ASSURED if seen.running else DRAFT


def indicators_of(said: Said) -> list[tuple[str, bool]]:
    """What was looked for under a focus point, and whether it can be seen in the case."""
    if said.answer is None:
        return []
    return [(one.text, one.code in said.answer.indicators) for one in said.cell.column.criterion.indicators.all()]
