"""Hands a stored file over. The caller has checked who asks."""

from __future__ import annotations

from django.http import FileResponse

from documents.models import StoredFile


def deliver(stored: StoredFile) -> FileResponse:
    """The file as a download under its human name."""
    response = FileResponse(stored.file.open("rb"), as_attachment=True, filename=stored.name, content_type=stored.content_type)
    response["Content-Length"] = str(stored.size)
    return response
