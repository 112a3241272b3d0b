"""Writes the catalogue file to the database. Idempotent: it adds what is missing and overwrites nothing an administrator has edited.

Called by the data migration (with its historical models) and by the tests' fixture (decision 9).
"""

from __future__ import annotations

from django.apps.registry import Apps

from cases import catalogue


def load(apps: Apps) -> None:
    """Add the kinds of documents that are missing."""
    types = apps.get_model("cases", "DocumentType").objects
    for position, row in enumerate(catalogue.read("document_types")["document_type"], 1):
        types.get_or_create(slug=row["slug"], defaults={"position": position, "mandatory": False, **row})
