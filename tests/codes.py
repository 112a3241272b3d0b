"""What an authenticator app shows, made as the standard says (RFC 6238) and without the product's own code."""

from __future__ import annotations

import base64
import hmac
import time

from tests.factories import APP_SECRET

PERIOD = 30  # seconds


def code(secret: str = APP_SECRET, *, later: int = 0) -> str:
    """The six digits that an app with this secret shows now, or some codes `later`."""
    counter = int(time.time()) // PERIOD + later
    digest = hmac.digest(base64.b32decode(secret), counter.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def wrong_code(secret: str = APP_SECRET) -> str:
    """Six digits that no app with this secret shows around now."""
    right = {code(secret, later=later) for later in range(-2, 3)}
    return next(f"{number:06}" for number in range(6) if f"{number:06}" not in right)
