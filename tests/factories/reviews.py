"""Reviews in chosen states, past the rules that lead there; and rounds whose cases can be reviewed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import User
from cases import criteria, scales
from cases.models import Answer, Case, Criterion, Review, Round, VisoPick, VisoSelection
from cases.states import AgeGroup, CaseState, Outcome, Overall, Profession, Rating, ReviewState, RoundState, Scale, SelectionState
from engagements.models import Engagement
from tests.factories.cases import round as make_round
from tests.factories.cases import service_areas

OUTCOMES, AGES = list(Outcome), list(AgeGroup)
CASE_STATES = {ReviewState.IN_QA: CaseState.REVIEWED, ReviewState.ASSURED: CaseState.ASSURED}


def reviewable_round(of: Engagement, *, cases: int = 3, state: RoundState = RoundState.COMPLETE, **fields: Any) -> Round:
    """A round that is handed in and complete, its cases filled, the criteria of today pinned."""
    made = make_round(of, state=state, cases=cases, **fields)
    areas = service_areas(of)
    for case in made.cases.all():
        Case.objects.filter(pk=case.pk).update(
            service_area=areas[case.number % len(areas)], decided_on=date(2025, 3, 1 + case.number % 28),
            outcome=OUTCOMES[case.number % len(OUTCOMES)], age_group=AGES[case.number % len(AGES)], description="En ansøgning",
        )  # fmt: skip
    criteria.pin(made)
    return Round.objects.get(pk=made.pk)


def legal_review(
    case: Case, reviewer: User, *, state: ReviewState = ReviewState.DRAFT, rating: Rating | None = None, assured_by: User | None = None,
    answered: bool = True, **fields: Any,
) -> Review:  # fmt: skip
    """A jurist's review, every criterion answered with the good answer or with `rating` where its scale has it; the case follows."""
    made = _review(case, reviewer, Profession.LEGAL, state, rating, answered, assured_by=assured_by, **fields)
    Case.objects.filter(pk=case.pk).update(state=CASE_STATES.get(state, CaseState.IN_REVIEW))
    return made


def viso_review(
    case: Case,
    reviewer: User,
    *,
    state: ReviewState = ReviewState.DRAFT,
    rating: Rating | None = None,
    answered: bool = True,
    **fields: Any,
) -> Review:
    """A VISO consultant's review, every focus point answered."""
    return _review(case, reviewer, Profession.VISO, state, rating, answered, **fields)


def answer(review: Review, criterion: Criterion, rating: Rating, **fields: Any) -> Answer:
    """An answer with a reason where the answer needs one."""
    values = {"rating": rating, "changed_by": review.reviewer, "changed_at": timezone.now(), **fields}
    if scales.needs_reason(rating):
        values.setdefault("reason", f"Begrundelse for {criterion.label.lower()}")
    return Answer.objects.update_or_create(review=review, criterion=criterion, defaults=values)[0]


def locked_selection(round: Round, by: User, numbers: list[int] | None = None) -> VisoSelection:
    """The first cases of the round, or those with `numbers`, chosen for VISO and locked."""
    size = round.viso_count or 0
    chosen = list(round.cases.filter(number__in=numbers) if numbers else round.cases.all()[:size])
    made = VisoSelection.objects.create(round=round, size=size, state=SelectionState.LOCKED, locked_by=by, locked_at=timezone.now())
    VisoPick.objects.bulk_create(VisoPick(selection=made, case=case, slot=slot, size=size, by=by) for slot, case in enumerate(chosen, 1))
    return made


def _review(
    case: Case, reviewer: User, profession: Profession, state: ReviewState, rating: Rating | None, answered: bool, **fields: Any
) -> Review:
    version = case.round.legal_criteria if profession == Profession.LEGAL else case.round.viso_criteria
    assert version is not None
    done = state in {ReviewState.ASSURED, ReviewState.FINAL}
    begun = answered or state != ReviewState.DRAFT
    values = {
        "overall": Overall.AGREE if begun and profession == Profession.LEGAL else "",
        "changed_at": timezone.now() if begun else None, "done_at": timezone.now() if done else None, **fields,
    }  # fmt: skip
    review = Review.objects.create(case=case, profession=profession, criteria=version, reviewer=reviewer, state=state, **values)
    if begun:
        for criterion in version.criteria.all():
            own = scales.choice(criterion.scale, rating) if rating else None
            answer(review, criterion, own.rating if own else scales.SCALES[Scale(criterion.scale)][0].rating)
    return review
