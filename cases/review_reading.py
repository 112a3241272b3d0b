"""A review as those read it who may: its answers with symbol and words, the reasons, the law, and where in the case it stands."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from accounts.states import Relation, Role
from cases import access, review_access, review_sheet, scales
from cases.models import Answer, CaseDocument, Criterion, Review
from cases.review_sheet import Sheet
from cases.scales import Choice
from cases.states import CriterionGroup, Profession, Scale
from documents import viewing

READS_NOTES = {Profession.LEGAL: Role.LEGAL_REVIEWER, Profession.VISO: Role.VISO_CONSULTANT}


@dataclass(frozen=True)
class Place:
    """Where in the case it can be seen; `url` is empty for somebody who reads no files."""

    label: str
    url: str


@dataclass(frozen=True)
class Line:
    """One criterion as it was answered; `note` is empty for everybody but the reviewers of its profession."""

    criterion: Criterion
    law: str
    answer: Answer
    choice: Choice | None
    is_material: bool
    indicators: list[str]
    place: Place | None
    note: str

    @property
    def symbol(self) -> str:
        return self.choice.symbol if self.choice else scales.NOT_RATED

    @property
    def words(self) -> str:
        return self.choice.label if self.choice else "Ikke vurderet"

    @property
    def tone(self) -> str:
        return self.choice.tone if self.choice else scales.Tone.NONE

    @property
    def is_focus(self) -> bool:
        return self.criterion.scale == Scale.FOCUS


@dataclass(frozen=True)
class Reading:
    """For templates/cases/_review_read.html: (name of the group, its lines), and what is said of the case as a whole."""

    review: Review
    groups: list[tuple[str, list[Line]]]
    note: str
    total: int
    done: int


def read(review: Review, user: User) -> Reading:
    """The review for `user`, who may read it (cases/review_access.py); in as many queries whatever is answered."""
    sheet = review_sheet.load(review)
    with_notes = _reads_notes(review, user)
    with_files = bool(sheet.documents) and not access.why_not_file(user, access.READ_BYTES, _of_case(sheet.documents[0], review))
    groups: dict[str, list[Line]] = {}
    for one in sheet.asked:
        line = _line(sheet, one.criterion, one.law, with_notes=with_notes, with_files=with_files)
        groups.setdefault(CriterionGroup(one.criterion.group).label, []).append(line)
    note = review.internal_note if with_notes else ""
    return Reading(review, list(groups.items()), note, sheet.total, sheet.done)


def page_of(file: CaseDocument, review: Review, page: int | None) -> str:
    """The address of a page of a file of the case."""
    round = review.case.round
    address = reverse("case-file", args=[round.engagement_id, round.kind, review.case.number, file.document_id])
    return viewing.page_url(address, page or 1)


def _line(sheet: Sheet, criterion: Criterion, law: str, *, with_notes: bool, with_files: bool) -> Line:
    answer = sheet.answer_of(criterion)
    file = next((one for one in sheet.documents if one.pk == answer.document_id), None)
    place = None
    if file:
        page = f", side {answer.page}" if answer.page else ""
        is_open = with_files and file.document.is_readable
        place = Place(f"{file.document.name}{page}", page_of(file, sheet.review, answer.page) if is_open else "")
    return Line(
        criterion=criterion,
        law=law,
        answer=answer,
        choice=scales.choice(criterion.scale, answer.rating) if answer.rating else None,
        is_material=answer.is_material,
        indicators=[one.text for one in criterion.indicators.all() if one.code in answer.indicators],
        place=place,
        note=answer.internal_note if with_notes else "",
    )


def _reads_notes(review: Review, user: User) -> bool:
    """Internal notes stay with the reviewers of the same profession on the team."""
    relations = review_access.relations_to_review(user, review)
    return Relation.TEAM in relations.get(READS_NOTES[Profession(review.profession)], ())  # type: ignore[union-attr, call-arg, arg-type]


def _of_case(file: CaseDocument, review: Review) -> CaseDocument:
    file.case, file.round = review.case, review.case.round
    return file
