"""The post-pass over a tagged PDF: what PDF/UA asks for and WeasyPrint leaves out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf

PRINT = 4  # bit 3 of an annotation's flags


def finish(content: bytes, link_names: list[list[str]]) -> bytes:
    """The same pages with readable links, scoped headers, unique ids, and headers and footers that no screen reader reads aloud."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        _name_links(pdf, link_names)
        _tag_tables(pdf)
        _mark_artifacts(pdf)
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        finished = io.BytesIO()
        pdf.save(finished)
    return finished.getvalue()


def _name_links(pdf: Any, link_names: list[list[str]]) -> None:
    """Links say what they are called, not where they lead, and are printed."""
    for page, names in zip(pdf.pages, link_names, strict=True):
        for annotation, name in zip(page.get("/Annots", []), names, strict=True):
            annotation["/Contents"] = pikepdf.String(name)
            annotation["/F"] = int(annotation.get("/F", 0)) | PRINT


def _tag_tables(pdf: Any) -> None:
    """Header cells get their scope, and ids that are unique although a table continues on the next page."""
    ids: list[tuple[str, Any]] = []
    for number, table in enumerate(element for element in _elements(pdf) if element.S == "/Table"):
        for cell, in_head in _cells(table):
            if cell.S == "/TH":
                cell.A["/Scope"] = pikepdf.Name("/Column" if in_head else "/Row")
                cell["/ID"] = pikepdf.String(f"{number}-{cell.ID}")
                ids.append((str(cell.ID), cell))
            elif "/Headers" in cell.get("/A", {}):
                cell.A["/Headers"] = pikepdf.Array([pikepdf.String(f"{number}-{header}") for header in cell.A.Headers])
    if ids:
        names = [part for name, cell in sorted(ids, key=lambda pair: pair[0].encode()) for part in (pikepdf.String(name), cell)]
        limits = pikepdf.Array([names[0], names[-2]])
        leaf = pdf.make_indirect(pikepdf.Dictionary(Names=pikepdf.Array(names), Limits=limits))
        pdf.Root.StructTreeRoot["/IDTree"] = pikepdf.Dictionary(Kids=pikepdf.Array([leaf]))


def _cells(table: Any) -> Iterator[tuple[Any, bool]]:
    for part in _kids(table):
        rows = [part] if part.S == "/TR" else [row for row in _kids(part) if row.S == "/TR"]
        for row in rows:
            for cell in _kids(row):
                yield cell, part.S == "/THead"


def _mark_artifacts(pdf: Any) -> None:
    """What lies outside the tag tree (page numbers, running titles) becomes an artifact, which screen readers pass over."""
    reached = {element.objgen for element in _elements(pdf)}
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    owners = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}
    for page in pdf.pages:
        elements = owners[int(page.StructParents)]
        stray = {mcid for mcid, element in enumerate(elements) if element.objgen not in reached}
        if stray:
            page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(list(_without(page, stray))))
            for mcid in stray:
                elements[mcid] = None


def _without(page: Any, stray: set[int]) -> Iterator[Any]:
    pagination = pikepdf.Dictionary(Type=pikepdf.Name("/Pagination"))
    for step in pikepdf.parse_content_stream(page):
        if str(step.operator) == "BDC" and int(step.operands[1].get("/MCID", -1)) in stray:
            yield pikepdf.ContentStreamInstruction([pikepdf.Name("/Artifact"), pagination], pikepdf.Operator("BDC"))
        else:
            yield step


def _elements(pdf: Any) -> Iterator[Any]:
    """All elements of the tag tree in reading order; without recursion, for a report is deep and long."""
    waiting = list(reversed(_kids(pdf.Root.StructTreeRoot)))
    while waiting:
        element = waiting.pop()
        yield element
        waiting += reversed(_kids(element))


def _kids(element: Any) -> list[Any]:
    return [kid for kid in element.get("/K", []) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
