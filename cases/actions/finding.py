"""Findings: made of an approved review, put into words that name nobody, and cleared for publication one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit, drafts
from accounts.drafts import Conflict
from accounts.models import User
from accounts.refusal import Refused
from cases import findings, review_access, scales
from cases.actions import moving
from cases.models import Answer, Finding, Review
from cases.states import FindingKind, FindingState

WORDS = "finding.words"
NO_LONGER_FOUND = "Står ikke længere i gennemgangen"
NO_WORDS = "Skriv, hvad fundet siger, før det godkendes."
REOPENED = "Gennemgangen er åbnet igen. Fundet kan godkendes, når den er færdig."


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


class Outdated(Refused):
    """Somebody saved other words meanwhile; nothing is written, and the page shows both."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__("En kollega har rettet fundet imens. Se begge udgaver, og vælg.")
        self.conflict = conflict


@transaction.atomic
def save_words(*, finding: Finding, text: str, base: str, by: User) -> None:
    """Write a draft in other words; `base` is the fingerprint of those that the page was given."""
    found = _locked(finding)
    review_access.require_finding(by, review_access.CLEAR, found)
    _write(found, text, base, by)


@transaction.atomic
def clear(*, finding: Finding, text: str, base: str, by: User) -> None:
    """Clear a draft for publication in these words: from now on it may be used at the seminar and in reports."""
    found = _locked(finding)
    review_access.require_finding(by, review_access.CLEAR, found)
    if not text.strip():
        raise Refused(NO_WORDS)
    if found.source and not findings.counting(Review.objects.filter(pk=found.source.review_id)).exists():
        raise Refused(REOPENED)
    _write(found, text, base, by)
    found.cleared_by, found.cleared_at = by, timezone.now()
    found.save(update_fields=["cleared_by", "cleared_at"])
    moving.move(found, to=FindingState.CLEARED, by=by)


@transaction.atomic
def withdraw(*, finding: Finding, by: User) -> None:
    """Take it out of what may be published."""
    found = _locked(finding)
    review_access.require_finding(by, review_access.WITHDRAW_FINDING, found)
    _unclear(found)
    moving.move(found, to=FindingState.WITHDRAWN, by=by)


@transaction.atomic
def take_up(*, finding: Finding, by: User) -> None:
    """Make a draft of a withdrawn one again."""
    found = _locked(finding)
    review_access.require_finding(by, review_access.TAKE_UP, found)
    moving.move(found, to=FindingState.DRAFT, by=by)


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


def _locked(finding: Finding) -> Finding:
    """The finding as it is now, its round locked until the transaction ends."""
    round = moving.lock(finding.round_id)
    found = Finding.objects.select_for_update(of=("self",)).select_related("criterion", "source").get(pk=finding.pk)
    found.round = round
    return found


def _write(finding: Finding, text: str, base: str, by: User) -> None:
    saved = drafts.save_field(finding, "text", text.strip(), base=base, by=by)
    if isinstance(saved, Conflict):
        raise Outdated(saved)
    if saved.is_changed:
        drafts.note(by=by, verb=WORDS, target=finding, scope=finding.round.engagement.scope)


def _unclear(finding: Finding) -> None:
    finding.cleared_by, finding.cleared_at = None, None
    finding.save(update_fields=["cleared_by", "cleared_at"])


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
