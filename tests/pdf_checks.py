"""Our own check of PDF/UA-1, and readers of tags and text. A human with PAC or NVDA still looks at each template once."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pikepdf
import pypdfium2

XMP_UA = "{http://www.aiim.org/pdfua/ns/id/}part"
XMP_TITLE = "{http://purl.org/dc/elements/1.1/}title"
PAINT = {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh"}
FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


def problems(content: bytes) -> list[str]:
    """What keeps the file from being PDF/UA-1, as far as a program can see; empty when nothing does."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found = [*_metadata(pdf)]
        if "/StructTreeRoot" not in pdf.Root:
            return [*found, "no tag tree"]
        for check in (_headings, _figures, _tables, _annotations, _content, _fonts):
            found += check(pdf)
        with pdf.open_outline() as outline:
            if not outline.root:
                found.append("no bookmarks")
    return found


def tags(content: bytes) -> Counter[str]:
    """How many elements of each tag: {"Table": 4, "TH": 20, …}."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return Counter(_tag(element) for element in _elements(pdf))


def link_names(content: bytes) -> list[str]:
    """What a screen reader calls each link, in the order of the pages."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [str(annotation.Contents) for page in pdf.pages for annotation in page.get("/Annots", [])]


def header_scopes(content: bytes) -> Counter[str]:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return Counter(str(element.A.Scope)[1:] for element in _elements(pdf) if _tag(element) == "TH")


def bookmarks(content: bytes) -> list[str]:
    """Titles of all bookmarks in reading order."""

    def titles(items: Any) -> Iterator[str]:
        for item in items:
            yield item.title
            yield from titles(item.children)

    with pikepdf.open(io.BytesIO(content)) as pdf, pdf.open_outline() as outline:
        return list(titles(outline.root))


