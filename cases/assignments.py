"""Who has which case of a round: what the page of it shows, in a number of queries that does not depend on how many cases there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from accounts.danish import unbroken
from accounts.models import User
from accounts.states import Role
from cases import distribution, law
from cases.distribution import Slot
from cases.models import Case, CaseConflict, Review, Round, reach
from cases.states import RECEIVED, WRITING, Profession, ReviewState, RoundState
from engagements import holders
from engagements.calendar import add_working_days
from engagements.models import Milestone
from engagements.states import MilestoneState, Purpose

ROLES = {Profession.LEGAL: Role.LEGAL_REVIEWER, Profession.VISO: Role.VISO_CONSULTANT}
BEFORE_MEETING = 5  # working days between the end of the review and the orientation meeting
VARIANTS = {
    ReviewState.DRAFT: "info",
    ReviewState.IN_QA: "info",
    ReviewState.RETURNED: "warning",
    ReviewState.ASSURED: "done",
    ReviewState.FINAL: "done",
}


@dataclass(frozen=True)
class Row:
    """A case of one profession: who has it, and what can still be changed. `barred` are those who are *inhabil* in it."""

    case: Case
    profession: Profession
    review: Review | None
    conflicts: list[CaseConflict]
    is_over: bool

    @property
    def key(self) -> str:
        """What its fields in the form are called."""
        return f"{self.profession}-{self.case.number}"

    @property
    def barred(self) -> frozenset[int]:
        return frozenset(conflict.user_id for conflict in self.conflicts)

    @property
    def may_give(self) -> bool:
        """Whether somebody else can get it."""
        return not self.is_over and (self.review is None or self.review.state in WRITING)

    @property
    def may_change_second(self) -> bool:
        return self.may_give or bool(not self.is_over and self.review and self.review.state == ReviewState.IN_QA)

    @property
    def label(self) -> str:
        """How far it is, for those who give out cases: begun or sent on, nothing of what is in it."""
        if self.review is None or self.review.reviewer_id is None:
            return "Ikke fordelt"
        return self.review.get_state_display() if self.review.is_begun or self.review.state != ReviewState.DRAFT else "Ikke begyndt"

    @property
    def variant(self) -> str:
        if self.review is None or self.review.reviewer_id is None:
            return "warning"
        is_begun = self.review.is_begun or self.review.state != ReviewState.DRAFT
        return VARIANTS[ReviewState(self.review.state)] if is_begun else "neutral"

    @property
    def about(self) -> str:
        """The service area with its law."""
        return unbroken(law.label_of(self.case.service_area)) if self.case.service_area else ""

    def slot(self) -> Slot:
        """As the even distribution looks at it."""
        now = self.review or Review()
        return Slot(self.case.pk, now.reviewer_id, now.second_reader_id, self.barred)


@dataclass(frozen=True)
class Board:
    """The whole page. `people` are those of the team who can review, by profession; `seen` stands for what was shown."""

    round: Round
    rows: dict[Profession, list[Row]]
    people: dict[Profession, list[User]]
    seen: str

    @property
    def unassigned(self) -> int:
        """How many of the jurists' cases nobody has."""
        return sum(1 for row in self.rows[Profession.LEGAL] if row.review is None or row.review.reviewer_id is None)

    @property
    def may_change(self) -> bool:
        """Whether anything can still be given to somebody else."""
        return any(row.may_change_second for rows in self.rows.values() for row in rows)

    def loads(self) -> dict[Profession, list[tuple[User, int, int]]]:
        """How many cases each has, and how many they read as the second."""
        found: dict[Profession, list[tuple[User, int, int]]] = {}
        for profession, people in self.people.items():
            reviews = [row.review for row in self.rows[profession] if row.review]
            found[profession] = [
                (one, sum(r.reviewer_id == one.pk for r in reviews), sum(r.second_reader_id == one.pk for r in reviews)) for one in people
            ]
        return found

    def even(self) -> dict[str, Slot]:
        """What *Fordel ligeligt* proposes, by the key of the row; what somebody has, they keep."""
        found: dict[str, Slot] = {}
        for profession, rows in self.rows.items():
            open_rows = [row for row in rows if row.may_give]
            ids = [person.pk for person in self.people[profession]]
            kept = [row.slot() for row in rows if not row.may_give]
            slots = distribution.spread([*kept, *(row.slot() for row in open_rows)], ids, with_second=profession == Profession.LEGAL)
            found |= {row.key: slot for row, slot in zip(open_rows, slots[len(kept) :])}
        return found

    def differs(self, proposed: Mapping[str, Slot]) -> bool:
        """Whether a proposal gives anybody anything."""
        return any(proposed.get(row.key, row.slot()) != row.slot() for rows in self.rows.values() for row in rows)


