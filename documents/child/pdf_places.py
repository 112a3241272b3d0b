"""Places inside a PDF that links and bookmarks lead to, and the bookmarks themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from documents.child import pdf_keys

DEEPEST, MOST_BOOKMARKS = 12, 5_000


class Places:
    """Knows the pages of a document and the places that it has names for."""

    def __init__(self, pdf: pikepdf.Pdf, pages: list[Dictionary]) -> None:
        self._pages = {page.objgen for page in pages}
        self._named = _named_places(pdf)

    def find(self, found: Any) -> Array | None:
        """A place on one of our pages, written anew; None for anything else."""
        if isinstance(found, (String, Name)):
            found = self._named.get(str(found).removeprefix("/"))
        if isinstance(found, Dictionary):
            found = found.get("/D")
        if not isinstance(found, Array) or not len(found):
            return None
        page, how = found[0], [item for item in list(found)[1:6] if not isinstance(item, (Array, Dictionary, pikepdf.Stream, String))]
        if not isinstance(page, Dictionary) or page.objgen not in self._pages:
            return None
        return Array([page, *how]) if how and str(how[0]) in pdf_keys.FIT else Array([page, Name.Fit])


def _named_places(pdf: pikepdf.Pdf) -> dict[str, Any]:
    """Name → place, of the two kinds of tables that a PDF may have; as far as they can be read."""
    found: dict[str, Any] = {}
    old = pdf.Root.get("/Dests")
    if isinstance(old, Dictionary):
        found |= {key.removeprefix("/"): value for key, value in old.items()}
    names = pdf.Root.get("/Names")
    if isinstance(names, Dictionary) and isinstance(names.get("/Dests"), Dictionary):
        found |= dict(leaves(names["/Dests"]))
    return found


def leaves(root: Any) -> Iterator[tuple[str, Any]]:
    """The names and values of a name tree; a broken one gives what it has."""
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Dictionary) or (node.is_indirect and node.objgen in seen):
            continue
        seen.add(node.objgen)
        pairs, kids = node.get("/Names"), node.get("/Kids")
        if isinstance(pairs, Array):
            flat = list(pairs)
            yield from ((str(key), value) for key, value in zip(flat[::2], flat[1::2]) if isinstance(key, String))
        if isinstance(kids, Array):
            waiting.extend(kids)


class Bookmark:
    """A bookmark and those under it."""

    def __init__(self, title: str, leads_to: Any, *, is_active: bool = False) -> None:
        self.title, self.leads_to, self.is_active = title, leads_to, is_active
        self.inside: list[Bookmark] = []


def bookmarks(pdf: pikepdf.Pdf) -> list[Bookmark]:
    """The bookmarks of a document as a tree, as far as they can be read."""
    root = pdf.Root.get("/Outlines")
    top: list[Bookmark] = []
    seen: set[tuple[int, int]] = set()
    waiting = [(root.get("/First"), top, 0)] if isinstance(root, Dictionary) else []
    while waiting:
        item, siblings, depth = waiting.pop()
        while isinstance(item, Dictionary) and item.is_indirect and item.objgen not in seen and len(seen) < MOST_BOOKMARKS:
            seen.add(item.objgen)
            action = item.get("/A")
            goes = action.get("/D") if isinstance(action, Dictionary) and action.get("/S") == pdf_keys.GO_TO else None
            made = Bookmark(str(item.get("/Title", "")), item.get("/Dest", goes), is_active=action is not None and goes is None)
            siblings.append(made)
            if depth < DEEPEST:
                waiting.append((item.get("/First"), made.inside, depth + 1))
            item = item.get("/Next")
    return top


def flat(items: list[Bookmark]) -> Iterator[Bookmark]:
    """All of them, also those under others."""
    for one in items:
        yield one
        yield from flat(one.inside)


def write_bookmarks(pdf: pikepdf.Pdf, items: list[Bookmark], places: Places) -> None:
    """Put them into a document that has none; each leads to a place in it, or nowhere."""
    if not items:
        return
    with pdf.open_outline() as outline:
        outline.root.extend(_written(one, places) for one in items)


def _written(item: Bookmark, places: Places) -> OutlineItem:
    made = OutlineItem(item.title, places.find(item.leads_to))
    made.children.extend(_written(one, places) for one in item.inside)
    return made
