"""Verbs of files and documents."""

from documents.actions.files import delete_expired, remove, store, store_sealed
from documents.actions.handling import erase, move

__all__ = ["delete_expired", "erase", "move", "remove", "store", "store_sealed"]
