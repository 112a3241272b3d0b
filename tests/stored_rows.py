"""The rows of the whole database, as PostgreSQL writes them: remembered, and put back when a test has changed them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model


@dataclass(frozen=True)
class Rows:
    """Of every table that has any: its rows, and the fingerprint of them."""

    texts: dict[str, str]
    prints: dict[str, str]


def remember() -> Rows:
    """What the database holds now."""
    texts = {}
    with connection.cursor() as cursor:
        for table in filled():
            text = io.StringIO()
            cursor.copy_expert(f'COPY "{table}" TO STDOUT', text)
            texts[table] = text.getvalue()
    return Rows(texts, _fingerprints(texts))


def put_back(kept: Rows) -> None:
    """The database as it was remembered; tables that have not changed are left alone. New keys follow the highest that are there."""
    tables = [connection.ops.quote_name(model._meta.db_table) for model in _models()]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE")  # whoever still writes ends first, and is taken back too
        found = filled()
        same = _fingerprints(found & kept.texts.keys()).items() & kept.prints.items()
        changed = (found | kept.texts.keys()) - dict(same).keys()
        cursor.execute("SET LOCAL session_replication_role = replica")  # the append-only tables refuse to be emptied
        for table in sorted(changed & found):
            cursor.execute(f'DELETE FROM "{table}"')
        for table in sorted(changed & kept.texts.keys()):
            cursor.copy_expert(f'COPY "{table}" FROM STDIN', io.StringIO(kept.texts[table]))
        for statement in connection.ops.sequence_reset_sql(no_style(), [model for model in _models() if model._meta.db_table in changed]):
            cursor.execute(statement)
    ContentType.objects.clear_cache()


def filled() -> set[str]:
    """The tables that have rows."""
    return {table for table, is_filled in _of_each("EXISTS (SELECT 1 FROM {})", [model._meta.db_table for model in _models()]) if is_filled}


def _fingerprints(tables: Iterable[str]) -> dict[str, str]:
    return dict(_of_each("(SELECT md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {} t)", tables))


def _of_each(question: str, tables: Iterable[str]) -> list[tuple[str, str]]:
    """The answers to a question to several tables, in one query."""
    asked = [f"SELECT '{table}', {question.format(connection.ops.quote_name(table))}" for table in tables]
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return list(cursor.fetchall())


def _models() -> list[type[Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
