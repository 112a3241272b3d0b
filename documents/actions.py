"""Verbs of stored files."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Scope, User
from documents.models import StoredFile


def store(*, content: bytes, name: str, content_type: str, scope: Scope, by: User, keep: timedelta | None = None) -> StoredFile:
    """Store `content` privately under a new id; with `keep` it is deleted by itself when that time has passed."""
    stored = StoredFile(
        scope=scope,
        name=name,
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_by=by,
        expires_at=timezone.now() + keep if keep else None,
    )
    stored.file.save(name, ContentFile(content), save=False)
    stored.save()
    return stored


def delete_expired() -> int:
    """Delete the files whose time has passed, row first and bytes after the commit; returns how many."""
    expired = list(StoredFile.objects.filter(expires_at__lt=timezone.now())[:500])
    for stored in expired:
        with transaction.atomic():
            name = str(stored.file.name)
            stored.delete()
            transaction.on_commit(partial(stored.file.storage.delete, name))
    return len(expired)
