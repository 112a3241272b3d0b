"""What becomes of the reviews of a case that is taken back after the hand-in, and when its slot is filled again (decision 16).

A file that goes leaves the case what it is: its reviews are looked at anew by whoever wrote them. A case that goes takes its reviews, its
drafts of findings and its place in VISO's selection along. What was written about it is erased like its files: it may have been about
somebody who should never have been here, so it leaves what was released too. That it was reviewed, by whom and when, is kept; the case
that comes instead begins anew.
"""

from __future__ import annotations

from django.utils import timezone

from accounts import audit
from accounts.models import User
from cases import access, review_told
from cases.actions import assigning, assuring, finding, moving, releasing
from cases.actions.conflicting import BACK_TO
from cases.models import Case, Finding, Review, Round, VisoPick
from cases.states import CaseState, FindingState, Profession, ReviewState, RoundState, SelectionState

TAKEN_BACK = "Kommunen trak sagen tilbage"  # how the reasons begin of what ended with a case, and begins again with the next


def is_settled(round: Round) -> bool:
    """Whether the results stand as they were shown or frozen, so that no review is opened again."""
    return round.state == RoundState.CLOSED or round.released_at is not None


def give_back(case: Case, by: User) -> None:
    """A file of the case went: reviews that were sent on go back to their authors. The round is locked by the caller."""
    for review in _standing(case):
        if review.state in BACK_TO:
            assuring.undo(review, BACK_TO[ReviewState(review.state)], by)


def end(case: Case, reason: str, by: User) -> None:
    """The case went: its reviews and its place in VISO's selection end. The round is locked by the caller."""
    why = f"{TAKEN_BACK}: {reason}"
    for review in _standing(case):
        finding.drop_drafts(review=review, by=by, reason=TAKEN_BACK)
        review.ended_at, review.ended_reason = timezone.now(), why[:500]
        _erase(review)
        review.save()
        audit.record(by=by, verb="review.end", target=review, scope=case.round.engagement.scope, reason=reason)
    releasing.erase(case, by)
    pick = VisoPick.objects.filter(case=case, removed_at__isnull=True).select_related("selection").first()
    if pick is None:
        return
    if pick.selection.state == SelectionState.OPEN:
        pick.selection.proposed_by, pick.selection.proposed_at = None, None
        pick.selection.save(update_fields=["proposed_by", "proposed_at"])
        pick.delete()
    else:
        pick.removed_at, pick.removed_by, pick.removed_reason = timezone.now(), by, why[:500]
        pick.save(update_fields=["removed_at", "removed_by", "removed_reason"])


def _erase(review: Review) -> None:
    """Every word that was written about the case; what was cleared for publication is about nobody, and stands."""
    Finding.objects.filter(source__review=review, state=FindingState.WITHDRAWN).update(text="")
    for written in (review.answers, review.submissions, review.comments):
        written.all().delete()
    review.overall, review.overall_reason, review.internal_note = "", "", ""


def begin_again(case: Case, by: User) -> None:
    """The slot was handed in again: whoever had the case that was there has this one, and it stands in its place in the selection.

    The caller has locked the round and moved the case to SUBMITTED.
    """
    if Review.objects.standing().filter(case=case, profession=Profession.LEGAL, changed_at__isnull=False).exists():
        moving.move(case, to=CaseState.IN_REVIEW, by=by)
    _pick_again(case)
    for profession in Profession:
        reviews = Review.objects.filter(case=case, profession=profession).select_related("reviewer", "second_reader")
        last = reviews.order_by("-pk").first()
        of_ours = profession == Profession.LEGAL or access.is_of_viso(case)
        if last and of_ours and last.ended_reason.startswith(TAKEN_BACK):
            _give_again(last, case, by)


def _standing(case: Case) -> list[Review]:
    found = list(Review.objects.standing().filter(case=case).select_for_update())
    for review in found:
        review.case = case
    return found


def _pick_again(case: Case) -> None:
    """The selection was locked with this slot in it: exactly so many are chosen again, unless a jurist has filled the place meanwhile."""
    last = VisoPick.objects.filter(case=case, selection__state=SelectionState.LOCKED).order_by("-pk").first()
    if last is None or not last.removed_reason.startswith(TAKEN_BACK):
        return
    if not VisoPick.objects.filter(selection=last.selection_id, slot=last.slot, removed_at__isnull=True).exists():
        again = {"slot": last.slot, "size": last.size, "reason": last.reason, "by_id": last.by_id}
        VisoPick.objects.create(selection_id=last.selection_id, case=case, **again)


def _give_again(last: Review, case: Case, by: User) -> None:
    """An empty review for those who had the last one, as far as they may still review the case."""
    profession, round = Profession(last.profession), case.round
    version = round.legal_criteria_id if profession == Profession.LEGAL else round.viso_criteria_id
    reviewer, second_reader = (
        person if person and assigning.can_review(person, profession, case) else None for person in (last.reviewer, last.second_reader)
    )
    made = Review(case=case, profession=profession, criteria_id=version or last.criteria_id)
    assigning.change(made, reviewer=reviewer, second_reader=second_reader, by=by)
    if reviewer:
        review_told.of_assignment(round, reviewer, 1)
    else:
        review_told.of_vacancy(made)
