"""Two reviews of cases: Aabenraa's in the middle of it, and Hedensted's first one, which was released, with a learning seminar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts import drafts
from accounts.models import User
from cases import criteria, release, results, scales
from cases.actions import closing, finding, moving, releasing, seminar_sheets, supplementing
from cases.models import Answer, Case, Criterion, Release, Review, ReviewComment, Round, Snapshot, VisoPick, VisoSelection
from cases.states import (
    ADULTS,
    CaseState,
    Outcome,
    Overall,
    Profession,
    Rating,
    ReviewState,
    RoundKind,
    RoundState,
    Scale,
    SelectionState,
)
from engagements.models import Engagement, ServiceArea
from engagements.states import EngagementState
from taskforce.demo import review_texts as texts

OUTCOMES = (Outcome.GRANTED, Outcome.REFUSED, Outcome.PARTLY, Outcome.GRANTED, Outcome.CEASED)
DECIDED = date(2015, 3, 2)  # of Hedensted's first case; the next ones a fortnight later each
RELEASED = datetime.combine(date(2016, 4, 18), time(10, 12))
VISO_CASES = (2, 5, 8, 11, 14)
# Of Aabenraa's cases: how far the jurist is with each, and whose it is; those that VISO has, and how far it is.
LEGAL = {
    **dict.fromkeys((1, 2), ("jonas", ReviewState.ASSURED)),
    **dict.fromkeys((3, 4), ("amalie", ReviewState.ASSURED)),
    5: ("jonas", ReviewState.IN_QA),
    6: ("amalie", ReviewState.IN_QA),
    7: ("jonas", ReviewState.RETURNED),
    **dict.fromkeys((8, 9), ("jonas", ReviewState.DRAFT)),
    10: ("amalie", ReviewState.DRAFT),
}
VISO = {2: ReviewState.FINAL, 4: ReviewState.FINAL, 6: ReviewState.DRAFT, 8: ReviewState.DRAFT, 10: ReviewState.DRAFT}
BEGUN = 8  # of the drafts those up to this number are begun
HALF = 6  # answers of a draft that is begun
FOLLOWS = {ReviewState.ASSURED: CaseState.ASSURED, ReviewState.IN_QA: CaseState.REVIEWED}


class Reviewers:
    """Reviews as jurists and VISO would have left them."""

    def __init__(self, round: Round, people: Mapping[str, User], at: datetime) -> None:
        self.round, self.people, self.at = round, people, at
        self.criteria = {
            profession: list(version.criteria.order_by("position"))
            for profession, version in ((Profession.LEGAL, round.legal_criteria), (Profession.VISO, round.viso_criteria))
            if version
        }

    def legal(self, case: Case, who: str, state: ReviewState, answered: int = 99) -> Review:
        """A jurist's review with so many answers; the case follows it."""
        other = self.people["amalie" if who == "jonas" else "jonas"]
        done = state == ReviewState.ASSURED
        overall, why = self._overall(case.number) if answered > HALF else ("", "")
        review = self._review(
            case, Profession.LEGAL, self.people[who], state, answered,
            second_reader=other, overall=overall, overall_reason=why, internal_note=texts.NOTE if answered else "",
            assured_by=other if done else None, submitted_at=self.at if state != ReviewState.DRAFT else None,
        )  # fmt: skip
        moved = CaseState.IN_REVIEW if answered else CaseState.SUBMITTED
        Case.objects.filter(pk=case.pk).update(state=FOLLOWS.get(state, moved))
        return review

    def viso(self, case: Case, state: ReviewState, answered: int = 99) -> Review:
        """A VISO consultant's review."""
        return self._review(case, Profession.VISO, self.people["vibeke"], state, answered)

    def _overall(self, number: int) -> tuple[Overall, str]:
        """It follows from the answers: a grave defect makes the jurist disagree."""
        asked = enumerate(self.criteria[Profession.LEGAL])
        grave = [one.code for place, one in asked if one.scale == Scale.DEFECT and _is_grave(number, _turn(number, place))]
        if "oplysning" in grave:
            return Overall.UNINFORMED, texts.UNINFORMED
        return (Overall.WRONG, texts.WRONG) if grave else (Overall.AGREE, "")

    def _review(self, case: Case, profession: Profession, by: User, state: ReviewState, answered: int, **fields: object) -> Review:
        asked = self.criteria[profession]
        review = Review.objects.create(
            case=case, profession=profession, criteria=asked[0].version, reviewer=by, state=state, changed_at=self.at if answered else None,
            done_at=self.at if state in {ReviewState.ASSURED, ReviewState.FINAL} else None, **fields,
        )  # fmt: skip
        Answer.objects.bulk_create(self._answer(review, one, place) for place, one in enumerate(asked[:answered]))
        return review

    def _answer(self, review: Review, criterion: Criterion, place: int) -> Answer:
        """About three answers of ten are not the good one; which ones, the numbers of case and criterion say."""
        answer = Answer(review=review, criterion=criterion, changed_by=review.reviewer, changed_at=self.at)
        turn = _turn(review.case.number, place)
        choices = scales.SCALES[Scale(criterion.scale)]
        if criterion.code == "genvurdering":
            answer.rating, answer.reason = Rating.NOT_RELEVANT, texts.NOT_APPEALED
        elif review.profession == Profession.VISO:
            answer.rating = choices[0 if turn > 2 else 1].rating
            answer.strength, answer.reason = texts.FOCUS[criterion.code]
            answer.indicators = [one.code for one in criterion.indicators.all()[: 3 if turn > 2 else 1]]
        elif turn < 2:
            answer.rating = choices[2 if _is_grave(review.case.number, turn) else 1].rating
            answer.reason, answer.learning_point = texts.WEAK[criterion.code]
        else:
            answer.rating = choices[0].rating
            answer.good_example = turn == 4 and criterion.code in texts.GOOD
            answer.strength = texts.GOOD[criterion.code] if answer.good_example else ""
        return answer


