"""The check of a docx or xlsx: a zip of XML parts, of which only plain ones are taken; written anew as a zip of just these."""

from __future__ import annotations

import re
import stat
import zipfile
from zipfile import ZipFile, ZipInfo

from lxml import etree

from documents.child import kinds, office_text
from documents.child.report import METADATA, TEXT, Refusal, Report
from documents.child.work import Work

MAIN_PARTS = {  # content type of the main part → kind
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": kinds.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": kinds.XLSX,
}
ROOT_OF = {kinds.DOCX: "document", kinds.XLSX: "workbook"}
TYPES = "[Content_Types].xml"
# Parts that hold neither programs nor other files; .bin only where Excel keeps the settings of a printer.
PLAIN = {"xml", "rels", "vml", "png", "jpg", "jpeg", "jpe", "gif", "bmp", "tif", "tiff", "emf", "wmf", "odttf", "ttf", "thmx"}
PRINTER = re.compile(r"xl/printersettings/[^/]+\.bin", re.IGNORECASE)
MACRO_PARTS = re.compile(r"vbaproject|vbadata|macrosheets/|dialogsheets/|/customui|userforms?/", re.IGNORECASE)
EMBEDDED_PARTS = re.compile(r"/embeddings/|/activex/|oleobject|/ctrlprops/", re.IGNORECASE)
EXTERNAL_PARTS = re.compile(r"xl/externallinks/|xl/connections\.xml|xl/querytables/|xl/webextensions/|/afchunk", re.IGNORECASE)
HYPERLINK = "/hyperlink"
HARMLESS_ADDRESS = re.compile(r"(https?:|mailto:|#)", re.IGNORECASE)
FETCHING_FIELD = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK)\b", re.IGNORECASE)
PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False, "dtd_validation": False, "huge_tree": False}


def check(work: Work, report: Report) -> list[str]:
    """The text as one page. The same parts are written anew to `work.cleaned`."""
    try:
        with work.source_path.open("rb") as file, ZipFile(file) as package:
            parts = _parts(package, work)
            report.file_type = _kind(package, parts)
            text = _read(package, parts, report)
            _write_anew(package, parts, work)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zipfile.zlib.error):  # type: ignore[attr-defined]
        raise Refusal("damaged") from None
    except etree.XMLSyntaxError:
        raise Refusal("damaged") from None
    except RuntimeError:  # a locked part
        raise Refusal("encrypted") from None
    return [text]


def _parts(package: ZipFile, work: Work) -> list[ZipInfo]:
    """The directory, when it adds up to what may be unpacked and names nothing outside."""
    parts = package.infolist()
    if len(parts) > work.limits.entries:
        raise Refusal("too_much_unpacked")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > work.limits.unpacked or unpacked > work.limits.ratio * work.size:
        raise Refusal("too_much_unpacked")
    names = [part.filename.lower() for part in parts]
    if (
        len(set(names)) != len(names)
        or min((part.header_offset for part in parts), default=1) != 0
        or any(_leads_outside(part) for part in parts)
    ):
        raise Refusal("mixed")
    if any(part.flag_bits & 0x1 for part in parts):
        raise Refusal("encrypted")
    return [part for part in parts if not part.is_dir()]


def _leads_outside(part: ZipInfo) -> bool:
    name = part.orig_filename
    outside = name.startswith(("/", "\\")) or "\\" in name or "\0" in name or ":" in name or ".." in name.split("/")
    return outside or stat.S_ISLNK(part.external_attr >> 16)


def _kind(package: ZipFile, parts: list[ZipInfo]) -> str:
    """Which of ours it is, by its list of types and its main part. Raises Refusal for every other zip, and for what may not be in one."""
    names = {part.filename for part in parts}
    if TYPES not in names:
        raise Refusal("archive")
    types = _tree(package.read(TYPES))
    declared = [(node.get("ContentType", ""), node.get("PartName", "")) for node in types.iter() if isinstance(node.tag, str)]
    if any("macroenabled" in kind.lower() or "vbaproject" in kind.lower() for kind, _ in declared):
        raise Refusal("macros")
    for part in parts:
        _refuse_part(part.filename)
    mains = [(MAIN_PARTS[kind], name.lstrip("/")) for kind, name in declared if kind in MAIN_PARTS]
    if len(mains) != 1 or mains[0][1] not in names:
        raise Refusal("type_not_taken")
    kind, main = mains[0]
    if etree.QName(_tree(package.read(main))).localname != ROOT_OF[kind]:
        raise Refusal("damaged")
    return kind


def _refuse_part(name: str) -> None:
    if MACRO_PARTS.search(name):
        raise Refusal("macros")
    if EMBEDDED_PARTS.search(name):
        raise Refusal("embedded")
    if EXTERNAL_PARTS.search(name):
        raise Refusal("external")
    if name.rpartition(".")[2].lower() not in PLAIN and not PRINTER.fullmatch(name):
        raise Refusal("embedded")


def _read(package: ZipFile, parts: list[ZipInfo], report: Report) -> str:
    """Search every part; the text of those that people read comes back."""
    told: list[str] = []
    shared: list[str] = []
    # Excel keeps its texts apart from its cells: they are read first
    for part in sorted(parts, key=lambda one: not one.filename.lower().endswith("sharedstrings.xml")):
        if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        root = _tree(package.read(part))
        if part.filename.lower().endswith(".rels"):
            _refuse_relations(root, report)
            continue
        for place, text in office_text.passages(part.filename, root, shared):
            if place == office_text.FIELD:
                _refuse_fetching(text)
                place = TEXT
            report.search(text, place=place)
            told.append(text)
    return "\n".join(told)


def _refuse_relations(root: etree._Element, report: Report) -> None:
    """What lies outside the file may only be an address that a person clicks on."""
    for node in root.iter("{*}Relationship"):
        kind, target = node.get("Type", ""), node.get("Target", "")
        if "oleObject" in kind or kind.endswith(("/package", "/control", "/vbaProject", "/aFChunk", "/attachedToolbars")):
            raise Refusal("embedded")
        if node.get("TargetMode") == "External":
            if not kind.endswith(HYPERLINK) or not HARMLESS_ADDRESS.match(target):
                raise Refusal("external")
            report.search(target, place=METADATA)


def _refuse_fetching(instruction: str) -> None:
    if FETCHING_FIELD.search(instruction):
        raise Refusal("external")


def _tree(content: bytes) -> etree._Element:
    """The XML of a part; one that declares a type of its own is refused, because that is how a few bytes become many."""
    root = etree.fromstring(content, etree.XMLParser(**PARSER))
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refusal("too_much_unpacked")
    return root


def _write_anew(package: ZipFile, parts: list[ZipInfo], work: Work) -> None:
    """The same parts and no others, nothing before, between or after them, and no dates."""
    with ZipFile(work.cleaned, "w", zipfile.ZIP_DEFLATED) as made:
        for part in sorted(parts, key=lambda one: one.filename != TYPES):
            made.writestr(ZipInfo(part.filename), package.read(part), zipfile.ZIP_DEFLATED)