def read(round: Round, user: User) -> Board:
    """The page for `user`; without the cases that they are *inhabil* in themselves."""
    hidden = reach.conflicted_cases(user)
    cases = round.cases.filter(state__in=RECEIVED).exclude(pk__in=hidden)
    found = list(cases.select_related("service_area").prefetch_related("service_area__legal_bases"))
    for case in found:
        case.round = round
    reviews = _reviews(found)
    conflicts = defaultdict(list)
    for conflict in CaseConflict.objects.filter(case__in=found).select_related("user").order_by("at"):
        conflicts[conflict.case_id].append(conflict)
    of_viso = set(_viso_cases(round, found))
    is_over = round.state == RoundState.CLOSED
    rows: dict[Profession, list[Row]] = {profession: [] for profession in Profession}
    for case in found:
        for profession in Profession:
            if profession == Profession.LEGAL or case.pk in of_viso:
                review = reviews.get((case.pk, profession))
                rows[profession].append(Row(case, profession, review, conflicts[case.pk], is_over))
    return Board(round, rows, people_of(round), fingerprint(round))


def fingerprint(round: Round) -> str:
    """What stands for who has which case now: another text as soon as anybody changes it."""
    standing = Review.objects.standing().filter(case__round=round).order_by("case", "profession")
    rows = list(standing.values_list("case", "profession", "reviewer", "second_reader"))
    return sha256(repr((rows, round.review_due_on)).encode()).hexdigest()


def people_of(round: Round) -> dict[Profession, list[User]]:
    """Who of the team can review, by profession, in the order of their names; nobody who is *inhabil* towards the municipality."""
    people = holders.people_of([round.engagement])[round.engagement_id]
    ids = {profession: people.in_role(role) for profession, role in ROLES.items()}
    users = User.objects.active().filter(pk__in=frozenset().union(*ids.values())).order_by("full_name", "pk")
    return {profession: [user for user in users if user.pk in ids[profession]] for profession in Profession}


def proposed_due(round: Round) -> date | None:
    """The day by which the review should be done: some working days before the orientation meeting. None where the plan has none."""
    meetings = Milestone.objects.filter(engagement=round.engagement_id, purposes__purpose=Purpose.ORIENTATION_MEETING)
    meeting = meetings.filter(purposes__dropped=False).exclude(state=MilestoneState.DROPPED).order_by("position").first()
    return add_working_days(meeting.starts_on, -BEFORE_MEETING) if meeting and meeting.starts_on else None


def _reviews(cases: Sequence[Case]) -> dict[tuple[int, str], Review]:
    standing = Review.objects.standing().filter(case__in=cases).select_related("reviewer", "second_reader")
    return {(review.case_id, review.profession): review for review in standing}


def _viso_cases(round: Round, cases: Sequence[Case]) -> list[int]:
    """The cases that VISO reviews: those of the locked selection, all where the programme has none, none where VISO has no part."""
    if round.viso_count == 0:
        return []
    found = Case.objects.filter(reach.of_viso("round__engagement", "pk"), pk__in=[case.pk for case in cases])
    return list(found.values_list("pk", flat=True))
