"""Annotations of a page: read for what they say, and made anew from what is allowed of them."""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from documents.child import pdf_keys
from documents.child.pdf_drawing import Stripper
from documents.child.pdf_places import Places

SAID = ("/Contents", "/RC", "/T", "/Subj", "/Alt")
ACTIVE = ("/A", "/AA", "/PA", "/FS", "/RichMediaContent", "/RichMediaSettings", "/3DD", "/3DA", "/Movie", "/Sound", "/Sy")


def said(mark: Dictionary) -> str:
    """What somebody wrote in it, and where it leads to."""
    parts = [str(mark[key]) for key in SAID if isinstance(mark.get(key), String)]
    action = mark.get("/A")
    if isinstance(action, Dictionary):
        parts += [str(value) for value in (action.get("/URI"), action.get("/F")) if isinstance(value, String)]
    return "\n".join(parts)


def is_active(mark: Dictionary) -> bool:
    """Whether it starts something, other than going to a place in the document or opening an address."""
    if any(key in mark for key in ACTIVE[1:]):
        return True
    action = mark.get("/A")
    harmless = (pdf_keys.GO_TO, "/URI")
    return action is not None and not (isinstance(action, Dictionary) and action.get("/S") in harmless and "/Next" not in action)


class Marks:
    """Makes the annotations of all pages of a document anew."""

    def __init__(self, pdf: pikepdf.Pdf, places: Places, stripper: Stripper) -> None:
        self._pdf, self._places, self._stripper = pdf, places, stripper

    def of(self, marks: list[Dictionary]) -> list[Dictionary]:
        """Those that stay: comments with what they say, and links to a place in the document."""
        made = [self._link(mark) if mark.get("/Subtype") == pdf_keys.LINK else self._comment(mark) for mark in marks]
        return [self._pdf.make_indirect(one) for one in made if one is not None]

    def _link(self, mark: Dictionary) -> Dictionary | None:
        action = mark.get("/A")
        leads_to = mark.get("/Dest")
        if leads_to is None and isinstance(action, Dictionary) and action.get("/S") == pdf_keys.GO_TO:
            leads_to = action.get("/D")
        place, rectangle = self._places.find(leads_to), plain(mark.get("/Rect"))
        if place is None or rectangle is None:
            return None
        return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=rectangle, Border=Array([0, 0, 0]), Dest=place)

    def _comment(self, mark: Dictionary) -> Dictionary | None:
        if mark.get("/Subtype") not in pdf_keys.COMMENTS:
            return None
        made = Dictionary()
        for key in pdf_keys.COMMENT_KEYS & set(mark.keys()):
            value = _border(mark[key]) if key == "/BS" else plain(mark[key])
            if value is not None:
                made[key] = value
        look = self._look(mark)
        if look is not None:
            made["/AP"] = Dictionary(N=look)
        return made

    def _look(self, mark: Dictionary) -> Any:
        """How it is drawn, when that is one picture or one for each of its states."""
        drawn = mark.get("/AP")
        look = drawn.get("/N") if isinstance(drawn, Dictionary) else None
        if isinstance(look, Stream):
            self._stripper.drawn(look)
            return look
        if isinstance(look, Dictionary):
            states = {key: state for key, state in look.items() if isinstance(state, Stream)}
            for state in states.values():
                self._stripper.drawn(state)
            return Dictionary(states) if states else None
        return None


def plain(value: Any, *, depth: int = 0) -> Any:
    """A number, text, name, or a list of these; None for everything else."""
    if isinstance(value, Array):
        items = [plain(item, depth=depth + 1) for item in value] if depth < 3 else [None]
        return None if any(item is None for item in items) else Array(items)
    return None if isinstance(value, (Dictionary, Stream)) else value


def _border(value: Any) -> Dictionary | None:
    if not isinstance(value, Dictionary):
        return None
    kept = {key: plain(value[key]) for key in pdf_keys.BORDER_KEYS & set(value.keys())}
    return Dictionary({key: one for key, one in kept.items() if one is not None})
