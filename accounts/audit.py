"""The history: one append-only row for each thing that somebody did."""

from __future__ import annotations

from typing import Any

import structlog
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

from accounts.models import AuditEntry, Scope, User


def record(
    *, by: User | None, verb: str, target: Model, scope: Scope | None, changes: dict[str, Any] | None = None, reason: str = ""
) -> AuditEntry:
    """Write that `by` did `verb` to `target`; call it inside the action's transaction.

    `changes` is {field: [old, new]} of states, dates, persons and settings; of texts only that they changed (decision 29).
    `by` None means the system itself.
    """
    context = structlog.contextvars.get_contextvars()
    return AuditEntry.objects.create(
        by=by,
        verb=verb,
        scope=scope,
        target_type=ContentType.objects.get_for_model(target),
        target_id=str(target.pk),
        target_name=str(target)[:300],
        changes=changes or {},
        reason=reason,
        request_id=str(context.get("request_id", ""))[:40],
    )


def history(scope: Scope) -> QuerySet[AuditEntry]:
    """What happened inside a scope, newest first."""
    return AuditEntry.objects.filter(scope=scope).select_related("by")
