"""Findings: made of an approved review, put into words that name nobody, and cleared for publication one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from accounts import audit
from accounts.models import User
from cases import findings, scales
from cases.actions import moving
from cases.models import Answer, Finding, Review
from cases.states import FindingKind, FindingState

NO_LONGER_FOUND = "Står ikke længere i gennemgangen"


@dataclass(frozen=True)
class Draft:
    """What an answer gives rise to; the text is empty where the reviewer marked a good example without words for it."""

    kind: FindingKind
    text: str
    material: bool = False


@transaction.atomic
def draft_from(*, review: Review, by: User) -> list[Finding]:
    """Make findings of what the done reviews of the case say, once each; returns the new ones.

    Called when a review is done. The jurist's counts when it is assured, VISO's only when both professions are done, so the second to be
    done brings VISO's as well: the case's other review is looked at here. Called again it adds what is new, corrects the materiality
    of drafts, and withdraws drafts that the review no longer says; words that somebody rewrote are left alone, and what was cleared
    stays cleared. An internal note never becomes a finding.
    """
    moving.lock(review.case.round_id)
    made: list[Finding] = []
    for one in _done(review.case_id):
        made += _from_one(one, by)
    return made


@transaction.atomic
def drop_drafts(*, review: Review, by: User, reason: str) -> None:
    """Withdraw what is not cleared yet of a review that counts no more: its case was taken back, or is no longer VISO's."""
    moving.lock(review.case.round_id)
    for finding in _of(review).filter(state=FindingState.DRAFT):
        moving.move(finding, to=FindingState.WITHDRAWN, by=by, reason=reason)


def drafts_of(answer: Answer) -> Iterator[Draft]:
    """What an answer gives rise to: a weakness by its rating, a strength by its words or its mark, a learning point by its words."""
    reason, strength = answer.reason.strip(), answer.strength.strip()
    if answer.rating in scales.WEAK:
        yield Draft(FindingKind.WEAKNESS, reason, answer.is_material)
    if strength or answer.good_example:
        yield Draft(FindingKind.STRENGTH, strength or (reason if answer.rating in scales.GOOD else ""))
    if point := answer.learning_point.strip():
        yield Draft(FindingKind.LEARNING, point)


def _done(case: int) -> list[Review]:
    """The reviews of the case whose findings count now."""
    return list(findings.counting(Review.objects.filter(case=case)).select_related("case__round__engagement__scope"))


def _from_one(review: Review, by: User) -> list[Finding]:
    known = {(finding.source_id, finding.kind): finding for finding in _of(review)}
    said = [(answer, draft) for answer in review.answers.select_related("criterion") for draft in drafts_of(answer)]
    for answer, draft in said:
        _correct(known.get((answer.pk, draft.kind)), draft)
    _drop_unsaid(known, said, by)
    case = review.case
    made = Finding.objects.bulk_create(
        Finding(
            round=case.round, criterion=answer.criterion, service_area_id=case.service_area_id, kind=draft.kind, material=draft.material,
            text=draft.text, source=answer,
        )
        for answer, draft in said
        if (answer.pk, draft.kind) not in known
    )  # fmt: skip
    if made:
        scope = case.round.engagement.scope
        audit.record(by=by, verb="finding.draft", target=case, scope=scope, changes={"fund": [None, len(made)]})
    return made


def _of(review: Review) -> QuerySet[Finding]:
    return Finding.objects.filter(source__review=review).select_related("round__engagement__scope")


def _correct(finding: Finding | None, draft: Draft) -> None:
    """A draft follows the review's judgement of materiality; its words are whoever wrote them last."""
    if finding and finding.state == FindingState.DRAFT and finding.material != draft.material:
        finding.material = draft.material
        finding.save(update_fields=["material"])


def _drop_unsaid(known: dict[tuple[int | None, str], Finding], said: list[tuple[Answer, Draft]], by: User) -> None:
    kept = {(answer.pk, draft.kind) for answer, draft in said}
    for key, finding in known.items():
        if key not in kept and finding.state == FindingState.DRAFT:
            moving.move(finding, to=FindingState.WITHDRAWN, by=by, reason=NO_LONGER_FOUND)
