"""/healthz: this process answers. /readyz: everything that it needs does."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from taskforce import probes

log = structlog.get_logger(__name__)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, vault, broker, beat and its sweeps are well, else 503 naming which are not; no details to strangers."""
    state = {name: _passes(name, probe) for name, probe in PROBES.items()}
    return JsonResponse(state, status=200 if all(value == "ok" for value in state.values()) else 503)


def _passes(name: str, probe: Callable[[], bool]) -> str:
    try:
        return "ok" if probe() else "fail"
    except Exception:
        log.exception("not ready", probe=name)
        return "fail"


def _sweeps() -> bool:
    runs = probes.last_runs()
    return not any(probes.is_silent(name, runs) for name in probes.SILENT_AFTER if name != probes.HEARTBEAT)


PROBES: dict[str, Callable[[], bool]] = {
    "database": probes.database_answers,
    "migrations": lambda: probes.missing_migrations() == 0,
    "vault": probes.vault_opens,
    "broker": probes.broker_answers,
    "beat": lambda: not probes.is_silent(probes.HEARTBEAT, probes.last_runs()),
    "sweeps": _sweeps,
}
