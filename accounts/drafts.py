"""Fields that are saved while somebody writes, so that nobody overwrites unseen what another saved (decision 32).

A page is given a fingerprint of each field's value and sends it back with the new one. When the stored value is still the one that the
page was given, or already the one that it wants, it is saved; otherwise nothing is written, and the person gets both to choose between.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, Scope, User

BASE = "base-"  # in a form, the fingerprint of a field stands in a hidden field of its name behind this
LENGTH = 16  # hexadecimal digits of a fingerprint


@dataclass(frozen=True)
class Saved:
    """The field holds what was wanted; `fingerprint` is that of the value that it holds now."""

    fingerprint: str
    is_changed: bool


@dataclass(frozen=True)
class Conflict:
    """Nothing was written: somebody else, or the same person in another window, saved the field meanwhile.

    `fingerprint` is that of `theirs`: whoever chooses `mine` sends it as what they were given.
    """

    theirs: Any
    mine: Any
    fingerprint: str
    by: User | None
    at: datetime | None


def fingerprint(value: Any) -> str:
    """Tells values apart. None and an empty text are the same: nothing."""
    plain = "" if value is None else value
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, default=str).encode()).hexdigest()[:LENGTH]


def save_field(target: Model, field: str, value: Any, *, base: str, by: User, author: User | None = None) -> Saved | Conflict:
    """Store `value` in `field` of `target`, when what is stored is what the page was given (`base`).

    The caller has checked who may, and locked the row until its transaction ends. A `changed_by` and a `changed_at` of the row are kept;
    `author` is who wrote it last, where the row does not say.
    """
    name = target._meta.get_field(field).attname  # type: ignore[union-attr]
    stored = getattr(target, name)
    wanted, found = fingerprint(value), fingerprint(stored)
    if wanted == found:
        return Saved(found, is_changed=False)
    if base != found:
        return Conflict(stored, value, found, getattr(target, "changed_by", None) or author, getattr(target, "changed_at", None))
    setattr(target, name, value)
    changed = [field, *_sign(target, by)]
    target.save(update_fields=changed if target.pk else None)
    return Saved(wanted, is_changed=True)


def note(*, by: User, verb: str, target: Model, scope: Scope | None) -> None:
    """Write in the history that `by` wrote in `target`: once an hour, however often it was saved (decision 29)."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    kind = ContentType.objects.get_for_model(target)
    if not AuditEntry.objects.filter(by=by, verb=verb, target_type=kind, target_id=str(target.pk), at__gte=hour).exists():
        audit.record(by=by, verb=verb, target=target, scope=scope)


def _sign(target: Model, by: User) -> Sequence[str]:
    """Who wrote last, and when, in the row's own fields for it; their names."""
    names = {field.name for field in target._meta.get_fields()}
    values = {"changed_by": by, "changed_at": timezone.now()}
    kept = [name for name in values if name in names]
    for name in kept:
        setattr(target, name, values[name])
    return kept
