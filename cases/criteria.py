"""The criteria of a review: which version counts, and the law behind each on the day that the case was decided (domain rule 29)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cases import law
from cases.models import Case, CriteriaVersion, Criterion, CriterionBasis, Round
from cases.states import Profession


@dataclass(frozen=True)
class Asked:
    """A criterion as it is put to the reviewer of a case: with the law of the day of its decision."""

    criterion: Criterion
    law: str


def current(round: Round, profession: Profession) -> CriteriaVersion | None:
    """The newest version in use for the round's programme; None where the profession has no part in it."""
    versions = CriteriaVersion.objects.filter(
        criteria_set__profession=profession,
        criteria_set__programmes=round.engagement.programme_version.programme_id,
        published_at__isnull=False,
    )
    return versions.order_by("-published_at", "-number").first()


def pin(round: Round) -> None:
    """Tie the round to the versions of today, once: a newer version leaves a running review alone. The round is locked by the caller."""
    if round.legal_criteria_id is None and round.viso_criteria_id is None:
        round.legal_criteria = current(round, Profession.LEGAL)
        round.viso_criteria = current(round, Profession.VISO)
        round.save(update_fields=["legal_criteria", "viso_criteria"])


def asked(version: CriteriaVersion, case: Case) -> list[Asked]:
    """The criteria in order, each with the law that was valid on the case's decision date."""
    criteria = version.criteria.prefetch_related("bases", "indicators")
    return [Asked(criterion, law_of(criterion, case)) for criterion in criteria]


def law_of(criterion: Criterion, case: Case) -> str:
    """barnets lov § 91 · forvaltningsloven § 25 – the act is always named; without a date of the decision the law of today's rows."""
    if criterion.uses_case_paragraph:
        return law.paragraph_of(case.service_area) if case.service_area else ""
    area = case.round.engagement.area
    valid = [basis for basis in criterion.bases.all() if basis.area in {"", area} and _is_valid(basis, case.decided_on)]
    return " · ".join(str(basis) for basis in valid)


def _is_valid(basis: CriterionBasis, day: date | None) -> bool:
    """Both ends are included."""
    if day is None:
        return basis.valid_to is None
    return (basis.valid_from is None or basis.valid_from <= day) and (basis.valid_to is None or day <= basis.valid_to)
