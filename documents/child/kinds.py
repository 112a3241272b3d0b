"""What a file is by its bytes, whatever it is called. Pure."""

from __future__ import annotations

from documents.child.report import Refusal

PDF, JPEG, PNG, DOCX, XLSX = "pdf", "jpeg", "png", "docx", "xlsx"
ZIP = "zip"  # a docx or xlsx, until it has been looked into
EXTENSIONS = {"pdf": PDF, "jpg": JPEG, "jpeg": JPEG, "jpe": JPEG, "png": PNG, "docx": DOCX, "xlsx": XLSX}
MACRO_EXTENSIONS = {"docm", "dotm", "xlsm", "xltm", "xlam", "xlsb"}
HEAD, TAIL = 2048, 64 * 1024 + 22  # bytes that are looked at: the first, and the last (as far as a zip's end may lie from the file's)
EXECUTABLE = (  # Windows, Linux, scripts, macOS, Java, Android, shortcuts
    b"MZ", b"\x7fELF", b"#!", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"dex\n",
    b"\x4c\x00\x00\x00\x01\x14\x02\x00",
)  # fmt: skip
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # doc, xls, msg; also an encrypted docx
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
MARKUP = (b"<svg", b"<html", b"<!doctype html", b"<script", b"<?php", b"<body", b"<iframe", b"<xhtml")
END_OF_ZIP = b"PK\x05\x06"
END_OF_PDF = b"%%EOF"


def kind(head: bytes, tail: bytes) -> str:
    """PDF, JPEG, PNG or ZIP. `head` are the first HEAD bytes, `tail` the last TAIL. Raises Refusal for everything else."""
    if not head:
        raise Refusal("empty")
    if head.startswith(EXECUTABLE):
        raise Refusal("executable")
    if head.startswith(b"%PDF-"):
        _refuse_mixed_pdf(tail)
        return PDF
    for start, found in ((b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG)):
        if head.startswith(start):
            if b"%PDF-" in head or _ends_as_zip(tail):
                raise Refusal("mixed")
            return found
    if head.startswith(b"PK\x03\x04"):
        return ZIP
    raise Refusal(_other(head, tail))


def _refuse_mixed_pdf(tail: bytes) -> None:
    """Nothing but blanks may follow the end, and the file may not be an archive as well."""
    if _ends_as_zip(tail):
        raise Refusal("mixed")
    _, end, after = tail.rpartition(END_OF_PDF)
    if not end:
        raise Refusal("truncated")
    if after.strip(b"\0\t\n\f\r "):
        raise Refusal("trailing_data")


def _ends_as_zip(tail: bytes) -> bool:
    """Whether a zip's end stands where an unpacker looks: its comment reaches exactly to the end of the file."""
    at = tail.rfind(END_OF_ZIP)
    while at >= 0:
        record = tail[at : at + 22]
        if len(record) == 22 and at + 22 + int.from_bytes(record[20:22], "little") == len(tail):
            return True
        at = tail.rfind(END_OF_ZIP, 0, at)
    return False


def _other(head: bytes, tail: bytes) -> str:
    """Why what is none of ours is refused."""
    if b"%PDF-" in head[:1024]:
        return "mixed"
    if head.startswith(COMPOUND):
        return "encrypted" if ENCRYPTED_PACKAGE in head + tail else "old_office"
    if head.startswith(ARCHIVES) or _ends_as_zip(tail):
        return "archive"
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe\0\t\r\n ").replace(b"\0", b"").lower()
    if any(mark in start for mark in MARKUP):
        return "markup"
    return "type_not_taken"
