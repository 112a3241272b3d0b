"""The two ledgers: the history, one row for each thing that somebody did, and the access log, one for each sensitive look.

Both are append-only (accounts/migrations/0004_append_only.py); only `delete_expired` takes rows away, when their time is over.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime
from typing import Any

import structlog
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from accounts.models import AccessLog, AuditEntry, Scope, User
from accounts.states import ReadAction, Role

KEPT_MONTHS = 24  # as the field register says (taskforce/retention.toml, rule "log")
BATCH = 5_000  # rows of each ledger that one transaction deletes
LOG_EXPIRE = "log.expire"


def record(
    *, by: User | None, verb: str, target: Model | type[Model], scope: Scope | None, changes: dict[str, Any] | None = None, reason: str = ""
) -> AuditEntry:
    """Write that `by` did `verb` to `target`; call it inside the action's transaction.

    `changes` is {field: [old, new]} of states, dates, persons and settings; of texts only that they changed (decision 29).
    `by` None means the system itself; a model as `target` means rows of that kind, none in particular.
    """
    one = target if isinstance(target, Model) else None
    return AuditEntry.objects.create(
        by=by,
        verb=verb,
        scope=scope,
        target_type=ContentType.objects.get_for_model(target),
        target_id=str(one.pk) if one else "",
        target_name=str(one)[:300] if one else str(target._meta.verbose_name_plural),
        changes=changes or {},
        reason=reason,
        request_id=_request_id(),
    )


def look(
    *, by: User, action: ReadAction, purpose: str, target: Model | None = None, scope: Scope | None = None, name: str = ""
) -> AccessLog:
    """Write that `by` is about to see or take something, and why; call it before the first byte is made: no row, no bytes.

    The row is committed when this returns, so it is refused inside a transaction, which might still be rolled back.
    """
    with transaction.atomic(durable=True):
        return AccessLog.objects.create(
            by=by,
            roles=", ".join(sorted(Role(role).label for role in by.roles())),
            action=action,
            purpose=purpose[:300],
            scope=scope,
            target_type=ContentType.objects.get_for_model(target) if target else None,
            target_id=str(target.pk) if target else "",
            target_name=(name or str(target))[:300],
            request_id=_request_id(),
        )


def history(scope: Scope) -> QuerySet[AuditEntry]:
    """What happened inside a scope, newest first."""
    return AuditEntry.objects.filter(scope=scope).select_related("by")


def delete_expired(*, batch: int = BATCH) -> dict[str, int]:
    """Delete the rows of both ledgers whose time is over; each batch writes in its own transaction that it did. Returns how many.

    Safe to run twice and at the same time in several processes.
    """
    before = months_before(timezone.now(), KEPT_MONTHS)
    total = {"historik": 0, "opslag": 0}
    while deleted := _delete_batch(before, batch):
        for name, number in deleted.items():
            total[name] += number
    return total


@transaction.atomic(durable=True)
def _delete_batch(before: datetime, batch: int) -> dict[str, int]:
    """One batch of each ledger: {name: number} of what was deleted, empty when nothing is left."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL taskforce.retention_run = 'on'")  # ends with this transaction, whatever happens
    found = {name: _delete_oldest(model, before, batch) for name, model in (("historik", AuditEntry), ("opslag", AccessLog))}
    deleted = {name: number for name, number in found.items() if number}
    if deleted:
        changes = {"ældre end": [None, timezone.localdate(before).isoformat()], **{name: [n, 0] for name, n in deleted.items()}}
        record(by=None, verb=LOG_EXPIRE, target=AuditEntry, scope=None, changes=changes)
    return deleted


def _delete_oldest(model: type[AuditEntry | AccessLog], before: datetime, batch: int) -> int:
    ledger: QuerySet[Any] = model.objects.all()
    number, _ = ledger.filter(pk__in=ledger.filter(at__lt=before).order_by("at", "pk").values("pk")[:batch]).delete()
    return number


def months_before(moment: datetime, months: int) -> datetime:
    """The same day of the month `months` earlier, or the last day of a month that is shorter."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def _request_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))[:40]