def seed(people: Mapping[str, User], today: date) -> None:
    """Both reviews; called once, when the rounds of cases were made."""
    engagements = Engagement.objects.select_related("programme_version__programme", "municipality", "scope")
    running = engagements.get(municipality__name="Aabenraa", state=EngagementState.ACTIVE)
    _half_way(running.rounds.get(), people, today)
    over = engagements.get(municipality__name="Hedensted", state=EngagementState.COMPLETED)
    _released(_handed_in_long_ago(over, people["katrine"]), people)


# In the middle of it


def _half_way(round: Round, people: Mapping[str, User], today: date) -> None:
    """Some are assured, some wait for it, one was sent back, some are drafts; VISO is done with two of its five."""
    supplementing.complete(round=round, by=people["katrine"])
    round = _pinned(round)
    Round.objects.filter(pk=round.pk).update(review_due_on=today + timedelta(days=18))
    reviewers, cases = Reviewers(round, people, timezone.now()), {case.number: case for case in _cases(round)}
    _select(round, [cases[number] for number in VISO], people)
    for number, (who, state) in LEGAL.items():
        answered = 99 if state != ReviewState.DRAFT else HALF if number <= BEGUN else 0
        review = reviewers.legal(cases[number], who, state, answered)
        if state == ReviewState.RETURNED:
            ReviewComment.objects.create(review=review, text=texts.COMMENT, by=people["amalie"])
    for number, state in VISO.items():
        reviewers.viso(cases[number], state, 99 if state == ReviewState.FINAL else 2 if number <= BEGUN else 0)
    _find(round, people)


# Released


