"""Whether what a page draws with becomes too much when it is unpacked, found out without holding it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from pikepdf import Array, Name, Stream

MOST_FROM_A_BYTE = 1032  # what deflate can make of one
PIECE = 1024 * 1024
FLATE = {"/FlateDecode", "/Fl"}


def is_too_much(stream: Stream, most: int) -> bool:
    """Whether it unpacks to more than `most` bytes. Asked only of streams that deflate alone packed: the memory limit is for the rest."""
    filters = stream.get("/Filter")
    names = [str(one) for one in filters] if isinstance(filters, Array) else [str(filters)] if isinstance(filters, Name) else []
    if not names or not set(names) <= FLATE:
        return False
    packed = stream.read_raw_bytes()
    if len(packed) * MOST_FROM_A_BYTE ** len(names) <= most:
        return False
    pieces: Iterable[bytes] = [packed]
    for _ in names:
        pieces = _inflated(pieces)
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            return True
    return False


def _inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes unpacked once, a little at a time; as far as they can be."""
    machine = zlib.decompressobj()
    for piece in pieces:
        rest = piece
        while rest and not machine.eof:
            try:
                found = machine.decompress(rest, PIECE)
            except zlib.error:
                return
            rest = machine.unconsumed_tail
            yield found
