"""How much a file may hold and how much its check may use. Pure: read by the product and by the child process that reads files."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What a file may hold."""

    size: int = 200 * 10**6  # bytes
    pages: int = 3_000
    pixels: int = 50_000_000  # of an image that was handed in
    unpacked: int = 200 * MEGABYTE  # bytes of one stream of a PDF, or of all parts of a docx or xlsx
    entries: int = 2_000  # parts of a docx or xlsx
    ratio: int = 100  # unpacked bytes to a byte of the file


@dataclass(frozen=True)
class Allowance:
    """What the child process may use. A longer file gets more of everything."""

    memory: int  # bytes of address space
    cpu: int  # seconds
    wall: int  # seconds, after which it is killed
    written: int  # bytes of one result
    files: int = 64  # open at once


def allowance(size: int) -> Allowance:
    """For a file of `size` bytes. Its text, rebuilt and read, lies in memory a few times."""
    cpu = 30 + size // MEGABYTE
    return Allowance(memory=512 * MEGABYTE + 3 * size, cpu=cpu, wall=60 + 3 * cpu, written=64 * MEGABYTE + 3 * size)
