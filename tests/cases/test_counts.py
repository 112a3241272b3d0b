"""The matrix and the counts for reports agree with a slow count of plain rows, over 200 generated engagements."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.states import Role
from cases import criteria, findings, matrix
from cases.models import Answer, Case, Criterion, Review, Round, Snapshot
from cases.results import content_of, fingerprint
from cases.states import Profession, ReviewState, RoundState
from engagements.models import ServiceArea, TeamMember
from tests import factories

pytestmark = pytest.mark.django_db
ENGAGEMENTS = 200
# Written out once more by hand: what is weak, and what is judged at all.
WEAK = {"minor_defect", "material_defect", "partly_kept", "not_kept", "some", "less", "not_at_all"}
SAYS_NOTHING = {"not_relevant", "cannot_judge", "not_shown", ""}
ANSWERS = {
    "defect": ["no_defect", "minor_defect", "material_defect", "not_relevant", "cannot_judge"],
    "rule": ["kept", "partly_kept", "not_kept", "not_relevant", "not_shown"],
    "focus": ["high", "some", "less", "not_at_all", "cannot_judge"],
}
LEGAL_STATES, VISO_STATES = ["draft", "in_qa", "returned", "assured"], ["draft", "final"]


@pytest.fixture
def people(consultant) -> tuple[User, User, User]:
    return consultant, factories.person(Role.LEGAL_REVIEWER), factories.person(Role.VISO_CONSULTANT)


def generate(people: tuple[User, User, User], number: int, chance: random.Random) -> list[Round]:
    """Rounds of one to six cases in every mixture of states, with answers that are there, empty or missing; written in bulk."""
    consultant, jurist, viso = people
    engagements = factories.many_engagements(consultant, number)
    TeamMember.objects.bulk_create(TeamMember(engagement=one, user=jurist, role=Role.LEGAL_REVIEWER) for one in engagements)
    pinned = {one: criteria.current(Round(engagement=engagements[0]), one) for one in Profession}
    asked = {one: list(Criterion.objects.filter(version=pinned[one])) for one in Profession}
    areas = [None, *ServiceArea.objects.filter(area=engagements[0].area)[:3]]
    today = timezone.localdate()
    values = {"legal_criteria": pinned[Profession.LEGAL], "viso_criteria": pinned[Profession.VISO], "created_by": consultant}
    rounds = Round.objects.bulk_create(
        Round(engagement=one, state=RoundState.COMPLETE, case_count=6, decided_from=today, decided_to=today, **values)
        for one in engagements
    )
    states = [*["assured", "in_review", "reviewed", "submitted"] * 4, "draft", "withdrawn", "erased"]
    cases = Case.objects.bulk_create(
        Case(round=round, number=place, state=chance.choice(states), service_area=chance.choice(areas))
        for round in rounds
        for place in range(1, chance.randint(1, 6) + 1)
    )
    reviews = Review.objects.bulk_create(
        review for case in cases for review in reviews_of(case, pinned, {Profession.LEGAL: jurist, Profession.VISO: viso}, chance)
    )
    Answer.objects.bulk_create(answer for review in reviews for answer in answers_of(review, asked[Profession(review.profession)], chance))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # or the database plans for tables as empty as they were, and needs an hour
    return rounds


def reviews_of(case: Case, pinned: dict[Profession, Any], people: dict[Profession, User], chance: random.Random) -> list[Review]:
    made = []
    for profession, states in ((Profession.LEGAL, LEGAL_STATES), (Profession.VISO, VISO_STATES)):
        values = {"profession": profession, "criteria": pinned[profession], "reviewer": people[profession], "changed_at": timezone.now()}
        if chance.random() < 0.8:
            made.append(Review(case=case, state=chance.choice(states), **values))
        if chance.random() < 0.2:  # one that no longer counts
            made.append(Review(case=case, state=chance.choice(states), ended_at=timezone.now(), **values))
    return made


def answers_of(review: Review, asked: list[Criterion], chance: random.Random) -> list[Answer]:
    return [
        Answer(
            review=review,
            criterion=criterion,
            rating=chance.choice([*ANSWERS[criterion.scale], ""]),
            material=chance.random() < 0.3,
            good_example=chance.random() < 0.2,
        )
        for criterion in asked
        if chance.random() < 0.8
    ]


# The slow count: plain rows and loops, nothing of the product's own


def rows_of(round: Round) -> list[dict[str, Any]]:
    names = (
        "review__profession", "review__state", "review__ended_at", "review__case_id", "review__case__state",
        "review__case__service_area__name", "criterion__code", "rating", "material", "good_example",
    )  # fmt: skip
    return list(Answer.objects.filter(review__case__round=round).values(*names))


def standing(round: Round) -> dict[tuple[int, str], str]:
    found = Review.objects.filter(case__round=round, ended_at=None).values_list("case_id", "profession", "state")
    return {(case, profession): state for case, profession, state in found}


def counts(row: dict[str, Any], states: dict[tuple[int, str], str]) -> bool:
    """Whether a report counts the answer: the case is with us, the jurist's review assured, VISO's final too where it is VISO's."""
    if row["review__ended_at"] is not None or row["review__case__state"] not in {"submitted", "in_review", "reviewed", "assured"}:
        return False
    legal, viso = states.get((row["review__case_id"], "legal")), states.get((row["review__case_id"], "viso"))
    return legal == "assured" if row["review__profession"] == "legal" else (legal, viso) == ("assured", "final")


