"""Short lines for the person at the keyboard, with the seconds since the command was typed."""

from __future__ import annotations

import contextlib
import os
import time

STARTED = float(os.environ.get("STARTED") or time.time())  # set by bin/_setup


def say(text: str) -> None:
    """Print a line with its time. A terminal that is gone is no reason to stop."""
    tell(f"{time.time() - STARTED:4.0f} s  {text}")


def tell(text: str) -> None:
    """Print text as it is."""
    with contextlib.suppress(OSError):
        print(text, flush=True)
