"""Strips what the pages of a PDF draw with, to what is allowed: every dictionary that is reached loses the keys that are not."""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from documents.child import pdf_keys
from documents.child.pdf_unpacking import is_too_much
from documents.child.report import Refusal

# How a dictionary is to be read
RESOURCES, NAMED, DRAWN = "resources", "named", "drawn"
MOST_OBJECTS = 2_000_000


class Stripper:
    """One for a whole document, because pages share what they draw with."""

    def __init__(self, *, unpacked: int) -> None:
        """`unpacked`: the most bytes of one stream."""
        self._unpacked = unpacked
        self._seen: set[tuple[tuple[int, int], str]] = set()
        self._looked_at = 0

    def resources(self, found: Any) -> None:
        """Strip the resources of a page, and all that can be reached from them."""
        self._walk(found, RESOURCES)

    def drawn(self, found: Any) -> None:
        """Strip a stream or dictionary that is drawn, such as the content of a page or how a mark looks."""
        self._walk(found, DRAWN)

    def _walk(self, found: Any, role: str) -> None:
        waiting = [(found, role)]
        while waiting:
            one, role = waiting.pop()
            if isinstance(one, Array):
                waiting.extend((item, DRAWN) for item in one if isinstance(item, (Array, Dictionary, Stream)))
            elif isinstance(one, (Dictionary, Stream)) and self._is_new(one, role):
                waiting.extend(self._strip(one, role))

    def _is_new(self, one: Any, role: str) -> bool:
        self._looked_at += 1
        if self._looked_at > MOST_OBJECTS:
            raise Refusal("too_demanding")
        if not one.is_indirect:
            return True
        key = (one.objgen, role)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _strip(self, one: Any, role: str) -> list[tuple[Any, str]]:
        """Remove what is not allowed in this dictionary; returns what stands in it and is to be looked at."""
        inside = []
        for key in list(one.keys()):
            value = one[key]
            if not _is_allowed(key, value, role):
                del one[key]
                continue
            if isinstance(value, (Array, Dictionary, Stream)):
                inside.append((value, _role_of(key, value, role)))
        if isinstance(one, Stream):
            self._refuse_huge(one)
        return inside

    def _refuse_huge(self, stream: Stream) -> None:
        """An image that would not fit in memory when it is shown, and a drawing that would not when it is unpacked."""
        if stream.get("/Subtype") != "/Image":
            if is_too_much(stream, self._unpacked):
                raise Refusal("too_much_unpacked")
            return
        width, height = _number(stream.get("/Width")), _number(stream.get("/Height"))
        if width * height * _number(stream.get("/BitsPerComponent"), 1) // 8 > self._unpacked:
            raise Refusal("too_many_pixels")


def _is_allowed(key: str, value: Any, role: str) -> bool:
    if role == DRAWN and key == "/S":
        return isinstance(value, Name) and value in pdf_keys.DRAWN_KINDS
    return role == NAMED or key in (pdf_keys.RESOURCES if role == RESOURCES else pdf_keys.DRAWN)


def _role_of(key: str, value: Any, role: str) -> str:
    """How a value is to be read by the key that it stands under."""
    if role == NAMED or (key == "/Shading" and "/ShadingType" in value):
        return DRAWN
    if key == "/Resources":
        return RESOURCES
    return NAMED if key in pdf_keys.NAMED and isinstance(value, Dictionary) else DRAWN


def _number(value: Any, otherwise: int = 0) -> int:
    return int(value) if isinstance(value, (int, pikepdf.Object)) and str(value).isdecimal() else otherwise
