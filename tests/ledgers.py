"""A ledger that takes no more rows: what a full disk or a missing right does to a real one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def closed(table: str) -> Iterator[None]:
    """Within this, PostgreSQL raises on every INSERT into the table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the ledger is closed'; END $$;"
            "SET CONSTRAINTS ALL IMMEDIATE;"
            f"CREATE TRIGGER closed BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION closed()"
        )
        try:
            yield
        finally:
            cursor.execute("DROP FUNCTION closed() CASCADE")