def shows(row: dict[str, Any]) -> bool:
    """Whether a consultant sees the symbol: every answer of a standing legal review, of VISO those that are final."""
    if row["review__ended_at"] is not None or row["review__case__state"] in {"draft", "withdrawn"}:
        return False
    return row["review__profession"] == "legal" or row["review__state"] == "final"


def slowly(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The numbers of some answers, each counted in a loop of its own."""
    found: dict[str, Any] = {"answered": 0, "judged": 0, "weak": 0, "material": 0, "good_examples": 0, "ratings": {}}
    for row in rows:
        rating = row["rating"]
        if rating == "":
            continue
        found["answered"] += 1
        found["ratings"][rating] = found["ratings"].get(rating, 0) + 1
        if rating not in SAYS_NOTHING:
            found["judged"] += 1
        if rating in WEAK:
            found["weak"] += 1
        if rating == "material_defect" or (row["material"] and rating in {"partly_kept", "not_kept"}):
            found["material"] += 1
        if row["good_example"]:
            found["good_examples"] += 1
    return found


def plain(tally: findings.Tally) -> dict[str, Any]:
    return {name: dict(value) if name == "ratings" else value for name, value in vars(tally).items()}


def by_criterion(rows: list[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    found = defaultdict(list)
    for row in rows:
        found[row["review__profession"], row["criterion__code"]].append(row)
    return found


def check(round: Round, user: User) -> int:
    """Compare both with the slow count; returns how many answers were counted."""
    rows, states = rows_of(round), standing(round)
    reported, seen = by_criterion([row for row in rows if counts(row, states)]), by_criterion([row for row in rows if shows(row)])
    made = findings.by_criterion(round)
    assert len(made) == 19
    for one in made:
        own = reported[one.profession, one.code]
        assert plain(one.tally) == slowly(own)
        areas = {row["review__case__service_area__name"] for row in own if row["rating"]}
        expected = {
            area or findings.WITHOUT_AREA: slowly([row for row in own if row["review__case__service_area__name"] == area]) for area in areas
        }
        assert {area: plain(tally) for area, tally in one.by_area.items()} == expected
    shown = matrix.matrix_of(round, user, with_viso=True)
    for at, column in enumerate(shown.columns):
        own = seen[column.profession, column.criterion.code]
        assert plain(column.tally) == slowly(own)
        symbols = [row.cells[at].choice.rating for row in shown.rows if row.cells[at].choice]
        assert sorted(symbols) == sorted(row["rating"] for row in own if row["rating"])
    return sum(slowly(found)["answered"] for found in [*reported.values(), *seen.values()])


def test_matrix_and_findings_agree_with_a_slow_count(people):
    chance = random.Random(6)
    counted = [check(round, people[0]) for round in generate(people, ENGAGEMENTS, chance)]
    assert len(counted) == ENGAGEMENTS
    assert sum(counted) > 5_000


def test_a_closed_round_counts_as_it_was_frozen(people):
    chance = random.Random(7)
    for round in generate(people, 10, chance):
        Review.objects.filter(case__round=round, profession=Profession.LEGAL, ended_at=None).update(state=ReviewState.ASSURED)
        alone = Review.objects.filter(case__round=round, profession=Profession.VISO)  # at the end VISO has no case that the jurist has not
        alone.exclude(case__reviews__in=Review.objects.standing().filter(profession=Profession.LEGAL)).update(ended_at=timezone.now())
        before = findings.by_criterion(round)
        content = content_of(round)
        Snapshot.objects.create(round=round, by=people[0], content=content, sha256=fingerprint(content))
        Answer.objects.filter(review__case__round=round).delete()
        assert findings.by_criterion(round) == before
        assert findings.live(round) == []


def test_each_service_area_has_the_jurists_answers_alone(people):
    (round,) = generate(people, 1, random.Random(8))
    rows, states = rows_of(round), standing(round)
    legal = [row for row in rows if counts(row, states) and row["review__profession"] == "legal" and row["rating"]]
    areas = {row["review__case__service_area__name"] for row in legal}
    expected = {
        area or findings.WITHOUT_AREA: slowly([row for row in legal if row["review__case__service_area__name"] == area]) for area in areas
    }
    assert {area: plain(tally) for area, tally in findings.by_area(round).items()} == expected
