"""The check of a JPEG or PNG: decoded, and written anew as pixels alone, so that place, time, camera and comments are gone."""

from __future__ import annotations

import io
import struct
import warnings
from typing import Any

from PIL import Image, ImageFile, ImageOps, JpegImagePlugin, PngImagePlugin

from documents.child import walls
from documents.child.report import METADATA, Refusal, Report
from documents.child.work import Work

QUALITY = 92
BYTES_A_PIXEL = 16  # decoded, turned, and encoded
BASE = 256 * 1024 * 1024  # bytes for Python and the libraries
KEPT = ("transparency", "dpi")  # of what an image says about itself: how it looks, and how large it is on paper
CODERS: dict[str, tuple[type[ImageFile.ImageFile], Any]] = {
    "jpeg": (JpegImagePlugin.JpegImageFile, JpegImagePlugin),
    "png": (PngImagePlugin.PngImageFile, PngImagePlugin),
}
ERRORS = (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, EOFError, OverflowError, struct.error)


def check(work: Work, report: Report) -> list[str]:
    """One page without text. The new image is written to `work.cleaned`."""
    Image.MAX_IMAGE_PIXELS = None  # ours is below
    warnings.simplefilter("ignore")
    with work.source_path.open("rb") as file:
        image = _opened(file, report.file_type)
        if image.width * image.height > work.limits.pixels:
            raise Refusal("too_many_pixels")
        walls.allow_memory(BASE + BYTES_A_PIXEL * image.width * image.height)
        if getattr(image, "n_frames", 1) > 1 and report.file_type == "png":
            raise Refusal("type_not_taken")
        content = _written_anew(image, report)
    report.pages, report.pages_without_text = 1, [1]
    work.cleaned.write(content)
    return [""]


def _opened(file: io.BufferedReader, kind: str) -> Image.Image:
    try:
        return CODERS[kind][0](file)
    except ERRORS:
        raise Refusal("damaged") from None


def _written_anew(image: Image.Image, report: Report) -> bytes:
    try:
        image.load()
        report.search(_said(image), place=METADATA)
        turned = ImageOps.exif_transpose(image) if 0x0112 in image.getexif() else image
    except MemoryError:
        raise
    except ERRORS:
        raise Refusal("damaged") from None
    plain = turned.copy()
    plain.info = {key: image.info[key] for key in KEPT if key in image.info}
    out = io.BytesIO()
    if report.file_type == "jpeg":
        plain.save(out, "JPEG", quality=QUALITY, exif=b"", comment=b"", icc_profile=None)
    else:
        plain.save(out, "PNG", exif=b"", icc_profile=None)
    return out.getvalue()


def _said(image: Image.Image) -> str:
    """Texts in it: of the camera, of a program, of a person."""
    texts = [_as_text(value) for value in image.info.values()]
    exif = image.getexif()
    for tags in (exif, *(exif.get_ifd(part) for part in (0x8769, 0x8825))):
        texts += [_as_text(value) for value in tags.values()]
    return "\n".join(text for text in texts if text)


def _as_text(value: Any) -> str:
    if isinstance(value, bytes):
        return value[:100_000].decode("utf-8", "replace")
    return value if isinstance(value, str) else ""
