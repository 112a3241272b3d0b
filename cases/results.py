"""The results of a round as plain data: what is frozen when it is closed, and the fingerprint that proves it.

Only reviews that are done count. Answers go in as marks and never as texts: what a reviewer wrote about a case stays with the case.
Findings that are cleared go in with their words, which name nobody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from cases import law
from cases.models import Answer, Case, CriteriaVersion, Review, Round, Snapshot
from cases.models.review_reach import DONE
from cases.states import RECEIVED, FindingState, Profession

FORMAT = 1  # counts the ways in which results were ever written down


def content_of(round: Round) -> dict[str, Any]:
    """The results as they stand now:

    {format, round: {kind, decided_from, decided_to, needed, case_count},
     criteria: {profession: {set, version, criteria: [{code, label, group, rule_class, scale}]}},
     cases: [{number, service_area, law, outcome, age_group, legal: review or None, viso: review or None}],
     findings: [{profession, criterion, kind, service_area, material, text}]}

    where a review is {overall, answers: {code of the criterion: {rating, material, good_example, indicators}}}.
    """
    done = _done(round)
    versions = {Profession.LEGAL: round.legal_criteria, Profession.VISO: round.viso_criteria}
    cases = round.cases.filter(state__in=RECEIVED).select_related("service_area").prefetch_related("service_area__legal_bases")
    return {
        "format": FORMAT,
        "round": {
            "kind": str(round.kind), "decided_from": round.decided_from.isoformat(), "decided_to": round.decided_to.isoformat(),
            "needed": round.needed, "case_count": round.case_count,
        },
        "criteria": {str(profession): _criteria(version) for profession, version in versions.items() if version},
        "cases": [_case(case, done) for case in cases.order_by("number")],
        "findings": _findings(round),
    }  # fmt: skip


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 in hex of the content written in one fixed way: the same whatever order a database gives its keys in."""
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def is_intact(snapshot: Snapshot) -> bool:
    """Whether the frozen results are still those whose fingerprint was taken."""
    return fingerprint(snapshot.content) == snapshot.sha256


def _done(round: Round) -> dict[tuple[int, str], Review]:
    """(id of the case, profession) → its review that stands and is done."""
    found = Review.objects.standing().filter(case__round=round, state__in=DONE.values()).prefetch_related("answers__criterion")
    return {(review.case_id, review.profession): review for review in found}


def _criteria(version: CriteriaVersion) -> dict[str, Any]:
    names = ("code", "label", "group", "rule_class", "scale")
    return {"set": version.criteria_set.slug, "version": version.number, "criteria": list(version.criteria.values(*names))}


def _case(case: Case, done: dict[tuple[int, str], Review]) -> dict[str, Any]:
    area = case.service_area
    return {
        "number": case.number,
        "service_area": area.name if area else "",
        "law": law.paragraph_of(area) if area else "",
        "outcome": case.outcome,
        "age_group": case.age_group,
        **{str(profession): _review(done.get((case.pk, profession))) for profession in Profession},
    }


def _review(review: Review | None) -> dict[str, Any] | None:
    return {"overall": review.overall, "answers": _answers(review.answers.all())} if review else None


def _answers(answers: Iterable[Answer]) -> dict[str, Any]:
    return {
        answer.criterion.code: {
            "rating": answer.rating,
            "material": answer.is_material,
            "good_example": answer.good_example,
            "indicators": sorted(answer.indicators),
        }
        for answer in answers
        if answer.rating
    }


def _findings(round: Round) -> list[dict[str, Any]]:
    cleared = round.findings.filter(state=FindingState.CLEARED).select_related("criterion__version__criteria_set", "service_area")
    return [
        {
            "profession": one.criterion.version.criteria_set.profession,
            "criterion": one.criterion.code,
            "kind": one.kind,
            "service_area": one.service_area.name if one.service_area else "",
            "material": one.material,
            "text": one.text,
        }
        for one in cleared
    ]
