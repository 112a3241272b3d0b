"""`python -m documents.child`: one order as JSON on standard input, results into the memory files that it names."""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any

from documents.child import walls

OUT_OF_MEMORY, FAILED = 3, 1  # what it ends with; documents/sandbox.py reads it
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
    try:
        ended = main()
    except MemoryError:
        ended = OUT_OF_MEMORY
    except BaseException:
        ended = FAILED  # ours, not the file's: what is wrong with a file is in the report
    os._exit(ended)
