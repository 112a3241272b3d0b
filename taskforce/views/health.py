"""/healthz: this process answers. /readyz: everything that it needs does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Connection

from accounts.models import SweepRun

log = structlog.get_logger(__name__)
BEAT_IS_SILENT = timedelta(minutes=3)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, migrations, broker and beat are well, else 503 naming which are not; no details to strangers."""
    state = {name: _passes(name, probe) for name, probe in PROBES.items()}
    return JsonResponse(state, status=200 if all(value == "ok" for value in state.values()) else 503)


def _passes(name: str, probe: Callable[[], bool]) -> str:
    try:
        return "ok" if probe() else "fail"
    except Exception:
        log.exception("not ready", probe=name)
        return "fail"


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _broker() -> bool:
    with Connection(settings.CELERY_BROKER_URL, connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    return True


def _beat() -> bool:
    return SweepRun.objects.filter(name="heartbeat", at__gte=timezone.now() - BEAT_IS_SILENT).exists()


PROBES: dict[str, Callable[[], bool]] = {"database": _database, "migrations": _migrations, "broker": _broker, "beat": _beat}
