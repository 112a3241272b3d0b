"""Organisations and regions as readable files. Reading only: an idempotent loader writes them to the database."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def read(name: str) -> dict[str, Any]:
    """The catalogue `name`.toml as a dict of lists of rows."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def read_municipalities() -> list[dict[str, str]]:
    """The 98 municipalities: code (four characters), name, display_name, region (as until the end of 2026)."""
    with (FOLDER / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
