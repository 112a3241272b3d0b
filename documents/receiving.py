"""Where uploads go: a higher app registers a receiver for each kind of place that takes files (decision 2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404

from accounts.models import User
from documents.models import Document


@dataclass(frozen=True)
class Receiver:
    """What the app above knows about a place that takes files.

    `allow(user, object_id)` is asked at every step of an upload and raises Denied, Refused or Http404. `arrived(document, object_id, by)`
    is called in the transaction in which the finished upload becomes a Document in state WAITING: it ties the document to its place.
    """

    allow: Callable[[User, str], None]
    arrived: Callable[[Document, str, User], None]


RECEIVERS: dict[str, Receiver] = {}


def register(kind: str, receiver: Receiver) -> None:
    """Add a place; called once in the AppConfig.ready of the app above."""
    RECEIVERS[kind] = receiver


def of(kind: str) -> Receiver:
    """The receiver of this kind; Http404 when no app has registered one."""
    if kind not in RECEIVERS:
        raise Http404
    return RECEIVERS[kind]
