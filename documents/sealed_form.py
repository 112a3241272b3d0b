"""The way in without scripts: a plain form whose files are sealed while they arrive, so that no plaintext touches a disk."""

from __future__ import annotations

import hashlib
import os
import uuid
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.db import transaction
from django.http import HttpRequest

from accounts.models import Scope, User
from accounts.refusal import Refused
from documents import names, uploading, vault
from documents.models import Upload
from documents.models.stored import path_of
from documents.sealing import CHUNK, SEALED_CHUNK, Sealer
from documents.storage import private_storage
from documents.tickets import UploadTicket

BROKEN_OFF = "Forbindelsen blev afbrudt, før hele filen var modtaget. Vælg den igen."


@dataclass
class Outcome:
    """What became of one file of the form: sealed and waiting to be taken in, or refused with a sentence."""

    name: str
    upload: Upload | None = None  # never saved: the file is whole when the form is
    sha256: str = ""
    sentence: str = ""
    is_in: bool = False


class SealedFile:
    """A file of unknown length, sealed as its bytes come: one chunk is held back, for it may be the last."""

    def __init__(self, file: BinaryIO, key: bytes, file_id: uuid.UUID) -> None:
        self._file, self._sealer, self._out = file, Sealer(key, file_id), bytearray(SEALED_CHUNK)
        self._held, self._hash, self.size = bytearray(), hashlib.sha256(), 0

    def write(self, piece: bytes) -> None:
        self.size += len(piece)
        self._hash.update(piece)
        self._held += piece
        while len(self._held) > CHUNK:
            self._put(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]

    def finish(self) -> str:
        """Seal the rest; returns the SHA-256 of it all."""
        self._put(bytes(self._held), last=True)
        os.fsync(self._file.fileno())
        return self._hash.hexdigest()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        sealed = self._sealer.seal(chunk, self._out, last=last)
        while len(sealed):
            sealed = sealed[self._file.write(sealed) :]


class SealingHandler(FileUploadHandler):
    """Takes the files of a form one after the other. One that is refused never stops the others."""

    chunk_size = CHUNK

    def __init__(self, request: HttpRequest, *, ticket: UploadTicket, scope: Scope, by: User) -> None:
        super().__init__(request)
        self.ticket, self.scope, self.by = ticket, scope, by
        self.outcomes: list[Outcome] = []
        self._open = ExitStack()  # the file that comes in now
        self._sealed: SealedFile | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        raw = self.file_name or ""
        self.outcomes.append(Outcome(names.clean(raw)))
        try:
            self.outcomes[-1].name = uploading.checked_name(raw, self.ticket)
            self._begin()
        except (Refused, OSError) as error:
            self._refuse(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        sealed = self._sealed
        if sealed is None:  # pragma: no cover - Django sends nothing more of a file that was skipped
            raise SkipFile
        try:
            uploading.check_length(sealed.size + len(raw_data))
            sealed.write(raw_data)
        except (Refused, OSError) as error:
            self._refuse(error)

    def file_complete(self, file_size: int) -> None:
        outcome, sealed = self.outcomes[-1], self._sealed
        if sealed is None or outcome.upload is None:
            return
        try:
            uploading.check_length(sealed.size)
            outcome.sha256, outcome.upload.length = sealed.finish(), sealed.size
            self._close()
        except (Refused, OSError) as error:
            outcome.sentence = self._sentence(error)
            self._discard(outcome)

    def upload_interrupted(self) -> None:
        """The form broke off in a file, or its last one was skipped, which Django tells apart by nothing: what is whole is kept."""
        for outcome in self.outcomes:
            if outcome.upload is not None and not outcome.sha256:
                outcome.sentence = BROKEN_OFF
                self._discard(outcome)

    def discard(self) -> None:
        """Remove the bytes of files that nobody took in."""
        self._close()
        for outcome in self.outcomes:
            self._discard(outcome)

    def _begin(self) -> None:
        file_id = uuid.uuid4()
        fresh = vault.fresh_key(self.scope, file_id=file_id)
        outcome, ticket = self.outcomes[-1], self.ticket
        outcome.upload = Upload(
            pk=file_id,
            scope=self.scope,
            by=self.by,
            kind=ticket.kind,
            object_id=ticket.object_id,
            file_class=ticket.file_class,
            cpr_mode=ticket.cpr_mode,
            name=outcome.name,
            length=0,
            wrapped_key=fresh.wrapped,
        )
        file = self._open.enter_context(private_storage().open_partial(path_of(file_id)))
        self._sealed = SealedFile(file, fresh.key, file_id)

    def _refuse(self, error: Exception) -> None:
        outcome = self.outcomes[-1]
        outcome.sentence = self._sentence(error)
        self._discard(outcome)
        raise SkipFile

    @staticmethod
    def _sentence(error: Exception) -> str:
        if isinstance(error, Refused):
            return str(error)
        if isinstance(error, OSError) and error.errno in uploading.FULL:
            return uploading.NO_ROOM
        raise error

    def _close(self) -> None:
        self._open.close()
        self._sealed = None

    def _discard(self, outcome: Outcome) -> None:
        self._close()
        if outcome.upload is not None and not outcome.is_in:
            private_storage().delete(path_of(outcome.upload.pk))
            outcome.upload = None


def take_in(outcomes: list[Outcome]) -> None:
    """Each whole file becomes a document, one by one, so that one that is refused stops no other."""
    for outcome in outcomes:
        if outcome.upload is None:
            continue
        try:
            with transaction.atomic():
                uploading.require_quota(uploading.locked_scope(outcome.upload.scope_id), outcome.upload.length)
                uploading.become_document(outcome.upload, sha256=outcome.sha256)
            outcome.is_in = True
        except Refused as error:
            outcome.sentence = str(error)
