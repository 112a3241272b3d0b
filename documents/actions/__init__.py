"""Verbs of files and documents."""

from documents.actions.erasing import erase
from documents.actions.files import delete_expired, remove, store, store_sealed
from documents.moving import move

__all__ = ["delete_expired", "erase", "move", "remove", "store", "store_sealed"]
