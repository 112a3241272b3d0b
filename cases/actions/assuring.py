"""Quality assurance of a jurist's review by another jurist: comments, sending back, approval, and opening an approved one again."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from cases import review_access, review_told
from cases.actions import finding, moving
from cases.models import Criterion, Review, ReviewComment, reach
from cases.states import CaseState, ReviewState, RoundState

NO_TEXT = "Skriv en kommentar, så forfatteren ved, hvad der skal ændres."
CLOSED = "Runden er lukket, så gennemgangene kan ikke ændres."
RELEASED = "Resultaterne er frigivet til kommunen, så gennemgangen kan ikke åbnes igen."


@transaction.atomic
def comment(*, review: Review, text: str, criterion: Criterion | None = None, by: User) -> ReviewComment:
    """Write something about the review, or about one of its criteria; its author and the other jurists of the team see it."""
    found = _locked(review, by)
    review_access.require_review(by, "discuss", found)
    return _write(found, text, criterion, by)


@transaction.atomic
def send_back(*, review: Review, text: str, criterion: Criterion | None = None, by: User) -> Review:
    """Give it back to its author, with what is to be changed."""
    found = _locked(review, by)
    review_access.require_assurance(by, found)
    _write(found, text, criterion, by)
    moving.move(found, to=ReviewState.RETURNED, by=by)
    moving.move(found.case, to=CaseState.IN_REVIEW, by=by)
    review_told.of_return(found)
    return found


@transaction.atomic
def approve(*, review: Review, by: User) -> Review:
    """Assure it: the case is done with the jurists, and findings are drafted of what the review says."""
    found = _locked(review, by)
    review_access.require_assurance(by, found)
    moving.move(found, to=ReviewState.ASSURED, by=by)
    found.assured_by, found.done_at = by, timezone.now()
    found.save(update_fields=["assured_by", "done_at"])
    moving.move(found.case, to=CaseState.ASSURED, by=by)
    finding.draft_from(review=found, by=by)
    review_told.of_approval(found)
    return found


@transaction.atomic
def reopen(*, review: Review, text: str, by: User) -> Review:
    """Send an approved review back to its author, with the reason; refused once the municipality was shown the results."""
    found = _locked(review, by)
    review_access.require_review(by, "reopen", found)
    if found.case.round.released_at:
        raise Refused(RELEASED)
    _write(found, text, None, by)
    undo(found, ReviewState.RETURNED, by)
    review_told.of_return(found)
    return found


def undo(review: Review, to: ReviewState, by: User) -> None:
    """Take a review that was sent on back to where it is written, without its approval; the case goes with the jurist's review.

    The round is locked by the caller.
    """
    moving.move(review, to=to, by=by)
    review.assured_by, review.done_at = None, None
    review.save(update_fields=["assured_by", "done_at"])
    if review.is_legal:
        moving.move(review.case, to=CaseState.IN_REVIEW, by=by)


def _locked(review: Review, by: User) -> Review:
    """The review as it stands now, its round locked. Refused when it counts no more, or the round is over."""
    round = moving.lock(review.case.round_id)
    reach.look_again(by)
    found = Review.objects.standing().select_related("case", "criteria", "reviewer", "second_reader").filter(pk=review.pk).first()
    if found is None:
        raise Refused("Gennemgangen gælder ikke længere.")
    if round.state == RoundState.CLOSED:
        raise Refused(CLOSED)
    found.case.round = round
    return found


def _write(review: Review, text: str, criterion: Criterion | None, by: User) -> ReviewComment:
    if not text.strip():
        raise Refused(NO_TEXT)
    if criterion is not None and criterion.version_id != review.criteria_id:
        raise Refused("Kriteriet hører ikke til gennemgangen.")
    made = ReviewComment.objects.create(review=review, criterion=criterion, text=text.strip(), by=by)
    audit.record(by=by, verb="review.comment", target=review, scope=review.case.round.engagement.scope)
    return made
