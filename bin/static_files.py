"""Whether the collected static files are those of this checkout: collecting takes seconds, reading the files a few milliseconds."""

from __future__ import annotations

import hashlib
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
COLLECTED = CHECKOUT / "staticfiles"
NOTE = COLLECTED / ".collected"
ALSO_READ = ("requirements.txt", "taskforce/settings.py")  # files of packages change with their pins


def mark() -> str:
    """A hash of everything that collectstatic reads."""
    digest = hashlib.sha256()
    for path in [*(CHECKOUT / name for name in ALSO_READ), *sorted((CHECKOUT / "static").rglob("*"))]:
        if path.is_file():
            digest.update(str(path.relative_to(CHECKOUT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def fresh() -> bool:
    """Whether nothing changed since `note`."""
    return NOTE.exists() and NOTE.read_text() == mark()


def note() -> None:
    """Remember what was collected."""
    NOTE.write_text(mark())
