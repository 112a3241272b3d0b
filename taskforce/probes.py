"""Whether what the product stands on answers: for /readyz and *Drift*. Each probe gives up soon rather than keep a page waiting."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from kombu import Connection

from accounts.models import SweepRun
from documents import vault

# How long each sweep of the clock (taskforce/celery.py) may be silent before it is an alarm: several times its interval.
HEARTBEAT = "heartbeat"
SILENT_AFTER = {
    HEARTBEAT: timedelta(minutes=5),
    "reminders planned": timedelta(minutes=20),
    "reminders dispatched": timedelta(minutes=10),
}
PATIENCE = 2  # seconds that the broker has to answer
SLOWEST_QUERY = 3_000  # milliseconds that a query of the page may take
ANSWERS_WITHIN = 1.0  # seconds that a worker has to answer


@dataclass(frozen=True)
class Queue:
    """The broker as it is: how many messages wait, and whether a worker answered."""

    length: int
    has_worker: bool


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def missing_migrations() -> int:
    """How many migrations of this version the database has not seen."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def vault_opens() -> bool:
    """Whether the master key that we have opens the newest key of the vault."""
    return vault.newest_opens()


def broker_answers() -> bool:
    with _broker():
        return True


def look_at_queue() -> Queue:
    """Ask the broker for its queue, and the workers to answer through it. Raises what the broker raises when it does not answer."""
    with _broker() as broker:
        length = broker.default_channel.client.llen(  # type: ignore[attr-defined]  # of the transport redis
            current_app.conf.task_default_queue
        )
        answers = current_app.control.ping(timeout=ANSWERS_WITHIN, limit=1, connection=broker)
        return Queue(int(length), bool(answers))


@contextmanager
def _broker() -> Iterator[Connection]:
    """A connection that gives up on a broker that is away, and on one that takes the call and says nothing."""
    patience = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE, "max_retries": 0}
    with Connection(settings.CELERY_BROKER_URL, connect_timeout=PATIENCE, transport_options=patience) as broker:
        broker.ensure_connection(max_retries=1, timeout=PATIENCE)
        broker.default_channel.client.ping()  # type: ignore[attr-defined]  # of the transport redis
        yield broker


def last_runs() -> dict[str, datetime]:
    """When each sweep last ran."""
    return dict(SweepRun.objects.values_list("name", "at"))


def is_silent(name: str, runs: dict[str, datetime]) -> bool:
    """Whether a sweep has not run for longer than it may."""
    return name not in runs or runs[name] < timezone.now() - SILENT_AFTER[name]


def free_space() -> tuple[int, int]:
    """(free, whole) bytes where the private files lie."""
    folder = settings.PRIVATE_FILES_DIR
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return usage.free, usage.total


@contextmanager
def no_slow_query() -> Iterator[None]:
    """Break off every query that takes longer than the page may wait for it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [SLOWEST_QUERY])
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")
