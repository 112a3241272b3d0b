"""One review with all that is asked and answered: what its form, its reading, its check before it is sent on and its copy are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects

from cases import criteria
from cases.criteria import Asked
from cases.models import Answer, CaseDocument, Criterion, Review
from cases.states import Overall, Scale

OF_REVIEW = ("overall", "overall_reason", "internal_note")
OF_VISO_REVIEW = ("internal_note",)
# What is copied when a review is sent on; internal notes stay behind.
COPIED = ("rating", "reason", "strength", "material", "document_id", "page", "good_example", "learning_point", "indicators")


@dataclass(frozen=True)
class Lack:
    """Why a review cannot be sent on yet; `name` is the field that it is about, as the form calls it."""

    name: str
    sentence: str


@dataclass
class Sheet:
    """`answers` by the id of their criterion; a criterion that nobody looked at has none."""

    review: Review
    asked: list[Asked]
    answers: dict[int, Answer]
    documents: list[CaseDocument]

    def answer_of(self, criterion: Criterion) -> Answer:
        """The stored answer, or an empty one that is not stored."""
        return self.answers.get(criterion.pk) or Answer(review=self.review, criterion=criterion)

    @property
    def total(self) -> int:
        return len(self.asked)

    @property
    def done(self) -> int:
        """How many criteria are answered, with a reason where the answer needs one."""
        return sum(1 for one in self.asked if is_done(self.answer_of(one.criterion)))

    @property
    def first_unfinished(self) -> str:
        """The field to go on with; "" when nothing is missing."""
        return next((lack.name for lack in self.lacks()), "")

    def lacks(self) -> Iterator[Lack]:
        """What is missing before the review can be sent on, in the order of the form."""
        for one in self.asked:
            criterion, answer = one.criterion, self.answer_of(one.criterion)
            if not answer.rating:
                yield Lack(name_of(criterion.code, "rating"), f"Vælg en vurdering under »{criterion}«.")
            elif answer.lacks_reason:
                yield Lack(name_of(criterion.code, "reason"), f"{_ask_reason(criterion)} under »{criterion}«.")
        if self.review.is_legal and not self.review.overall:
            yield Lack("overall", "Vælg den samlede vurdering.")
        elif self.review.is_legal and self.review.overall != Overall.AGREE and not self.review.overall_reason.strip():
            yield Lack("overall_reason", "Begrund den samlede vurdering.")

    def content(self) -> dict[str, Any]:
        """A copy of what others may read: {"overall", "overall_reason", "answers": {code of criterion: {field: value}}}."""
        answers = {
            one.criterion.code: {field: getattr(answer, field) for field in COPIED}
            for one in self.asked
            if (answer := self.answers.get(one.criterion.pk))
        }
        return {"overall": self.review.overall, "overall_reason": self.review.overall_reason, "answers": answers}


def load(review: Review) -> Sheet:
    """Everything of the review, in as many queries whatever is answered. Its case comes with its round and engagement."""
    case = review.case
    if case.service_area:
        prefetch_related_objects([case.service_area], "legal_bases")
    answers = {one.criterion_id: one for one in review.answers.select_related("changed_by", "document__document")}
    return Sheet(review, criteria.asked(review.criteria, case), answers, _documents(review))


def load_for(review: Review, name: str) -> Sheet:
    """As much of the review as one field by this name needs, so that saving it is quick; without the law."""
    code, field = parts_of(name)
    criteria_of_it = [one for one in review.criteria.criteria.all() if one.code == code] if code else []
    answers = {one.criterion_id: one for one in review.answers.filter(criterion__in=criteria_of_it)} if code else {}
    return Sheet(review, [Asked(one, "") for one in criteria_of_it], answers, _documents(review) if field == "document" else [])


def _documents(review: Review) -> list[CaseDocument]:
    return list(review.case.documents.kept().filter(handed_in=True).select_related("document", "document_type"))


def fields_of(criterion: Criterion) -> tuple[str, ...]:
    """The fields of an answer in the order of the form; which there are depends on the scale."""
    if criterion.scale == Scale.FOCUS:
        indicators = ("indicators",) if criterion.indicators.all() else ()
        return ("rating", *indicators, "strength", "reason", "document", "page", "good_example", "learning_point", "internal_note")
    material = ("material",) if criterion.scale == Scale.RULE else ()
    return ("rating", "reason", *material, "document", "page", "good_example", "learning_point", "internal_note")


def fields_of_review(review: Review) -> tuple[str, ...]:
    """The fields of the review itself."""
    return OF_REVIEW if review.is_legal else OF_VISO_REVIEW


def name_of(code: str, field: str) -> str:
    """What the form calls a field of the answer to the criterion with this code."""
    return f"{code}-{field}"


def parts_of(name: str) -> tuple[str, str]:
    """The criterion's code and the field; of a field of the review itself the code is ""."""
    code, _, field = name.rpartition("-")
    return code, field


def is_done(answer: Answer) -> bool:
    """Whether the criterion is answered, with a reason where the answer needs one."""
    return bool(answer.rating) and not answer.lacks_reason


def _ask_reason(criterion: Criterion) -> str:
    return "Skriv, hvad der kan udvikles," if criterion.scale == Scale.FOCUS else "Skriv en begrundelse"
