"""The kinds of documents that a case holds, as a readable file. Reading only: an idempotent loader writes them to the database."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def read(name: str) -> dict[str, Any]:
    """The catalogue `name`.toml as a dict of lists of rows."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
