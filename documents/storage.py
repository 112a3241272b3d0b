from __future__ import annotations

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible


@deconstructible
class PrivateStorage(FileSystemStorage):
    """Files outside every public path: no URL leads to them, only a view that has checked who asks."""

    def __init__(self) -> None:
        super().__init__(location=settings.PRIVATE_FILES_DIR, base_url=None, file_permissions_mode=0o600, directory_permissions_mode=0o700)
