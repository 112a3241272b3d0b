"""The form in which files lie on disk: AES-256-GCM in chunks, each bound to its file, its place in it and whether it is the last one.

A sealed chunk is PREFIX random bytes, the ciphertext, and a tag. Its nonce is those random bytes and a counter whose top bit says that no
chunk follows, so a file that is cut, lengthened, reordered or mixed with another does not open; and a chunk that is written a second time
after a broken line never meets the same nonce. The id of the file is authenticated with each chunk. Pure: knows no row and no setting.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from typing import IO, Any, BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 1024 * 1024  # bytes of the file in each chunk but the last
KEY_BYTES = 32
PREFIX, TAG = 8, 16
SEALED_CHUNK = PREFIX + CHUNK + TAG
LAST = 1 << 31  # in the counter
WRAP_NONCE = 12
WRAP_VERSION = b"\x01"


class Damaged(Exception):
    """The bytes are not what was sealed: cut, changed, of another file, or under another key. Says nothing about their content."""


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def wrap(key: bytes, *, under: bytes, bound_to: UUID) -> bytes:
    """`key`, readable only with the key `under`, and only as the key of the thing with the id `bound_to`."""
    nonce = secrets.token_bytes(WRAP_NONCE)
    return WRAP_VERSION + nonce + AESGCM(under).encrypt(nonce, key, WRAP_VERSION + bound_to.bytes)


def unwrap(wrapped: bytes | memoryview, *, under: Iterable[bytes], bound_to: UUID) -> bytes:
    """The key, opened by whichever of `under` wrapped it. Raises Damaged when none of them did, or not for `bound_to`."""
    text = bytes(wrapped)
    version, nonce, sealed = text[:1], text[1 : 1 + WRAP_NONCE], text[1 + WRAP_NONCE :]
    for key in under if version == WRAP_VERSION and len(nonce) == WRAP_NONCE else []:
        try:
            return AESGCM(key).decrypt(nonce, sealed, version + bound_to.bytes)
        except InvalidTag:
            continue
    raise Damaged("No key opens this key.")


def sealed_size(size: int) -> int:
    """How many bytes a file of `size` bytes is on disk; an empty one has a chunk too."""
    return size + max(1, -(-size // CHUNK)) * (PREFIX + TAG)


def kept_size(sealed: int, size: int) -> int:
    """How many bytes of a file that shall have `size` lie in `sealed` bytes on disk: whole chunks, and the last one when all is there."""
    return size if sealed == sealed_size(size) else min(sealed // SEALED_CHUNK * CHUNK, (size - 1) // CHUNK * CHUNK if size else 0)


class Sealer:
    """Seals the chunks of one file, one after the other."""

    def __init__(self, key: bytes, file_id: UUID, *, number: int = 0) -> None:
        """`number`: how many chunks of it are sealed already."""
        self._cipher, self._id, self.number = AESGCM(key), file_id.bytes, number

    def seal(self, chunk: memoryview | bytes, out: bytearray, *, last: bool) -> memoryview:
        """Seal the next chunk into `out`, which is as long as a sealed chunk; returns the part of it that was filled."""
        end = PREFIX + len(chunk) + TAG
        out[:PREFIX] = secrets.token_bytes(PREFIX)
        filled = memoryview(out)[:end]
        self._cipher.encrypt_into(_nonce(filled[:PREFIX], self.number, last), chunk, self._id, filled[PREFIX:])
        self.number += 1
        return filled


def _nonce(prefix: memoryview | bytes, number: int, last: bool) -> bytes:
    if number >= LAST:
        raise ValueError("A file of more than two pebibytes.")
    return bytes(prefix) + (number | (LAST if last else 0)).to_bytes(4, "big")


def seal(content: Iterable[bytes], *, key: bytes, file_id: UUID) -> Iterator[bytes]:
    """The sealed bytes of a file whose bytes come in pieces of any size."""
    sealer, out, held = Sealer(key, file_id), bytearray(SEALED_CHUNK), bytearray()
    for piece in content:
        held += piece
        at = 0
        while len(held) - at > CHUNK:  # one chunk is held back, for it may be the last
            yield bytes(sealer.seal(bytes(memoryview(held)[at : at + CHUNK]), out, last=False))
            at += CHUNK
        del held[:at]
    yield bytes(sealer.seal(bytes(held), out, last=True))


def unseal(file: BinaryIO | IO[Any], *, key: bytes, file_id: UUID) -> Iterator[bytes]:
    """The bytes of a sealed file, chunk by chunk, each only after it proved to be what was sealed. Raises Damaged at one that is not."""
    cipher, number = AESGCM(key), 0
    sealed = read_exactly(file, SEALED_CHUNK)
    while True:
        following = read_exactly(file, SEALED_CHUNK) if len(sealed) == SEALED_CHUNK else b""
        yield _open(cipher, sealed, file_id, number, last=not following)
        if not following:
            return
        sealed, number = following, number + 1


def _open(cipher: AESGCM, sealed: bytes, file_id: UUID, number: int, *, last: bool) -> bytes:
    if len(sealed) < PREFIX + TAG:
        raise Damaged("The file is cut.")
    try:
        return cipher.decrypt(_nonce(sealed[:PREFIX], number, last), memoryview(sealed)[PREFIX:], file_id.bytes)
    except InvalidTag:
        raise Damaged("A chunk is not what was sealed.") from None


def read_exactly(file: BinaryIO | IO[Any], size: int) -> bytes:
    """`size` bytes, fewer only at the end of the file."""
    found: bytes = file.read(size)
    while len(found) < size and (more := file.read(size - len(found))):
        found += more
    return found


class Writer:
    """Seals the bytes of a file of known length into an open file while they arrive; can go on where an earlier one broke off.

    What lies in the file is always whole chunks, so `offset`, from which the sender goes on, may be less than what it sent.
    """

    def __init__(self, file: BinaryIO, *, key: bytes, file_id: UUID, length: int) -> None:
        """`file`: opened for reading and writing, unbuffered, at its start. What is sealed in it and opens is kept; the rest is cut off."""
        self._file, self.length = file, length
        self._out, self._held, self._filled = bytearray(SEALED_CHUNK), bytearray(CHUNK), 0
        self._hash = hashlib.sha256()
        self.offset, number = self._take_up(AESGCM(key), file_id)  # how many bytes of the file are sealed, in how many chunks
        self._sealer = Sealer(key, file_id, number=number)
        self._cut()

    @property
    def is_complete(self) -> bool:
        """Whether every byte of the file is sealed; an empty one is complete when it was closed with `finish`."""
        return self.offset == self.length and self._sealed_bytes == sealed_size(self.length)

    @property
    def sha256(self) -> str:
        """Of the bytes that are sealed, as they were received."""
        return self._hash.hexdigest()

    def write(self, piece: bytes | bytearray | memoryview) -> None:
        """Take the next bytes, however many. Raises ValueError when they are more than were announced, OSError when the disk is full;
        what is sealed stays, and nothing half.
        """
        piece = memoryview(piece)
        if self.offset + self._filled + len(piece) > self.length:
            raise ValueError("More bytes than were announced.")
        while len(piece):
            if not self._filled and len(piece) >= CHUNK:  # a whole chunk needs no copy
                self._put(piece[:CHUNK])
                piece = piece[CHUNK:]
                continue
            part = piece[: CHUNK - self._filled]
            self._held[self._filled : self._filled + len(part)] = part
            self._filled += len(part)
            piece = piece[len(part) :]
            if self._filled == CHUNK or self.offset + self._filled == self.length:
                self._put(memoryview(self._held)[: self._filled])
                self._filled = 0

    def finish(self) -> None:
        """Bring what is sealed to the disk for good; what does not fill a chunk is forgotten, and sent again by whoever goes on."""
        self._filled = 0
        if self.length == 0 and not self.is_complete:
            self._put(memoryview(b""))
        os.fsync(self._file.fileno())

    @property
    def _sealed_bytes(self) -> int:
        return self.offset + self._sealer.number * (PREFIX + TAG)

    def _put(self, chunk: memoryview) -> None:
        sealed = self._sealer.seal(chunk, self._out, last=self.offset + len(chunk) == self.length)
        try:
            while len(sealed):
                sealed = sealed[self._file.write(sealed) :]
        except OSError:
            self._sealer.number -= 1
            self._cut()
            raise
        self._hash.update(chunk)
        self.offset += len(chunk)

    def _cut(self) -> None:
        """Remove what stands after the last whole chunk, and go on writing there."""
        self._file.truncate(self._sealed_bytes)
        self._file.seek(self._sealed_bytes)

    def _take_up(self, cipher: AESGCM, file_id: UUID) -> tuple[int, int]:
        """Read what an earlier writer left, as far as it opens; returns (bytes of the file, chunks)."""
        found = number = 0
        while found < self.length and (sealed := read_exactly(self._file, SEALED_CHUNK)):
            size = min(CHUNK, self.length - found)
            try:
                chunk = _open(cipher, sealed, file_id, number, last=found + size == self.length)
            except Damaged:
                break
            self._hash.update(chunk)
            found, number = found + len(chunk), number + 1
        return found, number
