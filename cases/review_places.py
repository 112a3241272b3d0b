"""Where a review is worked on: the addresses of its form, its assurance, and the list of one's own cases."""

from __future__ import annotations

from django.urls import reverse

from cases.models import Review, Round
from cases.states import Profession

NAMES = {Profession.LEGAL: "review", Profession.VISO: "viso-review"}


def of_review(review: Review) -> str:
    """The form, or the review to read for whoever does not write it."""
    round = review.case.round
    return reverse(NAMES[Profession(review.profession)], args=[round.engagement_id, round.kind, review.case.number])


def of_assurance(review: Review) -> str:
    """The page where it is assured; of the jurists' reviews alone."""
    round = review.case.round
    return reverse("review-assure", args=[round.engagement_id, round.kind, review.case.number])


def of_assignment(round: Round) -> str:
    """Who has which case."""
    return reverse("review-assign", args=[round.engagement_id, round.kind])


def of_my_cases() -> str:
    """*Mine sager*."""
    return reverse("my-cases")
