"""Remembers a database that took seconds to build, so that the next test gets the same rows in a moment."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from tests import stored_rows
from tests.stored_rows import Rows

_remembered: dict[str, tuple[Rows, Any]] = {}


def once(name: str, build: Callable[[], Any]) -> Any:
    """What `build` returns, with the rows that it wrote; built the first time, later put back as they were."""
    if name not in _remembered:
        made = build()
        _remembered[name] = (stored_rows.remember(), deepcopy(made))
        return made
    kept, made = _remembered[name]
    stored_rows.put_back(kept)
    return deepcopy(made)