def _handed_in_long_ago(engagement: Engagement, by: User) -> Round:
    """The round of the engagement that is over; its files were erased long ago."""
    version = engagement.programme_version
    at = timezone.make_aware(RELEASED) - timedelta(days=59)
    round = Round.objects.create(
        engagement=engagement, kind=RoundKind.MAIN, state=RoundState.COMPLETE, case_count=version.case_count, created_by=by,
        decided_from=date(2015, 1, 1), decided_to=date(2015, 12, 31), called_in_at=at, called_in_by=by,
    )  # fmt: skip
    areas = list(ServiceArea.objects.filter(area=engagement.area, valid_to__isnull=True).order_by("pk"))
    round.areas.set(areas)
    Case.objects.bulk_create(
        Case(
            round=round, number=number, state=CaseState.SUBMITTED, service_area=areas[number % len(areas)],
            decided_on=DECIDED + timedelta(days=14 * number), outcome=OUTCOMES[number % len(OUTCOMES)],
            age_group=ADULTS[number % len(ADULTS)], description="Ansøgning om støtte i hverdagen",
        )
        for number in range(1, version.case_count + 1)
    )  # fmt: skip
    return _pinned(round)


def _released(round: Round, people: Mapping[str, User]) -> None:
    """All are done, the findings cleared, the seminar written; then the results are released and the round is closed."""
    reviewers, cases = Reviewers(round, people, timezone.make_aware(RELEASED) - timedelta(days=12)), _cases(round)
    chosen = [case for case in cases if case.number in VISO_CASES]
    _select(round, chosen, people)
    for case in cases:
        reviewers.legal(case, "jonas" if case.number % 2 else "amalie", ReviewState.ASSURED)
    for case in chosen:
        reviewers.viso(case, ReviewState.FINAL)
    _find(round, people)
    seminar_sheets.draft(round=round, by=people["katrine"])
    seen = results.fingerprint(release.content_of(moving.lock(round.pk)))
    made = releasing.release(round=round, seen=seen, by=people["katrine"])
    at = timezone.make_aware(RELEASED)
    Release.objects.filter(pk=made.pk).update(at=at)
    Round.objects.filter(pk=round.pk).update(released_at=at)
    frozen = closing.close_round(round=round, by=people["katrine"])
    Snapshot.objects.filter(pk=frozen.pk).update(at=at)


# What both have


def _pinned(round: Round) -> Round:
    """The round with the criteria of today."""
    locked = moving.lock(round.pk)
    criteria.pin(locked)
    return Round.objects.select_related("engagement__scope", "legal_criteria", "viso_criteria").get(pk=round.pk)


def _cases(round: Round) -> list[Case]:
    return list(round.cases.filter(state=CaseState.SUBMITTED).select_related("round__engagement__scope").order_by("number"))


def _select(round: Round, chosen: Sequence[Case], people: Mapping[str, User]) -> None:
    """VISO's cases, proposed by VISO and locked by a jurist."""
    now, size = timezone.now(), len(chosen)
    made = VisoSelection.objects.create(
        round=round, size=size, state=SelectionState.LOCKED, proposed_by=people["vibeke"], proposed_at=now,
        locked_by=people["jonas"], locked_at=now,
    )  # fmt: skip
    VisoPick.objects.bulk_create(
        VisoPick(selection=made, case=case, slot=slot, size=size, by=people["vibeke"]) for slot, case in enumerate(chosen, 1)
    )


def _find(round: Round, people: Mapping[str, User]) -> None:
    """Findings of all that is done; every text is cleared once, the rest waits."""
    done = Review.objects.standing().filter(case__round=round, state=ReviewState.ASSURED).select_related("case__round__engagement__scope")
    for review in done.order_by("case__number"):
        finding.draft_from(review=review, by=people["jonas"])
    known: set[str] = set()
    told = round.findings.exclude(text="").exclude(text__in=texts.NOT_TOLD).order_by("pk")
    for one in told:
        if one.text not in known:
            known.add(one.text)
            finding.clear(finding=one, text=one.text, base=drafts.fingerprint(one.text), by=people["jonas"])


def _turn(number: int, place: int) -> int:
    """How the case stands under the criterion: 0 and 1 are not good, 4 is one to learn from."""
    return (3 * number + 5 * place) % 7


def _is_grave(number: int, turn: int) -> bool:
    return turn == 1 and number % 3 == 0
