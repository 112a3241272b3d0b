"""What the log must not keep: the secret part of a link that opens something."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

# /invitation/<token>/ makes a person, /glemt-adgangskode/<who>-<key>/ chooses a password, /kalender/<token>.ics reads somebody's dates.
SECRET_PART = re.compile(r"(/invitation/|/glemt-adgangskode/\w+-|(?<!/konto)/kalender/)[^/\s\"']+")


def hide_link_secrets(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: every text of the line without the secrets of links."""
    for key, value in event.items():
        if isinstance(value, str) and "/" in value:
            event[key] = SECRET_PART.sub(r"\1…", value)
    return event
