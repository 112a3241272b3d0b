"""Hands a stored file over. The caller has checked who asks; that they took it is written here."""

from __future__ import annotations

from django.http import FileResponse

from accounts import audit
from accounts.models import User
from accounts.states import ReadAction
from documents.models import StoredFile


def deliver(stored: StoredFile, *, by: User, purpose: str) -> FileResponse:
    """The file as a download under its human name, after the access log has its row: no row, no bytes."""
    audit.look(by=by, action=ReadAction.DOWNLOAD, purpose=purpose, target=stored, scope=stored.scope)
    response = FileResponse(stored.file.open("rb"), as_attachment=True, filename=stored.name, content_type=stored.content_type)
    response["Content-Length"] = str(stored.size)
    return response
