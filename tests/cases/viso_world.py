"""A round of cases that VISO chooses among, and the people around the choice; every text of the cases is told apart by its marker."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from accounts import obligations
from accounts.models import User
from accounts.obligations import Obligation
from accounts.states import Role
from cases.actions import selecting
from cases.models import Case, CaseDocument, Review, Round
from cases.states import RoundState
from engagements.models import Engagement
from tests import factories, paper

SECRET = "Kvartsblomst"  # stands in everything of a case but its four facts
CHOSEN = {1: "", 2: "Ung", 3: "", 4: "", 5: "Sjælden"}


@dataclass(frozen=True)
class Viso:
    """Cases that are handed in, each with a file; nobody has chosen yet."""

    round: Round
    consultant: User
    jurist: User
    viso: User

    @property
    def engagement(self) -> Engagement:
        return self.round.engagement

    def case(self, number: int) -> Case:
        return Case.objects.select_related("round__engagement").get(round=self.round, number=number)

    def file(self, number: int) -> CaseDocument:
        return CaseDocument.objects.select_related("document").get(round=self.round, case__number=number)

    def url(self, name: str = "viso-selection", *more: object) -> str:
        return reverse(name, args=[self.round.engagement_id, self.round.kind, *more])

    def file_urls(self, number: int) -> list[str]:
        """Every address at which something of the case's file is seen, and the case itself."""
        key = self.file(number).document_id
        reading = [self.url(name, number, key) for name in ("case-file", "case-file-download")]
        return [self.url("case", number), self.url("file", key), *reading, self.url("case-file-picture", number, key, 1)]

    def locked(self) -> Round:
        """The first five, chosen by VISO and locked by the jurist."""
        selecting.propose(round=self.round, picks=CHOSEN, by=self.viso)
        selecting.lock(round=self.round, picks=CHOSEN, by=self.jurist)
        return self.round

    def review(self, number: int) -> Review:
        return factories.viso_review(self.case(number), self.viso)


def build(consultant: User, *, cases: int, state: RoundState = RoundState.COMPLETE, files: bool = True, **fields: object) -> Viso:
    """Hedensted's engagement in a programme in which VISO chooses five."""
    engagement = factories.engagement(consultant, **fields)
    jurist, viso = joined(engagement, Role.LEGAL_REVIEWER, "Jens Jurist"), joined(engagement, Role.VISO_CONSULTANT, "Vibe Viso")
    round = factories.reviewable_round(engagement, cases=cases, state=state)
    Case.objects.filter(round=round).update(description=f"Beskrivelse {SECRET}", cpr_reason=f"Grund {SECRET}")
    for case in Case.objects.filter(round=round).select_related("round__engagement__scope") if files else ():
        file = factories.case_document(case, consultant, handed_in=True, name=f"{SECRET} {case.number}.pdf")
        paper.readable(file.document, [f"{SECRET} på side 1"])
    return Viso(Round.objects.select_related("engagement__programme_version").get(pk=round.pk), consultant, jurist, viso)


def joined(engagement: Engagement, role: Role, name: str) -> User:
    """Somebody more on the team."""
    person = factories.person(role, name=name)
    engagement.team_members.create(user=person, role=role)
    engagement.__dict__.pop("_team", None)
    return person


def numbers_on(page: str) -> set[int]:
    """The numbers of the cases that the page names."""
    return {int(number) for number in re.findall(r"Sag (\d\d)", page)}


def owed(user: User, prefix: str) -> list[Obligation]:
    """The tasks of the person whose keys begin so."""
    return [one for one in obligations.of(again(user), timezone.localdate()) if one.key.startswith(prefix)]


def again(person: User) -> User:
    """As in a new request."""
    return User.objects.get(pk=person.pk)
