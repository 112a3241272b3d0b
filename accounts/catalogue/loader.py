"""Writes authorities, municipalities and regions to the database. Idempotent; adds what is missing, overwrites nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.apps.registry import Apps

from accounts import catalogue

MUNICIPALITY = "municipality"


def load(apps: Apps) -> None:
    """Add the three authorities and the 98 municipalities with their regions, past and coming."""
    organisations = apps.get_model("accounts", "Organisation").objects
    for row in catalogue.read("organisations")["organisation"]:
        organisations.get_or_create(kind=row["kind"], name=row["name"], defaults={"display_name": row["display_name"]})
    periods = _region_periods()
    for row in catalogue.read_municipalities():
        municipality, is_new = organisations.get_or_create(
            kind=MUNICIPALITY, code=row["code"], defaults={"name": row["name"], "display_name": row["display_name"]}
        )
        if is_new:
            regions = apps.get_model("accounts", "OrganisationRegion").objects
            regions.bulk_create(regions.model(organisation=municipality, **period) for period in periods[row["region"]])


def _region_periods() -> dict[str, list[dict[str, Any]]]:
    """Region as written in the CSV → the regions that its municipalities have belonged to, with dates."""
    rows = {row["name"]: row for row in catalogue.read("regions")["region"]}
    periods: dict[str, list[dict[str, Any]]] = {}
    for name, row in rows.items():
        periods[name] = [{"region": name, "valid_from": row["valid_from"], "valid_to": row.get("valid_to")}]
        if "successor" in row:
            after = rows[row["successor"]]
            start = row["valid_to"] + timedelta(days=1)
            periods[name].append({"region": after["name"], "valid_from": start, "valid_to": after.get("valid_to")})
    return periods
