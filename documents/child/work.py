"""One order: the file to read, where its results go, and what it may hold."""

from __future__ import annotations

import ctypes
import mmap
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from documents.limits import Limits


@dataclass(frozen=True)
class Work:
    """The file comes in, and results go out, through memory files that the parent opened."""

    source: int  # numbers of open files
    results: dict[str, int]
    limits: Limits

    @classmethod
    def of(cls, order: dict[str, Any]) -> Work:
        return cls(order["source"], order["results"], Limits(**order["file_limits"]))

    @property
    def source_path(self) -> Path:
        return Path(f"/proc/self/fd/{self.source}")

    @cached_property
    def size(self) -> int:
        return os.fstat(self.source).st_size

    @cached_property
    def cleaned(self) -> BinaryIO:
        """Where the file made anew is written."""
        return open(self.results["cleaned"], "w+b", buffering=0, closefd=False)

    def part(self, start: int, length: int) -> bytes:
        """Some bytes of the file."""
        return os.pread(self.source, length, max(0, start))

    def write(self, result: str, content: bytes) -> None:
        """A whole result."""
        with open(self.results[result], "wb", buffering=0, closefd=False) as file:
            rest = memoryview(content)
            while len(rest):
                rest = rest[file.write(rest) :]


def mapped(number: int) -> ctypes.Array:
    """The content of an open file as memory that is read from it as needed, for libraries that take no number of a file."""
    memory = mmap.mmap(number, 0, access=mmap.ACCESS_COPY)
    return (ctypes.c_char * len(memory)).from_buffer(memory)
