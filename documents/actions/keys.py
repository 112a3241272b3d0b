"""Rotation of the master key: the keys of scopes are wrapped anew; no file, and no key of a file, is touched."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from accounts import audit
from documents import sealing
from documents.models import Vault


@dataclass(frozen=True)
class Rewrapped:
    """How many keys of scopes were wrapped anew, were under the first master key already, or open with none that we have."""

    anew: int
    already: int
    unreadable: int


def rewrap() -> Rewrapped:
    """Wrap every scope's key with the first of settings.VAULT_KEYS. Each by itself: it can break off and run again, or twice at once."""
    found = [_rewrap_one(pk) for pk in Vault.objects.order_by("pk").values_list("pk", flat=True)]
    told = Rewrapped(found.count("anew"), found.count("already"), found.count("unreadable"))
    if told.anew:
        audit.record(by=None, verb="vault.rewrap", target=Vault, scope=None, changes={"nøgler": [None, str(told.anew)]})
    return told


@transaction.atomic
def _rewrap_one(pk: int) -> str:
    vault = Vault.objects.select_for_update().get(pk=pk)
    first, *_ = settings.VAULT_KEYS
    try:
        sealing.unwrap(vault.wrapped_key, under=[first], bound_to=vault.scope_id)
    except sealing.Damaged:
        pass
    else:
        return "already"
    try:
        key = sealing.unwrap(vault.wrapped_key, under=settings.VAULT_KEYS, bound_to=vault.scope_id)
    except sealing.Damaged:
        return "unreadable"
    vault.wrapped_key = sealing.wrap(key, under=first, bound_to=vault.scope_id)
    vault.save(update_fields=["wrapped_key", "wrapped_at"])
    return "anew"
