"""What the pages of a review show: its form with the case's documents beside it, or its reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts import draft_answers, step_up
from accounts.draft_answers import Choice
from accounts.drafts import Conflict
from accounts.models import User
from accounts.requests import Request
from cases import access, assurance, criteria, review_access, review_forms, review_places, review_progress, review_reading
from cases.models import CaseDocument, Review
from cases.review_forms import ReviewForm
from cases.review_sheet import Lack, Sheet
from cases.states import Profession, ReviewState
from cases.views.case_page import facts_of

# The name of each page of a review's address, by profession: "review-save" is "viso-review-save" of VISO's
PREFIX = {Profession.LEGAL: "review", Profession.VISO: "viso-review"}
VARIANTS = {
    ReviewState.DRAFT: "neutral",
    ReviewState.IN_QA: "info",
    ReviewState.RETURNED: "warning",
    ReviewState.ASSURED: "success",
    ReviewState.FINAL: "success",
}
SEND = {Profession.LEGAL: "Send til kvalitetssikring", Profession.VISO: "Afslut gennemgangen"}


@dataclass(frozen=True)
class Paper:
    """A document of the case beside the form."""

    file: CaseDocument
    title: str
    url: str

    @property
    def key(self) -> str:
        """What the form's list of documents sends."""
        return str(self.file.pk)


def form(
    request: Request, sent: ReviewForm, *, conflicts: Mapping[str, Conflict] | None = None, lacks: Sequence[Lack] = ()
) -> dict[str, Any]:
    """Everything of templates/cases/review.html, with the form new or as it was sent."""
    sheet, review = sent.sheet, sent.review
    for lack in lacks:
        sent.add_error(lack.name, lack.sentence)
    following = review_progress.next_after(review, request.user)
    return _frame(request.user, review) | {
        "form": sent,
        "groups": sent.groups(),
        "own": sent.own_fields(),
        "sheet": sheet,
        "begin_at": "" if sent.is_bound else sheet.first_unfinished or "rating",
        "papers": papers(review, sheet),
        "choices": [choice_of(sent, name, one, request.user) for name, one in (conflicts or {}).items()],
        "is_fresh": step_up.has_fresh_factor(request),
        "confirm_url": f"{reverse('account_reauthenticate')}?{urlencode({'next': address(review)})}",
        "next_url": address(following) if following else "",
        "next_case": following.case if following else None,
        "urls": {name: address(review, name) for name in ("field", "save", "submit")},
        "send_label": SEND[Profession(review.profession)],
        "remarks": assurance.remarks(review) if review.is_legal else [],
    }


def reading(user: User, review: Review) -> dict[str, Any]:
    """Everything of templates/cases/review_reading.html."""
    return _frame(user, review) | {
        "reading": review_reading.read(review, user),
        "review_variant": VARIANTS[ReviewState(review.state)],
        "may_take_back": not review_access.why_not_review(user, "take_back", review),
        "take_back_url": address(review, "take-back"),
    }


def choice_of(sent: ReviewForm, name: str, conflict: Conflict, reader: User) -> Choice:
    """Both texts of a field in words."""
    values = review_forms.values_of(conflict.theirs)
    label = sent.label_of(name)
    return draft_answers.choice(conflict, name=name, label=label, shown=sent.words_of(name), values=values, reader=reader)


def papers(review: Review, sheet: Sheet) -> list[Paper]:
    """The documents of the case that can be read."""
    return [Paper(one, review_forms.title_of(one), review_reading.page_of(one, review, None)) for one in sheet.documents]


def address(review: Review, name: str = "") -> str:
    """The address of the review's page, or of what is done there: "field", "save", "submit", "take-back"."""
    prefix = PREFIX[Profession(review.profession)]
    return reverse(f"{prefix}-{name}" if name else prefix, args=arguments(review))


def assure_url(user: User, review: Review) -> str:
    """Where it is assured, for those who take part in that; of VISO's there is no such page."""
    if not review.is_legal or review_access.why_not_review(user, "discuss", review):
        return ""
    return review_places.of_assurance(review)


def arguments(review: Review) -> tuple[int, str, int]:
    """What every address of a review begins with: engagement, round, number of the case."""
    round = review.case.round
    return round.engagement_id, round.kind, review.case.number


def _frame(user: User, review: Review) -> dict[str, Any]:
    """The case in words, and where its page stands."""
    case, round = review.case, review.case.round
    return {
        "review": review,
        "assure_url": assure_url(user, review),
        "case": case,
        "round": round,
        "engagement": round.engagement,
        "facts": [one["value"] for one in facts_of(case)[:4] if one["value"]],
        "paragraph": criteria.own_law(case),
        "profession": Profession(review.profession).label,
        "is_insider": not access.why_not_round(user, access.VIEW_ROUND, round),
        "may_see_case": not access.why_not_case(user, access.VIEW, case),
    }
