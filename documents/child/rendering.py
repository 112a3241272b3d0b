"""Pictures of pages, for whoever reads a document without opening it in a program of their own."""

from __future__ import annotations

import io
import json
from typing import Any

import pypdfium2
from PIL import Image

from documents.child import kinds
from documents.child.pictures import CODERS
from documents.child.report import Refusal
from documents.child.work import Work, mapped

DPI = 110
MOST_PIXELS = 6_000_000  # of one picture; a larger page is drawn smaller
FEW_COLOURS = 256  # print in black on white: PNG is smaller and sharper than JPEG
QUALITY = 82


def run(order: dict[str, Any]) -> None:
    """Results: `report` (JSON: {"pages": [[number, width, height, type, bytes], …], "refused"}) and `cleaned` (their bytes in a row)."""
    work, told, refused = Work.of(order), [], ""
    try:
        for number, picture in _pictures(work, order["type"], range(order["first"], order["last"] + 1)):
            kind, content = _encoded(picture)
            work.cleaned.write(content)
            told.append([number, picture.width, picture.height, kind, len(content)])
    except Refusal as refusal:
        refused = str(refusal)
    except MemoryError:
        refused = "too_demanding"
    work.write("report", json.dumps({"pages": told, "refused": refused}).encode())


def _pictures(work: Work, kind: str, numbers: range) -> Any:
    """Each page that there is of `numbers`."""
    if kind == kinds.PDF:
        yield from _of_pdf(work, numbers)
    elif 1 in numbers:
        Image.MAX_IMAGE_PIXELS = None
        with work.source_path.open("rb") as file:
            picture = CODERS[kind][0](file)
            picture.draft("RGB", _fitting(picture.width, picture.height, 1.0))
            picture.thumbnail(_fitting(picture.width, picture.height, 1.0))
            yield 1, _on_white(picture)


def _of_pdf(work: Work, numbers: range) -> Any:
    try:
        document = pypdfium2.PdfDocument(mapped(work.source))
        for number in numbers:
            if number > len(document):
                return
            page = document[number - 1]
            width, height = page.get_size()
            scale = DPI / 72
            wide, _ = _fitting(width, height, scale)
            yield number, page.render(scale=min(scale, wide / max(width, 1)), may_draw_forms=False).to_pil()
            page.close()
    except (pypdfium2.PdfiumError, ValueError):
        raise Refusal("damaged") from None


def _fitting(width: float, height: float, scale: float) -> tuple[int, int]:
    """The size at this scale, or smaller when that would be more than MOST_PIXELS."""
    wide, high = max(1.0, width * scale), max(1.0, height * scale)
    shrink = min(1.0, (MOST_PIXELS / (wide * high)) ** 0.5)
    return max(1, int(wide * shrink)), max(1, int(high * shrink))


def _on_white(picture: Image.Image) -> Image.Image:
    """Without transparency, in a mode that can be encoded."""
    if picture.mode in ("RGBA", "LA", "P", "PA"):
        picture = picture.convert("RGBA")
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A"))
        return white
    return picture if picture.mode in ("RGB", "L") else picture.convert("RGB")


def _encoded(picture: Image.Image) -> tuple[str, bytes]:
    """The content type and the bytes."""
    out = io.BytesIO()
    if picture.getcolors(FEW_COLOURS) is not None:
        few = picture if picture.mode == "L" else picture.quantize(FEW_COLOURS, dither=Image.Dither.NONE)
        few.save(out, "PNG")
        return "image/png", out.getvalue()
    picture.convert("RGB").save(out, "JPEG", quality=QUALITY)
    return "image/jpeg", out.getvalue()
