"""`python -m documents.child`: one order as JSON on standard input, results into the memory files that it names."""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any

from documents.child import walls

ROOMS = {"check": "documents.child.checking", "render": "documents.child.rendering"}


def main() -> int:
    """Walls first, then the room that the order names."""
    order: dict[str, Any] = json.load(sys.stdin)
    walls.die_with_parent(order["parent"])
    walls.limit(**order["limits"])
    walls.close_doors()
    importlib.import_module(ROOMS[order["command"]]).run(order)
    return 0


if __name__ == "__main__":
    os._exit(main())
