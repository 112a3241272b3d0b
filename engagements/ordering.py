"""What must come before what: anchors, blocks and purposes. Refuses circles. Pure (docs/adr/0003-schedule.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from accounts.danish import join
from engagements.plan_items import CycleError
from engagements.states import PRECEDENCE, Purpose


class Row(Protocol):
    """What ordering needs to know of a row; template rows and rows of a running plan both have it."""

    @property
    def key(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def block(self) -> str: ...
    @property
    def purposes(self) -> tuple[Purpose, ...]: ...


Pair = tuple[str, str]  # keys of the earlier and the later row
Needs = Mapping[str, Sequence[str]]  # row → the rows that must be dated first


def check_anchors(rows: Sequence[Row], needs: Needs) -> None:
    """CycleError when a row counts from one that is not there, or rows count from each other."""
    subjects = {row.key: row.subject for row in rows}
    for key, others in needs.items():
        for other in others:
            if other not in subjects:
                raise CycleError(f"»{subjects[key]}« regnes fra »{other}«, som ikke findes i planen.")
    safe: set[str] = set()
    for row in rows:
        path: list[str] = []
        _walk(row.key, needs, path, safe, subjects)


def _walk(key: str, needs: Needs, path: list[str], safe: set[str], subjects: Mapping[str, str]) -> None:
    if key in safe:
        return
    if key in path:
        circle = [f"»{subjects[name]}«" for name in path[path.index(key) :]]
        if len(circle) == 1:
            raise CycleError(f"{circle[0]} regnes fra sig selv. Vælg en anden række at regne fra.")
        raise CycleError(f"{join(circle)} regnes fra hinanden i ring. Vælg en anden række at regne fra for en af dem.")
    path.append(key)
    for other in needs.get(key, ()):
        _walk(other, needs, path, safe, subjects)
    path.pop()
    safe.add(key)


def block_pairs(rows: Sequence[Row]) -> list[Pair]:
    """(earlier, later) for the rows of one block, which keep the order given."""
    return [(a.key, b.key) for index, b in enumerate(rows) for a in rows[:index] if a.block and a.block == b.block]


def purpose_pairs(rows: Sequence[Row]) -> list[Pair]:
    """(earlier, later) for rows whose purposes must not swap places; a row that holds both is left out."""
    holders: dict[Purpose, list[str]] = {}
    for row in rows:
        for purpose in row.purposes:
            holders.setdefault(purpose, []).append(row.key)
    pairs = ((a, b) for first, second in PRECEDENCE for a in holders.get(first, ()) for b in holders.get(second, ()))
    return [(a, b) for a, b in dict.fromkeys(pairs) if a != b]


def work_order(rows: Sequence[Row], needs: Needs, pairs: Iterable[Pair]) -> tuple[list[str], dict[str, list[str]]]:
    """The order to date the rows in, and for each row the earlier rows that may push it.

    A pair whose earlier row itself counts from the later one pushes nothing: a list that is due 28 days before
    the interviews keeps its lead.
    """
    before: dict[str, list[str]] = {row.key: [] for row in rows}
    waits = {row.key: set(needs.get(row.key, ())) for row in rows}
    for earlier, later in pairs:
        if not _reaches(earlier, later, waits):
            before[later].append(earlier)
            waits[later].add(earlier)
    done: dict[str, None] = {}
    for row in rows:
        _settle(row.key, waits, done)
    return list(done), before


def _reaches(start: str, goal: str, waits: Mapping[str, set[str]]) -> bool:
    seen, queue = {start}, [start]
    while queue:
        key = queue.pop()
        if key == goal:
            return True
        fresh = waits[key] - seen
        seen |= fresh
        queue.extend(fresh)
    return False


def _settle(key: str, waits: Mapping[str, set[str]], done: dict[str, None]) -> None:
    if key not in done:
        for other in sorted(waits[key]):
            _settle(other, waits, done)
        done[key] = None
