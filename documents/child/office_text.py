"""The text in a part of a docx or xlsx: paragraph by paragraph with its runs joined, row by row with its cells."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from documents.child.report import ANNOTATION, DELETED, HEADER, METADATA, TEXT

FIELD = "field"  # an instruction of Word, which may fetch something
MOST_DIGITS = 10
# Words in the name of a part → where its text stands for a reader
PLACES = {
    "header": HEADER,
    "footer": HEADER,
    "comment": ANNOTATION,
    "docprops/": METADATA,
    "customxml/": METADATA,
    "persons/": METADATA,
}
SPACE = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
# Attributes in which people write
SAYING = {"author", "initials", "descr", "title", "name", "alt", "tooltip", "alias", "displayName", "userId"}


def passages(name: str, root: etree._Element, shared: list[str]) -> Iterator[tuple[str, str]]:
    """(place, text) of what stands in a part. `shared` are the texts that Excel's cells refer to by number: filled here, and used here."""
    lower = name.lower()
    place = next((place for word, place in PLACES.items() if word in lower), TEXT)
    if lower.endswith("sharedstrings.xml"):
        shared.extend("".join(item.itertext("{*}t")) for item in root.iter("{*}si"))
        yield from ((TEXT, text) for text in shared if text)
    elif lower.startswith("xl/worksheets/"):
        yield from ((TEXT, text) for text in _rows(root, shared) if text)
    elif any(True for _ in root.iter("{*}p")):
        yield from _paragraphs(root, place)
    else:
        yield from ((place, text) for text in _leaves(root))
    yield from ((METADATA if place == TEXT else place, text) for text in _attributes(root))


def _paragraphs(root: etree._Element, place: str) -> Iterator[tuple[str, str]]:
    """A number that is split over runs is whole again when they are joined; deleted text and instructions stand apart."""
    for paragraph in root.iter("{*}p"):
        said, deleted, fields = [], [], []
        for node in _own(paragraph):
            local = etree.QName(node).localname
            if local == "t":
                said.append(node.text or "")
            elif local == "delText":
                deleted.append(node.text or "")
            elif local in ("instrText", "delInstrText"):
                fields.append(node.text or "")
            elif local == "fldSimple":
                fields.append(_attribute(node, "instr"))
            elif local in SPACE:
                said.append(SPACE[local])
        yield from ((where, "".join(parts)) for where, parts in ((place, said), (DELETED, deleted), (FIELD, fields)) if "".join(parts))


def _own(paragraph: etree._Element) -> Iterator[etree._Element]:
    """What stands in a paragraph, without the paragraphs of a text box in it: they come by themselves."""
    waiting = list(reversed(paragraph))
    while waiting:
        node = waiting.pop()
        if not isinstance(node.tag, str) or etree.QName(node).localname == "p":
            continue
        yield node
        waiting.extend(reversed(node))


def _attribute(node: etree._Element, local: str) -> str:
    return next((str(value) for key, value in node.attrib.items() if etree.QName(key).localname == local), "")


def _rows(root: etree._Element, shared: list[str]) -> Iterator[str]:
    """The cells of a row with tabs between them; and what stands beside the rows, such as the head of a print."""
    for row in root.iter("{*}row"):
        yield "\t".join(text for cell in row.iter("{*}c") if (text := _cell(cell, shared)))
    for part in root.iter("{*}oddHeader", "{*}oddFooter", "{*}evenHeader", "{*}evenFooter", "{*}firstHeader", "{*}firstFooter", "{*}f"):
        yield part.text or ""


def _cell(cell: etree._Element, shared: list[str]) -> str:
    """What a cell shows. A number loses its first zero in Excel: one of nine digits may be a CPR number that did."""
    inline = "".join(cell.itertext("{*}t"))
    value = next((node.text or "" for node in cell.iter("{*}v")), "")
    if cell.get("t") == "s":
        return shared[int(value)] if value.isdecimal() and int(value) < len(shared) else ""
    if cell.get("t", "n") == "n" and value.isdecimal() and len(value) == MOST_DIGITS - 1:
        value = f"0{value}"
    return inline or value


def _leaves(root: etree._Element) -> Iterator[str]:
    """Each text of a part that has no paragraphs: properties, drawings, names."""
    for node in root.iter():
        for text in (node.text, node.tail):
            if text and text.strip():
                yield text.strip()


def _attributes(root: etree._Element) -> Iterator[str]:
    """What people wrote into attributes: authors, descriptions of pictures, names."""
    seen: set[str] = set()
    for node in root.iter():
        for key, value in node.attrib.items():
            local = etree.QName(key).localname
            if local in SAYING or (local == "val" and etree.QName(node).localname in SAYING):
                seen.add(value)
    yield from sorted(seen)
