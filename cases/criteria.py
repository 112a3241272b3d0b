"""The criteria of a review: which version counts, and the law behind each on the day that the case was decided (domain rule 29)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from cases import law
from cases.models import Case, CriteriaVersion, Criterion, CriterionBasis, Round
from cases.states import Profession, RoundKind
from engagements.models import ServiceArea


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
    """Tie the round to its versions, once: a newer version leaves a running review alone. The round is locked by the caller.

    The status measurement asks what the main round asked, so that the two can be compared (domain rule 51).
    """
    if round.legal_criteria_id is None and round.viso_criteria_id is None:
        main = _main_of(round) or round
        round.legal_criteria = main.legal_criteria or current(round, Profession.LEGAL)
        round.viso_criteria = main.viso_criteria or current(round, Profession.VISO)
        round.save(update_fields=["legal_criteria", "viso_criteria"])


def _main_of(round: Round) -> Round | None:
    """The round that a status measurement is compared with; None for the main round itself."""
    if round.kind == RoundKind.MAIN:
        return None
    return Round.objects.filter(engagement=round.engagement_id, kind=RoundKind.MAIN).first()


def asked(version: CriteriaVersion, case: Case) -> list[Asked]:
    """The criteria in order, each with the law that was valid on the case's decision date."""
    own = own_law(case)
    criteria = version.criteria.prefetch_related("bases", "indicators")
    return [Asked(criterion, own if criterion.uses_case_paragraph else _law_of(criterion, case)) for criterion in criteria]


def law_of(criterion: Criterion, case: Case) -> str:
    """barnets lov § 91 · retssikkerhedsloven § 4 – the act is always named; of a case without a date the law of today."""
    return own_law(case) if criterion.uses_case_paragraph else _law_of(criterion, case)


def own_law(case: Case) -> str:
    """The paragraph of the case itself: its service area's, as it was on the day of the decision."""
    area, day = case.service_area, case.decided_on
    if area and day and not law.is_valid(area, day):
        namesakes = ServiceArea.objects.filter(area=area.area, name=area.name).prefetch_related("legal_bases")
        area = law.on_day(namesakes, area.name, day) or area
    return law.paragraph_of(area) if area else ""


def _law_of(criterion: Criterion, case: Case) -> str:
    area, day = case.round.engagement.area, case.decided_on or timezone.localdate()
    return " · ".join(str(basis) for basis in criterion.bases.all() if basis.area in {"", area} and _is_valid(basis, day))


def _is_valid(basis: CriterionBasis, day: date) -> bool:
    """Both ends are included."""
    return (basis.valid_from is None or basis.valid_from <= day) and (basis.valid_to is None or day <= basis.valid_to)
