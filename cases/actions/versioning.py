"""New versions of criteria: copied as a draft, written on in *Opsætning*, and published. One that is published is never edited."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.refusal import Denied, Refused
from cases.models import CriteriaSet, CriteriaVersion, Criterion, CriterionBasis

RIGHT = "cases.change_criteriaversion"  # given by the role of administrator (taskforce/set_up.py)
NOT_YOURS = "Kriterierne ændres kun af administratorer."
DRAFT_THERE = "{} har allerede en kladde, version {}. Ret den, eller slet den først."
NOT_DRAFT = "{} er allerede taget i brug."
EMPTY = "Versionen har ingen kriterier. Tilføj dem, før den tages i brug."
WITHOUT_LAW = "»{}« har ingen hjemmel. Tilføj en, eller marker, at hjemlen er sagens egen paragraf."
BOTH_AT_ONCE = "»{}«: {} skal slutte, før {} begynder. Ret datoerne."


@transaction.atomic
def copy(*, version: CriteriaVersion, by: User) -> CriteriaVersion:
    """A draft of the next version, with everything that this one holds. A set has one draft at a time."""
    _require(by)
    criteria_set = _lock(version.criteria_set_id)
    if draft := criteria_set.versions.filter(published_at__isnull=True).first():
        raise Refused(DRAFT_THERE.format(criteria_set, draft.number))
    made = CriteriaVersion.objects.create(criteria_set=criteria_set, number=next_number(criteria_set))
    for criterion in version.criteria.prefetch_related("bases", "indicators"):
        _copy_criterion(criterion, made)
    audit.record(by=by, verb="criteria.copy", target=made, scope=None, changes={"kopieret fra version": [None, version.number]})
    return made


@transaction.atomic
def publish(*, version: CriteriaVersion, by: User) -> CriteriaVersion:
    """Take a draft into use: for rounds whose first case is given to somebody from now on; reviews that run are left alone."""
    _require(by)
    _lock(version.criteria_set_id)
    found = CriteriaVersion.objects.select_for_update(of=("self",)).select_related("criteria_set").get(pk=version.pk)
    if found.published_at:
        raise Refused(NOT_DRAFT.format(found))
    criteria = list(found.criteria.prefetch_related("bases__supersedes"))
    if not criteria:
        raise Refused(EMPTY)
    for criterion in criteria:
        _require_law(criterion)
    found.published_at = timezone.now()
    found.save(update_fields=["published_at"])
    audit.record(by=by, verb="criteria.publish", target=found, scope=None, changes={"antal kriterier": [None, len(criteria)]})
    return found


def next_number(criteria_set: CriteriaSet) -> int:
    """The number of the set's next version."""
    last = criteria_set.versions.order_by("-number").first()
    return last.number + 1 if last else 1


def _lock(criteria_set: int) -> CriteriaSet:
    return CriteriaSet.objects.select_for_update().get(pk=criteria_set)


def _require(by: User) -> None:
    if not by.has_perm(RIGHT):
        raise Denied(NOT_YOURS)


def _require_law(criterion: Criterion) -> None:
    """A rule has a basis, and the old law ends before the new one begins: on no day are there both."""
    if criterion.rule_class and not criterion.uses_case_paragraph and not criterion.bases.all():
        raise Refused(WITHOUT_LAW.format(criterion))
    for basis in criterion.bases.all():
        old = basis.supersedes
        if old and not (old.valid_to and basis.valid_from and old.valid_to < basis.valid_from):
            raise Refused(BOTH_AT_ONCE.format(criterion, old, basis))


def _copy_criterion(criterion: Criterion, version: CriteriaVersion) -> None:
    bases, indicators = list(criterion.bases.all()), list(criterion.indicators.all())
    made = _copied(criterion, version=version)
    copies: dict[int, CriterionBasis] = {}
    for basis in bases:
        copies[basis.pk] = _copied(basis, criterion=made, supersedes=None)
    for basis in bases:
        if basis.supersedes_id in copies:
            CriterionBasis.objects.filter(pk=copies[basis.pk].pk).update(supersedes=copies[basis.supersedes_id])
    for indicator in indicators:
        _copied(indicator, criterion=made)


def _copied(row: Any, **changes: Any) -> Any:
    """A new row with the same values but for these."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    for name in changes:
        values.pop(row._meta.get_field(name).attname)
    return type(row)._default_manager.create(**values, **changes)