def page_texts(content: bytes) -> list[str]:
    """The text of each page, spaces and line breaks made single spaces."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    finally:
        document.close()


def text(content: bytes) -> str:
    return " ".join(page_texts(content))


def _metadata(pdf: Any) -> Iterator[str]:
    root = pdf.Root
    xmp = ElementTree.fromstring(root.Metadata.read_bytes()) if "/Metadata" in root else ElementTree.Element("none")
    parts = [element.get(XMP_UA) or element.findtext(XMP_UA) for element in xmp.iter()]
    if "1" not in parts:
        yield "no pdfuaid:part 1"
    if not "".join("".join(title.itertext()) for title in xmp.iter(XMP_TITLE)).strip():
        yield "no dc:title"
    if not str(root.get("/Lang", "")).strip():
        yield "no language"
    if not root.get("/MarkInfo", {}).get("/Marked", False):
        yield "not marked"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "the title is not displayed"


def _headings(pdf: Any) -> Iterator[str]:
    levels = [int(tag[1]) for tag in map(_tag, _elements(pdf)) if len(tag) == 2 and tag[0] == "H" and tag[1].isdigit()]
    for above, level in zip([0, *levels], levels):
        if level > above + 1:
            yield f"H{level} after H{above}"
    if not levels:
        yield "no heading"


def _figures(pdf: Any) -> Iterator[str]:
    for element in _elements(pdf):
        if _tag(element) == "Figure" and not str(element.get("/Alt", "")).strip():
            yield "a figure without alternative text"


def _tables(pdf: Any) -> Iterator[str]:
    """Cells find their headers by scope or by id; ids are unique and in the id tree."""
    elements = list(_elements(pdf))
    ids = [str(element.ID) for element in elements if "/ID" in element]
    if len(ids) != len(set(ids)):
        yield "ids that are not unique"
    if sorted(ids) != sorted(_names(pdf.Root.StructTreeRoot.get("/IDTree"))):
        yield "the id tree does not hold the ids"
    for table in (element for element in elements if _tag(element) == "Table"):
        cells = [cell for cell in _below(table) if _tag(cell) in ("TH", "TD")]
        if not any(_tag(cell) == "TH" for cell in cells):
            yield "a table without headers"
        for cell in cells:
            attributes = cell.get("/A", {})
            if _tag(cell) == "TH" and str(attributes.get("/Scope")) not in ("/Row", "/Column", "/Both"):
                yield "a header without scope"
            if not {str(header) for header in attributes.get("/Headers", [])} <= set(ids):
                yield "a cell that names a header which is not there"


def _annotations(pdf: Any) -> Iterator[str]:
    held = {kid.Obj.objgen for element in _elements(pdf) for kid in _kids(element) if kid.get("/Type") == "/OBJR"}
    for page in pdf.pages:
        if "/Annots" in page and page.get("/Tabs") != "/S":
            yield "tab order is not that of the tags"
        for annotation in page.get("/Annots", []):
            name = str(annotation.get("/Contents", "")).strip()
            target = str(annotation.get("/Dest", annotation.get("/A", {}).get("/URI", "")))
            if not name or (name == target and "/Dest" in annotation):
                yield f"a link without a name: {target}"
            if not int(annotation.get("/F", 0)) & 4:
                yield f"a link that is not printed: {target}"
            if annotation.objgen not in held:
                yield f"a link outside the tags: {target}"


def _content(pdf: Any) -> Iterator[str]:
    """Everything painted is either in the tag tree or an artifact."""
    reached = {element.objgen for element in _elements(pdf)}
    owners = dict(_numbers(pdf.Root.StructTreeRoot.ParentTree))
    for number, page in enumerate(pdf.pages, 1):
        mine = owners[int(page.StructParents)]
        open_marks: list[bool] = []  # is what is painted here accounted for?
        for operands, operator in pikepdf.parse_content_stream(page):
            step = str(operator)
            if step == "BMC":
                open_marks.append(operands[0] == "/Artifact")
            elif step == "BDC":
                mcid = operands[1].get("/MCID")
                in_tree = mcid is not None and mine[int(mcid)] is not None and mine[int(mcid)].objgen in reached
                open_marks.append(operands[0] == "/Artifact" or in_tree)
            elif step == "EMC":
                open_marks.pop()
            elif step in PAINT and not any(open_marks):
                yield f"page {number}: {step} paints outside tags and artifacts"
                break


def _fonts(pdf: Any) -> Iterator[str]:
    for found in pdf.objects:
        if not isinstance(found, pikepdf.Dictionary):
            continue
        if found.get("/Type") == "/FontDescriptor" and not any(name in found for name in FONT_FILES):
            yield f"a font that is not embedded: {found.get('/FontName')}"
        if found.get("/Type") == "/Font" and found.get("/Subtype") == "/Type0" and "/ToUnicode" not in found:
            yield f"a font without Unicode: {found.get('/BaseFont')}"


def _tag(element: Any) -> str:
    return str(element.S)[1:]


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", [])
    kids = [kids] if not isinstance(kids, pikepdf.Array) else list(kids)
    return [kid for kid in kids if isinstance(kid, pikepdf.Dictionary)]


def _below(element: Any) -> Iterator[Any]:
    waiting = list(reversed(_kids(element)))
    while waiting:
        kid = waiting.pop()
        if "/S" in kid:
            yield kid
            waiting += reversed(_kids(kid))


def _elements(pdf: Any) -> Iterator[Any]:
    return _below(pdf.Root.StructTreeRoot)


def _numbers(tree: Any) -> Iterator[tuple[int, Any]]:
    entries = tree.get("/Nums", [])
    for at in range(0, len(entries), 2):
        yield int(entries[at]), entries[at + 1]
    for kid in tree.get("/Kids", []):
        yield from _numbers(kid)


def _names(tree: Any) -> Iterator[str]:
    if tree is None:
        return
    entries = tree.get("/Names", [])
    yield from (str(entries[at]) for at in range(0, len(entries), 2))
    for kid in tree.get("/Kids", []):
        yield from _names(kid)
