"""Whether the files are what their rows say: read whole, one by one. Names files by where they lie, never by what they are called."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from documents import vault
from documents.models import StoredFile, Upload
from documents.models.stored import path_of
from documents.storage import private_storage


class Fault(StrEnum):
    MISSING = "missing"  # a row without its bytes
    ALTERED = "altered"  # bytes that are not what was stored, or that have no key
    STRAY = "stray"  # bytes without a row


@dataclass(frozen=True)
class Found:
    """A file that is not as it should be; `file` is its path in the folder of private files."""

    file: str
    fault: Fault


def faults() -> Iterator[Found]:
    """What is missing or altered, then what is stray. A file that comes or goes meanwhile is none of them."""
    on_disk = set(private_storage().names())
    for stored in StoredFile.objects.order_by("pk").iterator(chunk_size=500):
        fault = _fault_of(stored)
        if fault and StoredFile.objects.filter(pk=stored.pk).exists():
            yield Found(str(stored.file.name), fault)
    known = {str(name) for name in StoredFile.objects.values_list("file", flat=True)}
    known |= {path_of(pk) for pk in Upload.objects.values_list("pk", flat=True)}
    for name in sorted(on_disk - known):
        if private_storage().exists(name):
            yield Found(_shown(name), Fault.STRAY)


def _fault_of(stored: StoredFile) -> Fault | None:
    if not private_storage().exists(str(stored.file.name)):
        return Fault.MISSING
    found = hashlib.sha256()
    try:
        for chunk in vault.chunks(stored):
            found.update(chunk)
    except (vault.Damaged, OSError):
        return Fault.ALTERED
    return None if found.hexdigest() == stored.sha256 else Fault.ALTERED


def _shown(name: str) -> str:
    """A stray file has the name that somebody gave it: it ends in a terminal, so nothing in it may steer one."""
    return "/".join(part.encode("unicode_escape").decode("ascii") for part in PurePath(name).parts)
