"""Word and Excel files made part by part, so that a test can put anything into them."""

from __future__ import annotations

import io
import zipfile

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
TYPES = "[Content_Types].xml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = {
    "docx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
    "docm": ("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"),
    "dotx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"),
}


def paragraph(*runs: str) -> str:
    """A paragraph whose text is split over these runs."""
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


def body(*content: str) -> str:
    return f"<w:document {W}><w:body>{''.join(content)}</w:body></w:document>"


def sheet(*cells: str) -> str:
    return f"<worksheet {S}><sheetData><row>{''.join(cells)}</row></sheetData></worksheet>"


def relation(kind: str, target: str, *, external: bool = True) -> str:
    """A part of relations with one in it."""
    mode = ' TargetMode="External"' if external else ""
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{RELATIONS}/{kind}" Target="{target}"{mode}/></Relationships>'
    )


def package(kind: str = "docx", parts: dict[str, str | bytes] | None = None, *, main: str = "") -> bytes:
    """A file of this kind: its list of types, its main part, and these."""
    name, declared = MAIN[kind]
    types = (
        f'<Types><Default Extension="xml" ContentType="application/xml"/><Override PartName="/{name}" ContentType="{declared}"/></Types>'
    )
    content = main or (body(paragraph("Notat om merudgifter")) if name.startswith("word/") else f"<workbook {S}/>")
    return zipped({TYPES: types, name: content} | (parts or {}))


def zipped(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def with_link_outside(name: str = "word/media/link.png") -> bytes:
    """A file in which a part is a symbolic link."""
    out = io.BytesIO(package())
    with zipfile.ZipFile(out, "a") as made:
        part = zipfile.ZipInfo(name)
        part.external_attr = 0o120777 << 16
        made.writestr(part, "/etc/passwd")
    return out.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}
