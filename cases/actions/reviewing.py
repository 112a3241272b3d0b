"""Writing a review: its fields one by one, sending it on when nothing is missing, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts import drafts
from accounts.drafts import Conflict, Saved
from accounts.models import User
from accounts.refusal import Refused
from cases import review_access, review_sheet, review_told
from cases.actions import finding, moving
from cases.actions.filling import require_running
from cases.models import Answer, Review, Submission
from cases.review_sheet import Lack
from cases.states import CaseState, ReviewState, RoundState

WRITE_VERB = "review.write"
ENDED = "Sagen er ikke længere til gennemgang. Det, der er skrevet, er gemt."
CLOSED = "Runden er lukket, så gennemgangen kan ikke ændres."


@dataclass(frozen=True)
class Change:
    """A new value of a field, as the form calls it, and the fingerprint of the one that the page was given."""

    name: str
    value: Any
    base: str


class Unfinished(Refused):
    """The review cannot be sent on: `lacks` says what is missing, and where."""

    def __init__(self, lacks: Sequence[Lack]) -> None:
        super().__init__(" ".join(lack.sentence for lack in lacks))
        self.lacks = list(lacks)


@transaction.atomic
def save(*, review: Review, changes: Sequence[Change], by: User) -> dict[str, Saved | Conflict]:
    """Save the fields that nobody else saved meanwhile; by name, how it went with each.

    The first thing that is written in a case that waits takes it under review. Denied when the review is not `by`'s to write in now.
    """
    locked = _lock(review)
    review_access.require_review(by, "write", locked)
    answers = _answers(locked, changes)
    outcome = {one.name: _save_field(locked, answers, one, by) for one in changes}
    if any(isinstance(one, Saved) and one.is_changed for one in outcome.values()):
        Review.objects.filter(pk=locked.pk).update(changed_at=timezone.now())
        drafts.note(by=by, verb=WRITE_VERB, target=locked, scope=locked.case.round.engagement.scope)
        if locked.is_legal and locked.case.state == CaseState.SUBMITTED:
            moving.move(locked.case, to=CaseState.IN_REVIEW, by=by)
    return outcome


@transaction.atomic
def submit(*, review: Review, by: User) -> None:
    """Send a legal review to assurance, or finish VISO's. Raises Unfinished when something is missing; keeps a copy of what was sent."""
    locked = _lock(review)
    review_access.require_review(by, "write", locked)
    sheet = review_sheet.load(locked)
    if lacks := list(sheet.lacks()):
        raise Unfinished(lacks)
    last = locked.submissions.aggregate(last=Max("number"))["last"] or 0
    Submission.objects.create(review=locked, number=last + 1, by=by, content=sheet.content())
    now = timezone.now()
    locked.submitted_at, locked.done_at = now, None if locked.is_legal else now
    locked.save(update_fields=["submitted_at", "done_at"])
    moving.move(locked, to=ReviewState.IN_QA if locked.is_legal else ReviewState.FINAL, by=by)
    if locked.is_legal:
        if locked.case.state == CaseState.SUBMITTED:
            moving.move(locked.case, to=CaseState.IN_REVIEW, by=by)
        moving.move(locked.case, to=CaseState.REVIEWED, by=by)
        review_told.of_submission(locked)
    else:
        finding.draft_from(review=locked, by=by)


@transaction.atomic
def take_back(*, review: Review, by: User) -> None:
    """Open it again for its author: before somebody assured it, or while VISO's alone is done."""
    locked = _lock(review)
    review_access.require_review(by, "take_back", locked)
    locked.submitted_at = locked.done_at = None
    locked.save(update_fields=["submitted_at", "done_at"])
    moving.move(locked, to=ReviewState.DRAFT, by=by)
    if locked.is_legal and locked.case.state == CaseState.REVIEWED:
        moving.move(locked.case, to=CaseState.IN_REVIEW, by=by)


def _lock(review: Review) -> Review:
    """The review as it is now, its round locked until the transaction ends."""
    round = moving.lock(review.case.round_id)
    found = Review.objects.select_for_update(of=("self",)).select_related("case__service_area", "reviewer", "criteria")
    locked = found.get(pk=review.pk)
    locked.case.round = round
    require_running(round)
    if round.state == RoundState.CLOSED:
        raise Refused(CLOSED)
    if locked.ended_at:
        raise Refused(ENDED)
    return locked


def _answers(review: Review, changes: Sequence[Change]) -> dict[str, Answer]:
    """The answers that the changes are about, by the code of their criterion; those that are not there yet are not stored."""
    codes = {code for one in changes if (code := review_sheet.parts_of(one.name)[0])}
    if not codes:
        return {}
    stored = {one.criterion.code: one for one in review.answers.filter(criterion__code__in=codes).select_related("criterion", "changed_by")}
    missing = review.criteria.criteria.filter(code__in=codes - stored.keys())
    return stored | {one.code: Answer(review=review, criterion=one) for one in missing}


def _save_field(review: Review, answers: dict[str, Answer], change: Change, by: User) -> Saved | Conflict:
    code, field = review_sheet.parts_of(change.name)
    if not code:
        return drafts.save_field(review, field, change.value, base=change.base, by=by, author=review.reviewer)
    return drafts.save_field(answers[code], field, change.value, base=change.base, by=by)
