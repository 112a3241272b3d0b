"""Remembers a database that took seconds to build, so that the next test gets the same rows in a moment."""

from __future__ import annotations

import io
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction

Rows = dict[str, str]
_remembered: dict[str, tuple[Rows, Any]] = {}


def once(name: str, build: Callable[[], Any]) -> Any:
    """What `build` returns, with the rows that it wrote; built the first time, later put back as they were."""
    if name not in _remembered:
        made = build()
        _remembered[name] = (rows(), deepcopy(made))
        return made
    kept, made = _remembered[name]
    put_back(kept)
    return deepcopy(made)


def tables() -> list[str]:
    return sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed})


def rows() -> Rows:
    """Every row of every table, as PostgreSQL writes them."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables():
            text = io.StringIO()
            cursor.copy_expert(f'COPY "{table}" TO STDOUT', text)
            found[table] = text.getvalue()
    return found


def put_back(kept: Rows) -> None:
    """Replace everything in the database; the next keys follow the highest that are there."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # the append-only tables refuse to be emptied
        cursor.execute("TRUNCATE " + ", ".join(f'"{table}"' for table in kept))
        for table, text in kept.items():
            cursor.copy_expert(f'COPY "{table}" FROM STDIN', io.StringIO(text))
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models(include_auto_created=True)):
            cursor.execute(statement)
    ContentType.objects.clear_cache()
