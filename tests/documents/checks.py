"""Runs the check of a file in its child process, as the tests ask for it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from documents import sandbox
from documents.sandbox import Checked
from documents.states import FileType

TODAY = date(2026, 11, 2)
NUMBER = "010170-1234"  # of a birthday that nobody in particular has


@dataclass(frozen=True)
class Outcome:
    """What the check said, the file made anew, and its text page by page."""

    checked: Checked
    cleaned: bytes
    texts: list[str]

    @property
    def refused(self) -> str:
        return self.checked.refused

    def places(self) -> set[tuple[int | None, str, str]]:
        """(page, place, level) of what looks like a CPR number."""
        return {(one.page, one.place, one.level) for one in self.checked.found}


def check(content: bytes, name: str = "akt.pdf", types: Iterable[str] = tuple(FileType.values), **options: Any) -> Outcome:
    """The outcome; an error that nobody expected fails the test."""
    with sandbox.check([content], name=name, types=types, today=TODAY, **options) as results:
        assert results.checked.trouble == ""
        text = json.loads(results.text.read() or b'{"pages": []}')
        return Outcome(results.checked, results.cleaned.read(), text["pages"])
