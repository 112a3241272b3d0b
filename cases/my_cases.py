"""*Mine sager*: what a reviewer has, across all engagements, what waits for their assurance, and where they left off."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.danish import long_date, unbroken
from accounts.models import User
from cases import law, review_places, review_progress
from cases.models import Case, Review, Round
from cases.states import WRITING, Profession, ReviewState, RoundState
from engagements.states import EngagementState

OVER = (EngagementState.COMPLETED, EngagementState.ABORTED)
NOT_BEGUN, SECOND = "Ikke begyndt", "Anden læser"
VARIANTS = {
    ReviewState.DRAFT: "info",
    ReviewState.IN_QA: "info",
    ReviewState.RETURNED: "warning",
    ReviewState.ASSURED: "done",
    ReviewState.FINAL: "done",
}


@dataclass(frozen=True)
class Row:
    """One case in the list: the person's own, or one that they read as the second."""

    review: Review
    is_own: bool
    is_finished: bool

    @property
    def is_open(self) -> bool:
        """Whether its author still works on it."""
        return self.review.state in WRITING

    @property
    def is_untouched(self) -> bool:
        return self.review.state == ReviewState.DRAFT and not self.review.is_begun

    @property
    def label(self) -> str:
        if not self.is_own:
            return SECOND
        return NOT_BEGUN if self.is_untouched else self.review.get_state_display()

    @property
    def variant(self) -> str:
        return "neutral" if not self.is_own or self.is_untouched else VARIANTS[ReviewState(self.review.state)]

    @property
    def progress(self) -> str:
        """9 af 17, of a review that is written on."""
        begun = self.is_own and self.is_open and not self.is_untouched
        return f"{self.review.done} af {self.review.total}" if begun else ""  # type: ignore[attr-defined]

    @property
    def url(self) -> str:
        """The form, or the page of its assurance; "" for a second reader while the author still writes."""
        if self.is_own:
            return review_places.of_review(self.review)
        return "" if self.is_open or not self.review.is_legal else review_places.of_assurance(self.review)

    @property
    def about(self) -> str:
        area = self.review.case.service_area
        return unbroken(law.label_of(area)) if area else ""


@dataclass(frozen=True)
class Work:
    """The person's cases of one round."""

    round: Round
    rows: list[Row]

    @property
    def own(self) -> list[Row]:
        return [row for row in self.rows if row.is_own]

    @property
    def done(self) -> int:
        """How many of the own ones are sent on or finished."""
        return sum(1 for row in self.own if not row.is_open)

    @property
    def finished(self) -> int:
        """How many could be sent to assurance as they stand."""
        return sum(1 for row in self.own if row.is_finished)

    @property
    def due(self) -> date | None:
        return self.round.review_due_on

    @property
    def line(self) -> str:
        """12 af 20 · frist fredag d. 27. marts 2026 (uge 13)"""
        due = f"frist {long_date(self.due)}" if self.due else ""
        return " · ".join(part for part in (f"{self.done} af {len(self.own)}" if self.own else "", due) if part)

    def is_late(self, today: date) -> bool:
        return bool(self.due and self.due < today and self.done < len(self.own))


@dataclass(frozen=True)
class Page:
    """Everything of templates/cases/my_cases.html."""

    work: list[Work]
    to_assure: list[Review]
    resume: Row | None

    @property
    def is_empty(self) -> bool:
        return not self.work and not self.to_assure


def read(user: User) -> Page:
    """The page of the person, in a number of queries that does not depend on how many cases they have."""
    rows: defaultdict[int, list[Row]] = defaultdict(list)
    rounds: dict[int, Round] = {}
    for row in _rows(user):
        round = rounds.setdefault(row.review.case.round_id, row.review.case.round)
        row.review.case.round = round
        rows[round.pk].append(row)
    work = [Work(rounds[pk], some) for pk, some in rows.items()]
    work.sort(key=lambda one: (one.due is None, one.due or date.max, one.round.pk))
    return Page(work, list(to_assure(user)), _resume([row for one in work for row in one.own]))


def of(user: User) -> QuerySet[Review]:
    """The standing reviews that the person writes or reads as the second, of cases that they see, in rounds that go on."""
    theirs = Review.objects.standing().filter(Q(reviewer=user) | Q(second_reader=user), case__in=Case.objects.visible_to(user))
    return theirs.exclude(case__round__state=RoundState.CLOSED).exclude(case__round__engagement__state__in=OVER)


def to_assure(user: User) -> QuerySet[Review]:
    """What waits for the person: where they are the second reader, or nobody is."""
    waiting = Review.objects.standing().assurable_by(user).filter(Q(second_reader=user) | Q(second_reader=None))
    waiting = waiting.exclude(case__round__state=RoundState.CLOSED).exclude(case__round__engagement__state__in=OVER)
    return _with_case(waiting).order_by("submitted_at", "pk")


def finished(user: User, round: Round) -> QuerySet[Review]:
    """The person's own legal reviews of a round in which nothing is missing, and that are not sent."""
    own = _own_open(user).filter(case__round=round, profession=Profession.LEGAL)
    return own.exclude(pk__in=review_progress.unfinished(own).values("pk")).order_by("case__number")


def _own_open(user: User) -> QuerySet[Review]:
    return of(user).filter(reviewer=user, state__in=WRITING)


def _rows(user: User) -> list[Row]:
    unfinished = set(review_progress.unfinished(_own_open(user)).values_list("pk", flat=True))
    found = _with_case(review_progress.with_progress(of(user))).order_by("case__round", "case__number", "profession")
    return [
        Row(
            review=review,
            is_own=review.reviewer_id == user.pk,
            is_finished=review.is_legal and review.reviewer_id == user.pk and review.state in WRITING and review.pk not in unfinished,
        )
        for review in found
    ]


def _with_case(reviews: QuerySet[Review]) -> QuerySet[Review]:
    people = ("reviewer", "second_reader")
    case = ("case__service_area", "case__round__engagement__municipality", "case__round__engagement__scope")
    return reviews.select_related(*people, *case).prefetch_related("case__service_area__legal_bases")


def _resume(own: list[Row]) -> Row | None:
    """Where they left: what is sent back and what was written in last, else the first that is not begun."""
    begun = [row for row in own if row.is_open and not row.is_untouched]
    if begun:
        return max(begun, key=lambda row: row.review.changed_at or row.review.created_at)
    return next((row for row in own if row.is_open), None)
