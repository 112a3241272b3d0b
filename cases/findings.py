"""What the review of a round comes to, for reports: counts by criterion, service area and materiality, strengths and learning points.

Counts come from the answers while the round is open, and from its snapshot (cases/results.py) when it is closed; one function counts both,
and the matrix too. Only reviews that are done count. Words are findings that were cleared one by one, also after the round was closed.
No names, no case numbers, no ranking.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from accounts.danish import count
from cases import scales
from cases.models import Answer, Criterion, Finding, Review, Round, Snapshot
from cases.models.review_reach import DONE
from cases.states import RECEIVED, FindingKind, FindingState, Profession, Scale, Sight

WITHOUT_AREA = "Uden ydelsesområde"


@dataclass(frozen=True)
class Rated:
    """One answer as it counts."""

    profession: str
    criterion: str  # its code
    area: str  # the name of the case's service area, or ""
    rating: str
    material: bool = False
    good_example: bool = False


@dataclass(frozen=True)
class Tally:
    """How the answers under a criterion fall. `judged` leaves out what says nothing about quality: not relevant, cannot be judged."""

    answered: int = 0
    judged: int = 0
    weak: int = 0
    material: int = 0
    good_examples: int = 0
    ratings: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class CriterionCount:
    """A criterion with how its answers fall, in all and in each service area that has any."""

    profession: str
    code: str
    label: str
    group: str
    rule_class: str
    scale: str
    tally: Tally
    by_area: Mapping[str, Tally]


@dataclass(frozen=True)
class Words:
    """A finding that was cleared for publication: what a report may say word for word."""

    criterion: str
    label: str
    area: str
    text: str
    material: bool


def tally(answers: Iterable[Rated]) -> Tally:
    """Counts them: the one place where answers of the review are counted."""
    given = [one for one in answers if one.rating]
    return Tally(
        answered=len(given),
        judged=sum(1 for one in given if one.rating in scales.GOOD | scales.WEAK),
        weak=sum(1 for one in given if one.rating in scales.WEAK),
        material=sum(1 for one in given if one.material and one.rating in scales.WEAK),
        good_examples=sum(1 for one in given if one.good_example),
        ratings=Counter(one.rating for one in given),
    )


def by_criterion(round: Round) -> list[CriterionCount]:
    """Every criterion of the round in order, the jurists' first; also those without an answer."""
    answers = answers_of(round)
    return [_counted(criterion, profession, answers) for profession, criterion in criteria_of(round)]


def by_area(round: Round) -> dict[str, Tally]:
    """The legal answers of each service area, in the order of their names. The two professions' scales are not added up."""
    answers = [one for one in answers_of(round) if one.profession == Profession.LEGAL]
    return _by_area(answers)


def strengths(round: Round) -> list[Words]:
    """What goes well, in cleared words."""
    return _cleared(round, FindingKind.STRENGTH)


def weaknesses(round: Round) -> list[Words]:
    """What can become better, in cleared words."""
    return _cleared(round, FindingKind.WEAKNESS)


def learning_points(round: Round) -> list[Words]:
    """What there is to learn, in cleared words."""
    return _cleared(round, FindingKind.LEARNING)


def answers_of(round: Round) -> list[Rated]:
    """What counts: the snapshot's answers of a closed round, else those of the reviews that are done now."""
    snapshot = Snapshot.objects.filter(round=round).first()
    return frozen(snapshot) if snapshot else live(round)


def live(round: Round) -> list[Rated]:
    """The answers of the reviews that are done, as they stand."""
    answers = Answer.objects.filter(review__in=done(round)).exclude(rating="")
    answers = answers.select_related("criterion", "review__case__service_area")
    return [rated(one) for one in answers.order_by("review__profession", "criterion__position", "review__case__number")]


