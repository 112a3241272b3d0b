"""Kinds of notices for tests: what they say is true until a test says otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from accounts import notices
from accounts.models import Notice, Scope, User
from accounts.notices import Line

DATES, NEWS = "test.dates", "test.news"


class Truth:
    """What is still true: everything, but for the titles in `gone`."""

    def __init__(self) -> None:
        self.gone: set[str] = set()

    def __call__(self, given: Sequence[Notice]) -> list[Line]:
        return [Line(f"{one.title}.", one.url, f"Om {one.title}") for one in given if one.title not in self.gone]


def tell(to: User, title: str, scope: Scope | None, **fields) -> Notice:
    kind = fields.pop("kind", DATES)
    return notices.give(kind=kind, recipient=to, about=to, title=title, url=fields.pop("url", f"/{title}/"), scope=scope, **fields)
