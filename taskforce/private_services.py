"""Finds the private servers of a running bin/run, so that manage.py typed by hand needs no environment."""

from __future__ import annotations

import json
import os
from pathlib import Path


def private_environment(data_dir: Path) -> dict[str, str]:
    """The environment that bin/run wrote to `data_dir`/environment.json while it runs; {} when DATABASE_URL is set or nothing runs.

    TASKFORCE_DATA_DIR, which tells bin/run where its data lie, wins over `data_dir`.
    """
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        return {}
    try:
        folder = Path(os.environ.get("TASKFORCE_DATA_DIR") or data_dir)
        found: dict[str, str] = json.loads((folder / "environment.json").read_text())
    except (OSError, ValueError):
        return {}
    return found
