"""Where files lie: a folder outside every public path, under names that say nothing, whole or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.utils.deconstruct import deconstructible

PARTIAL = ".new"  # ends the name of a file that is being written
FILE_MODE, FOLDER_MODE = 0o600, 0o700


class Busy(Exception):
    """Somebody else writes this file right now."""


@deconstructible
class PrivateStorage(FileSystemStorage):
    """Files outside every public path: no URL leads to them, only a view that has checked who asks."""

    def __init__(self) -> None:
        super().__init__(
            location=settings.PRIVATE_FILES_DIR,
            base_url=None,
            file_permissions_mode=FILE_MODE,
            directory_permissions_mode=FOLDER_MODE,
        )

    def _save(self, name: str, content: Any) -> str:
        self.replace(name, content)
        return name

    def replace(self, name: str, content: Any) -> None:
        """Write under another name, bring it to the disk for good, then give it its name, which another file may have had until then.
        A write that fails leaves nothing.
        """
        path = Path(self.path(name))
        self._make_folder(path.parent)
        draft = path.with_name(path.name + PARTIAL)
        try:
            with open(draft, "wb", buffering=0, opener=_private) as file:
                for chunk in content.chunks():
                    _write_all(file, chunk)
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)

    @contextlib.contextmanager
    def open_partial(self, name: str) -> Iterator[BinaryIO]:
        """A file that grows over several requests, made when it is not there; ours alone while it is open. Raises Busy.

        One that is still empty at the end goes away again.
        """
        path = Path(self.path(name))
        self._make_folder(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy from None
            if not _is_at(file, path):  # somebody removed it while we came
                raise Busy
            try:
                yield file
            finally:
                if os.fstat(file.fileno()).st_size == 0 and _is_at(file, path):
                    path.unlink()
                else:
                    _sync_folder(path.parent)

    def names(self) -> Iterator[str]:
        """The name of every file in here, whatever it is."""
        root = Path(self.location)
        for folder, _, files in os.walk(root):
            for file in files:
                yield (Path(folder) / file).relative_to(root).as_posix()

    def _make_folder(self, folder: Path) -> None:
        """Make it for the server alone, and its parents."""
        missing = [one for one in [folder, *folder.parents] if not one.exists()]
        for one in reversed(missing):
            one.mkdir(mode=FOLDER_MODE, exist_ok=True)
            _sync_folder(one.parent)


def private_storage() -> PrivateStorage:
    """The one that settings.STORAGES names."""
    return cast(PrivateStorage, storages["default"])


def _is_at(file: BinaryIO, path: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    return False


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, FILE_MODE)


def _write_all(file: Any, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while len(rest):
        rest = rest[file.write(rest) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
