"""The page of assurance: what was changed since the review was last sent, and what was written about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from cases import review_access
from cases.actions.assuring import CLOSED, RELEASED
from cases.models import Criterion, Review, ReviewComment
from cases.states import Overall, Rating, RoundState

WHOLE = "Gennemgangen som helhed"
NOTHING, YES, NO = "Tomt", "Ja", "Nej"
# The fields of a copy (cases/review_sheet.py: COPIED) in words.
FIELDS = {
    "rating": "Vurdering",
    "reason": "Begrundelse",
    "strength": "Styrke",
    "material": "Væsentlig betydning",
    "document_id": "Akt",
    "page": "Side",
    "good_example": "Godt eksempel",
    "learning_point": "Læringspunkt",
    "indicators": "Indikatorer",
}
OF_REVIEW = {"overall": "Samlet vurdering", "overall_reason": "Begrundelse for samlet vurdering"}
LABELS = {**dict(Rating.choices), **dict(Overall.choices)}


@dataclass(frozen=True)
class Difference:
    """One field that is another than when the review was last sent."""

    where: str
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Remarks:
    """What was written about one criterion, or about the review as a whole, oldest first."""

    where: str
    comments: list[ReviewComment]


def differences(review: Review) -> list[Difference] | None:
    """What differs between the last copy that was sent and the one before; None when it was sent once or never."""
    copies = list(review.submissions.order_by("-number").values_list("content", flat=True)[:2])
    if len(copies) < 2:
        return None
    after, before = copies
    criteria = {one.code: one for one in review.criteria.criteria.all()}
    names = _files(review, before, after)
    found = [*_compare(WHOLE, OF_REVIEW, before, after, names)]
    for code, criterion in criteria.items():
        old, new = (copy.get("answers", {}).get(code, {}) for copy in (before, after))
        found += _compare(criterion.label, FIELDS, old, new, names)
    return found


def remarks(review: Review) -> list[Remarks]:
    """All comments, those about the whole first, then in the order of the criteria."""
    found: dict[Criterion | None, list[ReviewComment]] = {}
    for comment in review.comments.select_related("criterion", "by").order_by("at", "pk"):
        found.setdefault(comment.criterion, []).append(comment)
    order = sorted(found, key=lambda one: (one is not None, one.position if one else 0))
    return [Remarks(one.label if one else WHOLE, found[one]) for one in order]


def why_not_reopen(user: User, review: Review) -> str:
    """The sentence that says why the user may not open the approved review again, or ""."""
    if sentence := review_access.why_not_review(user, "reopen", review):
        return sentence
    if review.case.round.state == RoundState.CLOSED:
        return CLOSED
    return RELEASED if review.case.round.released_at else ""


def _compare(
    where: str, fields: Mapping[str, str], before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[int, str]
) -> list[Difference]:
    found = []
    for field, label in fields.items():
        old, new = before.get(field), after.get(field)
        if (old or None) != (new or None):
            found.append(Difference(where, label, _words(field, old, names), _words(field, new, names)))
    return found


def _words(field: str, value: Any, names: Mapping[int, str]) -> str:
    """The value as people read it."""
    if isinstance(value, bool):
        return YES if value else NO
    if value in (None, "", []):
        return NO if field in {"material", "good_example"} else NOTHING
    if field == "document_id":
        return names.get(value, "En akt, der er slettet")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return LABELS.get(value, str(value)) if field in {"rating", "overall"} else str(value)


def _files(review: Review, *copies: Mapping[str, Any]) -> dict[int, str]:
    """The names of the files that the copies point at."""
    ids = {answer.get("document_id") for copy in copies for answer in copy.get("answers", {}).values()}
    return {file.pk: file.document.name for file in review.case.documents.kept().filter(pk__in=ids - {None}).select_related("document")}
