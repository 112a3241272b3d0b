"""Writes the catalogue files to the database. Idempotent: it adds what is missing and overwrites nothing an administrator has edited.

Called by the data migration (with its historical models) and by the tests' fixture (decision 9).
"""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.utils import timezone

from cases import catalogue


def load(apps: Apps) -> None:
    """Add the kinds of documents and the criteria that are missing."""
    load_document_types(apps)
    load_criteria(apps)


def load_document_types(apps: Apps) -> None:
    """Add the kinds of documents that are missing."""
    types = apps.get_model("cases", "DocumentType").objects
    for position, row in enumerate(catalogue.read("document_types")["document_type"], 1):
        types.get_or_create(slug=row["slug"], defaults={"position": position, "mandatory": False, **row})


def load_criteria(apps: Apps) -> None:
    """Add the sets of criteria and their versions that are missing; a version that is there is left alone."""
    programmes = apps.get_model("engagements", "Programme").objects
    for row in catalogue.read("criteria")["set"]:
        criteria_set, is_new = _objects(apps, "CriteriaSet").get_or_create(
            slug=row["slug"], defaults={"name": row["name"], "profession": row["profession"]}
        )
        if is_new:
            criteria_set.programmes.set(programmes.filter(slug__in=row["programmes"]))
        for version_row in row["versions"]:
            version, is_new = _objects(apps, "CriteriaVersion").get_or_create(
                criteria_set=criteria_set, number=version_row["number"], defaults={"published_at": timezone.now()}
            )
            if is_new:
                for position, criterion in enumerate(version_row["criteria"], 1):
                    _criterion(apps, version, position, criterion)


def _criterion(apps: Apps, version: Any, position: int, row: dict[str, Any]) -> None:
    row = dict(row)
    bases, indicators = row.pop("bases", []), row.pop("indicators", [])
    made = _objects(apps, "Criterion").create(version=version, position=position, **row)
    by_act: dict[tuple[str, str], Any] = {}
    for place, basis in enumerate(bases):
        area, older = basis.get("area", ""), basis.get("supersedes")
        values = {**basis, "supersedes": by_act[area, older] if older else None, "position": place}
        by_act[area, basis["act"]] = _objects(apps, "CriterionBasis").create(criterion=made, **values)
    for place, indicator in enumerate(indicators):
        _objects(apps, "CriterionIndicator").create(criterion=made, position=place, **indicator)


def _objects(apps: Apps, name: str) -> Any:
    return apps.get_model("cases", name).objects
