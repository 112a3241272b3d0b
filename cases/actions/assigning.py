"""Giving the cases of a round to reviewers and second readers, one by one or the whole page at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from accounts.states import Relation, Role
from cases import access, assignments, criteria, review_access, review_told
from cases.actions import moving
from cases.models import Case, Review, Round
from cases.states import RECEIVED, WRITING, Profession, ReviewState, RoundState

REVIEWERS = {Profession.LEGAL: Role.LEGAL_REVIEWER, Profession.VISO: Role.VISO_CONSULTANT}
# What is done is done; of what waits for assurance only the second reader can still be another.
MAY_CHANGE = WRITING | {ReviewState.IN_QA}
CHANGED_MEANWHILE = "En anden har ændret fordelingen, siden du åbnede siden. Genindlæs siden, og se, hvordan den står nu."
TWICE = "Vælg en anden som anden læser end den, der gennemgår sagen."
CLOSED = "Runden er lukket, så sagerne kan ikke fordeles."
NO_CRITERIA = "Programmet har ingen kriterier til {}. En administrator kan oprette dem."


@dataclass(frozen=True)
class Choice:
    """Who is to review a case, and who reads it as the second; ids of people, None = nobody."""

    case: int
    profession: Profession
    reviewer: int | None
    second_reader: int | None = None


@transaction.atomic
def assign(
    *, round: Round, cases: Sequence[Case], profession: Profession, reviewer: User, second_reader: User | None = None, by: User
) -> list[Review]:
    """Give the cases to `reviewer`, and to a second reader who is another; returns the standing reviews.

    A review that is written on goes over with what is written. Refused for a case that is not handed in, that VISO has no part in, for
    somebody who is not on the team in that role, or is *inhabil*, and once a review was sent on.
    """
    locked = _locked(round, by)
    second = second_reader.pk if second_reader else None
    choices = [Choice(case.pk, profession, reviewer.pk, second) for case in cases]
    _save(locked, choices, by)
    return list(Review.objects.standing().filter(case__in=cases, profession=profession).select_related("case__round"))


@transaction.atomic
def distribute(*, round: Round, choices: Sequence[Choice], due_on: date | None, seen: str, by: User) -> int:
    """Save the whole page of who has which case, and by when they are done; returns how many reviews went to somebody else.

    `seen` is what the page showed (`assignments.fingerprint`): when somebody else has changed it meanwhile, it is refused as a whole.
    """
    locked = _locked(round, by)
    if seen != assignments.fingerprint(locked):
        raise Refused(CHANGED_MEANWHILE)
    _set_due(locked, due_on, by)
    return _save(locked, choices, by)


def change(review: Review, *, reviewer: User | None, second_reader: User | None, by: User) -> None:
    """Write down who has it, and in the history; the caller has locked the round and asked who may."""
    old = [review.reviewer, review.second_reader] if review.pk else [None, None]
    review.reviewer, review.second_reader = reviewer, second_reader
    review.save()
    changes = {"gennemgås af": [_name(old[0]), _name(reviewer)], "anden læser": [_name(old[1]), _name(second_reader)]}
    changed = {what: pair for what, pair in changes.items() if pair[0] != pair[1]}
    audit.record(by=by, verb="review.assign", target=review, scope=review.case.round.engagement.scope, changes=changed)


def can_review(person: User, profession: Profession, case: Case) -> bool:
    """Whether the person may have the case: on the team in that role, not *inhabil*; VISO's people VISO's cases alone."""
    needed = Relation.TEAM if profession == Profession.LEGAL else Relation.ASSIGNED
    return needed in access.relations_to_case(person, case).get(REVIEWERS[profession], ())  # type: ignore[union-attr, call-arg, arg-type]


def _locked(round: Round, by: User) -> Round:
    """The round, locked, its criteria pinned. Raises Denied, and Refused when it is over."""
    locked = moving.lock(round.pk)
    review_access.require_round(by, review_access.ASSIGN, locked)
    if locked.state == RoundState.CLOSED:
        raise Refused(CLOSED)
    criteria.pin(locked)
    return locked


def _save(round: Round, choices: Sequence[Choice], by: User) -> int:
    """Everything that differs from how it stands; whoever got cases is told how many."""
    people = _people(choices)
    cases = {case.pk: case for case in Case.objects.filter(round=round, pk__in=[choice.case for choice in choices])}
    standing = Review.objects.standing().filter(case__in=cases).select_related("reviewer", "second_reader")
    reviews = {(review.case_id, review.profession): review for review in standing.select_for_update(of=("self",))}
    given: Counter[int] = Counter()
    changed = 0
    for choice in choices:
        if choice.case not in cases:
            raise Refused("Sagen hører ikke til runden.")
        case = cases[choice.case]
        case.round = round
        old = reviews.get((choice.case, choice.profession))
        before = (old.reviewer_id, old.second_reader_id) if old else (None, None)
        if before == (choice.reviewer, choice.second_reader):
            continue
        _give(case, choice, old, people, by)
        changed += 1
        if choice.reviewer and choice.reviewer != before[0]:
            given[choice.reviewer] += 1
    for person, number in sorted(given.items()):
        if person != by.pk:
            review_told.of_assignment(round, people[person], number)
    return changed


def _give(case: Case, choice: Choice, review: Review | None, people: dict[int, User], by: User) -> None:
    if case.state not in RECEIVED:
        raise Refused(f"{case} er ikke indsendt, så den kan ikke fordeles.")
    if choice.reviewer is not None and choice.reviewer == choice.second_reader:
        raise Refused(TWICE)
    reviewer, second_reader = (_person(key, choice.profession, case, people) for key in (choice.reviewer, choice.second_reader))
    if review is None:
        review = Review(case=case, profession=choice.profession, criteria_id=_version(case.round, choice.profession))
    review.case = case
    allowed = WRITING if review.reviewer_id != choice.reviewer else MAY_CHANGE
    if review.state not in allowed:
        raise Refused(f"Gennemgangen af {case} er sendt videre. Den skal sendes tilbage, før en anden kan overtage den.")
    change(review, reviewer=reviewer, second_reader=second_reader, by=by)


def _version(round: Round, profession: Profession) -> int:
    version = round.legal_criteria_id if profession == Profession.LEGAL else round.viso_criteria_id
    if version is None:
        raise Refused(NO_CRITERIA.format(profession.label.lower()))
    return version


def _person(key: int | None, profession: Profession, case: Case, people: dict[int, User]) -> User | None:
    """The person as they stand now, when they may have the case."""
    if key is None:
        return None
    if key not in people or not can_review(people[key], profession, case):
        role = REVIEWERS[profession].label.lower()
        name = people[key].full_name if key in people else "Personen"
        raise Refused(f"{name} kan ikke gennemgå {case}: Personen er ikke {role} på sagen, eller er inhabil.")
    return people[key]


def _people(choices: Sequence[Choice]) -> dict[int, User]:
    """Read anew under the lock, with roles and conflicts: somebody may just have said that they are *inhabil*."""
    ids = {key for choice in choices for key in (choice.reviewer, choice.second_reader) if key is not None}
    return {person.pk: person for person in User.objects.active().filter(pk__in=ids).with_rights()}


def _set_due(round: Round, due_on: date | None, by: User) -> None:
    if round.review_due_on != due_on:
        changes = {"gennemgået senest": [_day(round.review_due_on), _day(due_on)]}
        round.review_due_on = due_on
        round.save(update_fields=["review_due_on"])
        audit.record(by=by, verb="review.due", target=round, scope=round.engagement.scope, changes=changes)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _name(person: User | None) -> str | None:
    return person.full_name if person else None