def frozen(snapshot: Snapshot) -> list[Rated]:
    """The answers as they were when the round was closed (cases/results.py says how they are written down)."""
    return [
        Rated(str(profession), code, case["service_area"], answer["rating"], answer["material"], answer["good_example"])
        for profession in Profession
        for case in snapshot.content["cases"]
        for code, answer in ((case[profession] or {}).get("answers") or {}).items()
    ]


def rated(answer: Answer) -> Rated:
    """An answer, with its review, case and criterion at hand, as it counts."""
    area = answer.review.case.service_area
    return Rated(
        profession=answer.review.profession,
        criterion=answer.criterion.code,
        area=area.name if area else "",
        rating=answer.rating,
        material=answer.is_material,
        good_example=answer.good_example,
    )


def done(round: Round) -> QuerySet[Review]:
    """The reviews of the round's cases that count: the jurists' when assured, VISO's when both professions are done."""
    return counting(Review.objects.filter(case__round=round, case__state__in=RECEIVED))


def counting(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """Those of the reviews that are done for good as far as others are concerned; annotated with `sight`."""
    own = Q(profession=Profession.LEGAL, state=DONE[Profession.LEGAL])
    return reviews.filter(ended_at__isnull=True).annotate_sight().filter(own | Q(sight=Sight.SHARED))  # type: ignore[attr-defined, no-any-return]


def criteria_of(round: Round, professions: Sequence[Profession] = tuple(Profession)) -> list[tuple[Profession, Criterion]]:
    """The criteria that the round is reviewed by, in order."""
    versions = {Profession.LEGAL: round.legal_criteria_id, Profession.VISO: round.viso_criteria_id}
    found = Criterion.objects.filter(version__in=[pk for pk in versions.values() if pk]).order_by("position", "pk")
    return [(profession, one) for profession in professions for one in found if one.version_id == versions[profession]]


def sentence(scale: str, tally: Tally) -> str:
    """Mangel i 9 af 18 sager, i 4 med væsentlig betydning for afgørelsen. – what a count teaches, in words that rank nobody."""
    if not tally.judged:
        return "Endnu ikke vurderet i nogen sag."
    among = f"{tally.weak} af {count(tally.judged, 'sag', 'sager')}"
    if not tally.weak:
        return f"{_GOOD[Scale(scale)]} {'i den ene sag' if tally.judged == 1 else f'i alle {tally.judged} sager'}, hvor det kunne vurderes."
    material = f", i {tally.material} med væsentlig betydning for afgørelsen" if tally.material else ""
    return f"{_WEAK[Scale(scale)]} i {among}, hvor det kunne vurderes{material}."


_WEAK = {Scale.DEFECT: "Mangel", Scale.RULE: "Ikke fuldt overholdt", Scale.FOCUS: "Kan udvikles"}
_GOOD = {Scale.DEFECT: "Ingen mangel", Scale.RULE: "Overholdt", Scale.FOCUS: "I høj grad til stede"}


def _counted(criterion: Criterion, profession: Profession, answers: Sequence[Rated]) -> CriterionCount:
    own = [one for one in answers if (one.profession, one.criterion) == (profession, criterion.code)]
    return CriterionCount(
        profession=profession,
        code=criterion.code,
        label=criterion.label,
        group=criterion.group,
        rule_class=criterion.rule_class,
        scale=criterion.scale,
        tally=tally(own),
        by_area=_by_area(own),
    )


def _by_area(answers: Sequence[Rated]) -> dict[str, Tally]:
    areas = sorted({one.area for one in answers})
    return {area or WITHOUT_AREA: tally(one for one in answers if one.area == area) for area in areas}


def _cleared(round: Round, kind: FindingKind) -> list[Words]:
    found = Finding.objects.filter(round=round, kind=kind, state=FindingState.CLEARED).select_related("criterion", "service_area")
    return [
        Words(one.criterion.code, one.criterion.label, one.service_area.name if one.service_area else "", one.text, one.material)
        for one in found.order_by("criterion__version", "criterion__position", "pk")
    ]
