"""Whether the collected static files are those of this checkout: collecting takes seconds, reading the files a few milliseconds."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
MANIFEST = CHECKOUT / "staticfiles" / "staticfiles.json"
NOTE = CHECKOUT / ".venv" / ".collected"  # not in the folder itself, which is served
ALSO_READ = ("requirements.txt", "taskforce/settings.py")  # files of packages change with their pins


def mark() -> str:
    """A hash of everything that collectstatic reads."""
    digest = hashlib.sha256()
    for path in [*(CHECKOUT / name for name in ALSO_READ), *sorted((CHECKOUT / "static").rglob("*"))]:
        if path.is_file():
            digest.update(str(path.relative_to(CHECKOUT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def fresh() -> bool:
    """Whether nothing changed since it was `collected`."""
    return MANIFEST.exists() and NOTE.exists() and NOTE.read_text() == mark()


@contextlib.contextmanager
def collected() -> Iterator[bool]:
    """True when the block must collect; what it collected is noted. Two commands at once take turns."""
    with NOTE.with_suffix(".lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        found = mark()
        stale = not fresh()
        yield stale
        if stale:
            NOTE.write_text(found)
