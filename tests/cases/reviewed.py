"""A round whose reviews are all done, after its orientation meeting: ready to be released. For the tests of release and seminar."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from accounts.states import Role
from cases import release as results
from cases.actions import moving, releasing
from cases.models import Answer, Case, Finding, Release, Review, Round
from cases.results import fingerprint
from cases.states import FindingKind, FindingState, Profession, ReviewState
from engagements.actions import milestones
from engagements.models import Engagement, Milestone
from engagements.states import Purpose
from tests import factories


@dataclass
class World:
    """Cases 1 to `cases`; VISO has the first of them. Of Hedensted, led by `consultant`."""

    engagement: Engagement
    round: Round
    meeting: Milestone
    consultant: User
    jurist: User
    colleague: User
    viso: User

    def fresh(self) -> Round:
        """The round as verbs lock it."""
        return moving.lock(self.round.pk)

    def content(self) -> dict:
        return results.content_of(Round.objects.select_related("engagement__programme_version").get(pk=self.round.pk))

    def seen(self) -> str:
        """The fingerprint that a preview would carry now."""
        return fingerprint(self.content())

    def release(self) -> Release:
        return releasing.release(round=self.round, seen=self.seen(), by=self.consultant)

    def review(self, number: int, profession: Profession = Profession.LEGAL) -> Review:
        found = Review.objects.select_related("case__round__engagement__scope")
        return found.get(case__round=self.round, case__number=number, profession=profession, ended_at=None)

    def case(self, number: int) -> Case:
        return Case.objects.select_related("round__engagement__scope").get(round=self.round, number=number)

    def answer(self, number: int, code: str, profession: Profession = Profession.LEGAL, **fields: object) -> Answer:
        """The answer under a criterion, with these values."""
        found = self.review(number, profession).answers.filter(criterion__code=code)
        found.update(**fields)
        return found.get()


def world(*, cases: int = 2, met: bool = True) -> World:
    consultant = factories.person(Role.CONSULTANT, name="Katrine Solbjerg")
    jurist = factories.person(Role.LEGAL_REVIEWER, name="Jonas Ravnkilde")
    colleague = factories.person(Role.LEGAL_REVIEWER, name="Amalie Tornhøj")
    viso = factories.person(Role.VISO_CONSULTANT, name="Vibeke Lindsted")
    team = [(jurist, Role.LEGAL_REVIEWER), (colleague, Role.LEGAL_REVIEWER), (viso, Role.VISO_CONSULTANT)]
    engagement = factories.engagement(consultant, team=team)
    today = timezone.localdate()
    meeting = factories.milestone(
        engagement, on=today, by=consultant, subject="Orientering om sagsgennemgang", purpose=Purpose.ORIENTATION_MEETING
    )
    round = factories.reviewable_round(engagement, cases=cases, by=consultant)
    factories.locked_selection(round, jurist, [1])
    for case in round.cases.all():
        factories.legal_review(case, jurist, state=ReviewState.ASSURED, assured_by=colleague)
    factories.viso_review(round.cases.get(number=1), viso, state=ReviewState.FINAL)
    made = World(engagement, round, meeting, consultant, jurist, colleague, viso)
    if met:
        meet(made)
    return made


def meet(of: World) -> None:
    """The orientation meeting is held."""
    of.meeting.engagement = of.engagement
    milestones.meet(milestone=of.meeting, on=timezone.localdate(), reason="Holdt som aftalt", by=of.consultant)


def cleared(of: World, code: str, kind: FindingKind, text: str, state: FindingState = FindingState.CLEARED) -> Finding:
    """A finding under a legal criterion."""
    assert of.round.legal_criteria is not None
    criterion = of.round.legal_criteria.criteria.get(code=code)
    return Finding.objects.create(round=of.round, criterion=criterion, kind=kind, text=text, state=state)
