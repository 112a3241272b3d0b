"""A round that is reviewed, for the tests that walk every address: a status measurement, so that the main round's own states stay apart.

Case 1 was reviewed by people whom no column of the table is about; case 2 is the own one of whoever of the walk reviews.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts import access as policy
from accounts.models import User
from accounts.states import Role
from cases import release
from cases.models import Finding, Release, Review, Round, SeminarPage, VisoSelection
from cases.results import fingerprint
from cases.states import Disclosure, FindingKind, FindingState, Profession, ReviewState, RoundKind, RoundState, SelectionState, Sight
from engagements.models import Engagement
from tests import factories

# Kinds of objects that are about this round, in its own states.
KINDS = {"reviewing", "legal_review", "viso_review", "selection", "result", "finding"}
ANOTHERS, OWN = 1, 2  # numbers of its cases
SHARED = (ReviewState.ASSURED, ReviewState.FINAL)  # the jurist's review and VISO's, when both are done


def is_about(address: str) -> bool:
    """Whether the address is about the reviewed round."""
    takes = policy.taken_by(address)
    return takes is not None and takes.object in KINDS


def make(engagement: Engagement, by: User) -> dict[str, Any]:
    """The round with a review of each profession in its first case, VISO's selection, a finding, and a page for the seminar."""
    round = factories.reviewable_round(engagement, cases=2, kind=RoundKind.STATUS, by=by)
    case = round.cases.get(number=ANOTHERS)
    jurist, viso = (_member(engagement, role, by) for role in (Role.LEGAL_REVIEWER, Role.VISO_CONSULTANT))
    factories.locked_selection(round, by)
    legal = factories.legal_review(case, jurist)
    factories.viso_review(case, viso)
    answer = legal.answers.first()
    assert answer is not None
    finding = Finding.objects.create(
        round=round, criterion=answer.criterion, kind=FindingKind.LEARNING, text="Skriv det i journalen", source=answer
    )
    sheet = SeminarPage.objects.create(round=round, position=1, theme="Sagsoplysning", changed_by=by)
    return {
        "reviewed_kind": round.kind,
        "reviewed": ANOTHERS,
        "face": "jura",
        "criterion": answer.criterion.code,
        "finding": finding.pk,
        "theme": sheet.pk,
    }


def own(engagement: Engagement, jurist: User, viso: User) -> None:
    """The second case is reviewed by these two."""
    case = engagement.rounds.get(kind=RoundKind.STATUS).cases.get(number=OWN)
    factories.legal_review(case, jurist)
    factories.viso_review(case, viso)


def reset(engagement: Engagement) -> None:
    """As every walk begins: complete, all reviews drafts, the selection locked, nothing released."""
    rounds = Round.objects.filter(engagement=engagement, kind=RoundKind.STATUS)
    rounds.update(state=RoundState.COMPLETE, released_at=None, released_by=None)
    Release.objects.filter(round__in=rounds).delete()
    _put_reviews(engagement, ReviewState.DRAFT, ReviewState.DRAFT)
    VisoSelection.objects.filter(round__in=rounds).update(state=SelectionState.LOCKED)
    Finding.objects.filter(round__in=rounds).update(state=FindingState.DRAFT, cleared_by=None, cleared_at=None)


def put(engagement: Engagement, kind: str, state: str) -> None:
    """Bring what the kind is into a state, past the rules that lead there."""
    reset(engagement)
    rounds = Round.objects.filter(engagement=engagement, kind=RoundKind.STATUS)
    if kind == "reviewing":
        rounds.update(state=state)
    elif kind == "legal_review":
        _put_reviews(engagement, *(SHARED if state == Sight.SHARED else (state, ReviewState.DRAFT)))
    elif kind == "viso_review":
        _put_reviews(engagement, *(SHARED if state == Sight.SHARED else (ReviewState.DRAFT, state)))
    elif kind == "selection":
        VisoSelection.objects.filter(round__in=rounds).update(state=state)
    elif kind == "result" and state == Disclosure.RELEASED:
        _release(rounds.select_related("engagement__programme_version").get())
    elif kind == "finding":
        Finding.objects.filter(round__in=rounds).update(state=state)


def _put_reviews(engagement: Engagement, legal: str, viso: str) -> None:
    done = {ReviewState.ASSURED, ReviewState.FINAL}
    for profession, state in ((Profession.LEGAL, legal), (Profession.VISO, viso)):
        reviews = Review.objects.filter(case__round__engagement=engagement, profession=profession)
        reviews.update(state=state, done_at=timezone.now() if state in done else None)


def _release(round: Round) -> None:
    by = round.engagement.team()[0].user
    content = release.content_of(round)
    Release.objects.create(round=round, by=by, content=content, sha256=fingerprint(content))
    Round.objects.filter(pk=round.pk).update(released_at=timezone.now(), released_by=by)


def _member(engagement: Engagement, role: Role, by: User) -> User:
    """Somebody of the team whom no column is about."""
    person = factories.person(role, name=f"Forfatter {role.label}")
    engagement.team_members.create(user=person, role=role)
    engagement.__dict__.pop("_team", None)
    return person
