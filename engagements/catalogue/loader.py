"""Writes the catalogue files to the database. Idempotent: it adds what is missing and overwrites nothing an administrator has edited.

Called by the data migration (with its historical models) and by the tests' fixture (decision 9).
"""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db import models

from engagements import catalogue


def load(apps: Apps) -> None:
    """Add the programmes, service areas and plan templates that are missing."""
    for position, row in enumerate(catalogue.read("programmes")["programme"]):
        _programme(apps, row, position)
    load_service_areas(apps)
    for row in catalogue.read("plan_templates")["template"]:
        _plan_templates(apps, row)


def load_service_areas(apps: Apps) -> None:
    """Add the service areas that are missing: a law that is new, or an old one that cases are still judged by."""
    for row in catalogue.read("service_areas")["service_area"]:
        _service_area(apps, row)


def _model(apps: Apps, name: str) -> Any:
    return apps.get_model("engagements", name)


def _programme(apps: Apps, row: dict[str, Any], position: int) -> None:
    programme, _ = _model(apps, "Programme").objects.get_or_create(
        slug=row["slug"],
        defaults={"name": row["name"], "short_name": row["short_name"], "areas": row["areas"], "kind": row["kind"], "position": position},
    )
    version_model = _model(apps, "ProgrammeVersion")
    for version_row in row["versions"]:
        version, is_new = version_model.objects.get_or_create(
            programme=programme, number=version_row["number"], defaults=_fields(version_model, version_row, without={"number"})
        )
        if is_new:
            _model(apps, "ProgrammePhase").objects.bulk_create(
                _model(apps, "ProgrammePhase")(version=version, position=number, phase=phase["phase"], months=phase.get("months"))
                for number, phase in enumerate(version_row["phases"])
            )
            _model(apps, "Theme").objects.bulk_create(
                _model(apps, "Theme")(version=version, position=number, name=name) for number, name in enumerate(version_row["themes"])
            )


def _service_area(apps: Apps, row: dict[str, Any]) -> None:
    found, is_new = _model(apps, "ServiceArea").objects.get_or_create(
        area=row["area"], name=row["name"], valid_from=row.get("valid_from"), defaults={"valid_to": row.get("valid_to")}
    )
    if is_new:
        for basis in row["legal_bases"]:
            _model(apps, "LegalBasis").objects.create(service_area=found, **basis)


def _plan_templates(apps: Apps, row: dict[str, Any]) -> None:
    row_model = _model(apps, "MilestoneTemplate")
    for version in _model(apps, "ProgrammeVersion").objects.filter(programme__slug__in=row["programmes"]):
        template, is_new = _model(apps, "PlanTemplate").objects.get_or_create(
            version=version, slug=row["slug"], defaults={"name": row["name"], "is_default": row.get("default", False)}
        )
        if is_new:
            row_model.objects.bulk_create(
                row_model(template=template, position=position, **_fields(row_model, item)) for position, item in enumerate(row["rows"], 1)
            )


def _fields(model: type[models.Model], row: dict[str, Any], without: set[str] | None = None) -> dict[str, Any]:
    """The row's values for fields that the model has; the rest (phases, themes) are rows of their own."""
    names = {field.name for field in model._meta.concrete_fields} - (without or set())
    return {name: value for name, value in row.items() if name in names}
