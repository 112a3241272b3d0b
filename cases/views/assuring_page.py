"""What the page of assurance shows to whom; the views differ only in the form that they bring back."""

from __future__ import annotations

from typing import Any

from django.forms import Form

from accounts.models import User
from cases import assurance, review_access, review_places, review_reading
from cases.assuring_forms import CommentForm, ReopenForm
from cases.models import Review
from cases.states import ReviewState
from cases.views.frame import reviewing

VARIANTS = {ReviewState.DRAFT: "neutral", ReviewState.IN_QA: "info", ReviewState.RETURNED: "warning", ReviewState.ASSURED: "done"}


def context(user: User, review: Review, sent: Form | None = None) -> dict[str, Any]:
    """Everything of templates/cases/assure.html; the form that was sent, or new ones."""
    comment_form = sent if isinstance(sent, CommentForm) else CommentForm(review=review)
    reopen_form = sent if isinstance(sent, ReopenForm) else ReopenForm()
    return reviewing(user, review.case, "Kvalitetssikring") | {
        "review": review,
        "reading": review_reading.read(review, user),
        "variant": VARIANTS[ReviewState(review.state)],
        "differences": assurance.differences(review),
        "remarks": assurance.remarks(review),
        "why_not_assure": review_access.why_not_assure(user, review),
        "waits": review.state == ReviewState.IN_QA,
        "is_assured": review.state == ReviewState.ASSURED,
        "why_not_reopen": assurance.why_not_reopen(user, review),
        "review_url": review_places.of_review(review),
        "is_author": review.reviewer_id == user.pk,
        "comment_form": comment_form,
        "reopen_form": reopen_form,
        "forms": [sent] if sent else [],
    }
