"""*Jeg er inhabil i denne sag*: from then on the person has nothing to do with the case, and somebody else takes over (domain rule 26)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from cases import access, review_told
from cases.actions import assigning, assuring, moving
from cases.models import Case, CaseConflict, Review, reach
from cases.states import WRITING, Profession, ReviewState, RoundState

# Where a review that was sent on goes when its author or its assurer turns out to be inhabil.
BACK_TO = {ReviewState.IN_QA: ReviewState.DRAFT, ReviewState.ASSURED: ReviewState.RETURNED, ReviewState.FINAL: ReviewState.DRAFT}
DECLARED = "Du har allerede meldt dig inhabil i sagen."
AGAIN = "Gennemgangen skal kvalitetssikres af en anden."


@transaction.atomic
def declare(*, case: Case, reason: str = "", by: User) -> CaseConflict:
    """Say that one is *inhabil* in the case. Reviews go to their second reader, or to nobody, of which the consultants are told.

    Results that are released or frozen stay as they are; who wrote them loses the case all the same.
    """
    locked = moving.lock(case.round_id)
    found = Case.objects.get(pk=case.pk)
    found.round = locked
    if CaseConflict.objects.filter(case=found, user=by).exists():
        raise Refused(DECLARED)
    access.require_case(by, access.DECLARE_CONFLICT, found)
    made = CaseConflict.objects.create(case=found, user=by, reason=reason.strip())
    reach.look_again(by)
    audit.record(by=by, verb="conflict.case", target=found, scope=locked.engagement.scope, changes={"inhabil": [None, by.full_name]})
    if locked.state != RoundState.CLOSED and not locked.released_at:
        for review in _reviews_of(found, by):
            _leave(review, by)
    return made


@transaction.atomic
def lift(*, conflict: CaseConflict, by: User) -> None:
    """Take back what somebody declared by mistake: done by a colleague of the team, never by the person themselves."""
    locked = moving.lock(conflict.case.round_id)
    found = CaseConflict.objects.select_related("case", "user").filter(pk=conflict.pk, case__round=locked).first()
    if found is None:
        raise Refused("Inhabiliteten er allerede ophævet.")
    found.case.round = locked
    access.require_case(by, access.LIFT_CONFLICT, found.case)
    scope = locked.engagement.scope
    audit.record(by=by, verb="conflict.lift", target=found.case, scope=scope, changes={"inhabil": [found.user.full_name, None]})
    found.delete()


def _reviews_of(case: Case, person: User) -> list[Review]:
    """The standing reviews of the case in which the person has a part."""
    theirs = Q(reviewer=person) | Q(second_reader=person) | Q(assured_by=person)
    found = list(Review.objects.standing().filter(theirs, case=case).select_related("second_reader", "reviewer"))
    for review in found:
        review.case = case
    return found


def _leave(review: Review, person: User) -> None:
    """Hand the review on; one that was sent on is looked at anew by whoever takes over, or assured anew."""
    was_author, was_assurer = review.reviewer_id == person.pk, review.assured_by_id == person.pk
    if review.state not in WRITING and (was_author or was_assurer):
        assuring.undo(review, BACK_TO[ReviewState(review.state)], person)
    if was_author:
        heir = _heir(review)
        assigning.change(review, reviewer=heir, second_reader=None, by=person)
    elif review.second_reader_id == person.pk:
        assigning.change(review, reviewer=review.reviewer, second_reader=None, by=person)
    if was_author and review.reviewer:
        review_told.of_assignment(review.case.round, review.reviewer, 1)
    elif was_author:
        review_told.of_vacancy(review)
    elif was_assurer:
        review.comments.create(text=AGAIN, by=person)
        review_told.of_return(review)


def _heir(review: Review) -> User | None:
    """The second reader, while they may still review the case."""
    heir = review.second_reader
    if heir is None:
        return None
    reach.look_again(heir)
    return heir if assigning.can_review(heir, Profession(review.profession), review.case) else None
