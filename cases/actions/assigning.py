"""Giving the cases of a round to reviewers and second readers."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from accounts.states import Relation, Role
from cases import access, criteria, review_access
from cases.actions import moving
from cases.models import Case, Review, Round
from cases.states import RECEIVED, WRITING, Profession

REVIEWERS = {Profession.LEGAL: Role.LEGAL_REVIEWER, Profession.VISO: Role.VISO_CONSULTANT}


@transaction.atomic
def assign(
    *, round: Round, cases: Sequence[Case], profession: Profession, reviewer: User, second_reader: User | None = None, by: User
) -> list[Review]:
    """Give the cases to `reviewer`, and to a second reader who is another; returns the standing reviews.

    A review that is written on goes over with what is written. Refused for a case that is not handed in, that VISO has no part in, for
    somebody who is not on the team in that role, or is *inhabil*, and once a review was sent on.
    """
    locked = moving.lock(round.pk)
    review_access.require_round(by, review_access.ASSIGN, locked)
    criteria.pin(locked)
    version = locked.legal_criteria if profession == Profession.LEGAL else locked.viso_criteria
    if version is None:
        raise Refused(f"Programmet har ingen kriterier til {profession.label.lower()}. En administrator kan oprette dem.")
    if second_reader == reviewer:
        raise Refused("Vælg en anden som anden læser end den, der gennemgår sagen.")
    made = []
    for case in Case.objects.filter(round=locked, pk__in=[one.pk for one in cases]):
        case.round = locked
        for person in filter(None, (reviewer, second_reader)):
            _require_reviewer(person, profession, case)
        made.append(_give(case, profession, version.pk, reviewer, second_reader, by))
    return made


def _require_reviewer(person: User, profession: Profession, case: Case) -> None:
    """VISO's people review VISO's cases alone."""
    role = REVIEWERS[profession]
    needed = Relation.TEAM if profession == Profession.LEGAL else Relation.ASSIGNED
    if needed not in access.relations_to_case(person, case).get(role, ()):  # type: ignore[union-attr, call-arg, arg-type]
        raise Refused(f"{person.full_name} kan ikke gennemgå {case}: Personen er ikke {role.label.lower()} på sagen, eller er inhabil.")


def _give(case: Case, profession: Profession, version: int, reviewer: User, second_reader: User | None, by: User) -> Review:
    if case.state not in RECEIVED:
        raise Refused(f"{case} er ikke indsendt, så den kan ikke fordeles.")
    review = Review.objects.standing().select_for_update(of=("self",)).filter(case=case, profession=profession).first()
    review = review or Review(case=case, profession=profession, criteria_id=version)
    if review.state not in WRITING:
        raise Refused(f"Gennemgangen af {case} er sendt videre. Den skal sendes tilbage, før en anden kan overtage den.")
    old = [review.reviewer, review.second_reader] if review.pk else [None, None]
    review.case, review.reviewer, review.second_reader = case, reviewer, second_reader
    review.save()
    changes = {"gennemgås af": [_name(old[0]), _name(reviewer)], "anden læser": [_name(old[1]), _name(second_reader)]}
    audit.record(by=by, verb="review.assign", target=review, scope=case.round.engagement.scope, changes=changes)
    return review


def _name(person: User | None) -> str | None:
    return person.full_name if person else None
