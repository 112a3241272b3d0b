"""File names as people send them, made safe to show and to save. Pure: no database, no request."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 150  # characters, so that a name fits where it is stored, in a mail and on a disk
LONGEST_EXTENSION = 10
NAMELESS = "uden navn"
# Separators of any system, and what Windows forbids: the name is to be saved again there.
_FORBIDDEN = re.compile(r'[<>:"|?*]')
# Names that Windows keeps for its devices, with or without an extension
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
# Signs that steer the direction of text or show nothing at all: "faktura\u202efdp.exe" would be read as a PDF.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean(raw: str) -> str:
    """The last part of the path, composed (NFC), without control and direction signs, at most LONGEST characters, its extension kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", raw))[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign) not in _UNSEEN)
    name = " ".join(_FORBIDDEN.sub("_", seen).split()).strip(" .")
    if not name:
        return NAMELESS
    return _shortened(f"_{name}" if _DEVICE.match(name) else name)


def extension(name: str) -> str:
    """What stands after the last full stop, in small letters; "" when nothing does."""
    stem, stop, last = name.rpartition(".")
    return last.lower() if stem and stop else ""


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    last = extension(name)
    if not last or len(last) > LONGEST_EXTENSION:
        return name[:LONGEST].rstrip(" .")
    return f"{name[: LONGEST - len(last) - 2].rstrip(' .')}….{name[-len(last) :]}"
