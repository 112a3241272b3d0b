"""What the policy should come to, as a person wrote it down: policy_expected.csv, read. How to add a row stands in taskforce/test_policy.py.

`python -m tests.policy_expected` prints how many cells the walk compares.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

FILE = Path(__file__).with_suffix(".csv")
PEOPLE = (
    "anonymous", "consultant_team", "consultant_other", "legal_reviewer_team", "legal_reviewer_other", "viso_team", "viso_other",
    "coordinator_own", "coordinator_other", "leader_own", "leader_other", "employee_own", "auditor", "admin", "inhabil", "former",
)  # fmt: skip
HEADINGS = ("object", "address", "method", "case", "states", *PEOPLE)
# Kinds of objects and the states they go through; "-" for addresses that are about no single object, or one without states.
STATES = {
    "engagement": ("planned", "active", "paused", "completed", "aborted"),
    "task": ("planned", "active", "paused", "completed", "aborted"),
    "job": ("waiting", "running", "done", "failed"),
    "round": ("preparing", "open", "handed_in", "supplement", "complete", "closed"),
    "case": ("preparing", "open", "handed_in", "supplement", "complete", "closed"),  # of its round
    "file": ("draft", "handed_in"),
    # Of the round that is reviewed (tests/review_world.py)
    "reviewing": ("handed_in", "supplement", "complete", "closed"),
    "legal_review": ("draft", "in_qa", "returned", "assured", "shared"),
    "viso_review": ("draft", "final", "shared"),
    "selection": ("open", "locked"),
    "result": ("internal", "released"),
    "finding": ("draft", "cleared", "withdrawn"),
    "-": ("-",),
}
METHODS = ("GET", "POST")
ALSO = ("HEAD",)  # asked for only where a row says so
# What else is asked of an address: whether it shows a part that not everybody may see, what it answers about oneself or about what
# belongs to somebody else, and the list of invitations among the people.
PARTS = ("notes", "history", "reminders", "conflict", "reason", "upload", "symbols", "withdraw")
OWN, ANOTHERS, INVITED = "own", "another's", "invitation"
CASES = ("", *PARTS, OWN, ANOTHERS, INVITED)
# Let in (also 409, 422 and 503), let in with and without the part, refused, not there, sent to the log-in, and no such method.
OUTCOMES = {"ok", "shown", "hidden", "403", "404", "login"}
NO_SUCH_METHOD = "405"


@dataclass(frozen=True)
class Line:
    """A row of the table: what each person meets at an address, in some states of its object."""

    kind: str
    address: str
    method: str
    case: str
    states: tuple[str, ...]
    expected: dict[str, str]

    def __str__(self) -> str:
        return " ".join(part for part in (self.method, self.address, self.case) if part)


@cache
def lines() -> tuple[Line, ...]:
    """The rows of the file, and after them the methods that an address does not have: these answer 405 to whoever gets that far."""
    written = tuple(_written())
    return written + tuple(_not_written(written))


def _written() -> Iterator[Line]:
    with FILE.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter=";"), 2):
            if tuple(row) != HEADINGS or None in row.values():
                raise ValueError(f"Row {number} has other columns than {HEADINGS}")
            states = STATES[row["object"]] if row["states"] == "all" else tuple(row["states"].split())
            yield Line(row["object"], row["address"], row["method"], row["case"], states, {person: row[person] for person in PEOPLE})


def _not_written(written: tuple[Line, ...]) -> Iterator[Line]:
    for address, group in groupby(sorted(written, key=lambda line: line.address), lambda line: line.address):
        known = list(group)  # a page can show parts of other kinds of objects
        kind = next(line.kind for line in known if not line.case or all(other.case for other in known))
        if ":" in address:  # Django's own: its pages take every method
            continue
        outside = {person for person in PEOPLE if {line.expected[person] for line in known} == {"login"}}
        expected = {person: "login" if person in outside else NO_SUCH_METHOD for person in PEOPLE}
        for method in METHODS:
            if method not in {line.method for line in known}:
                yield Line(kind, address, method, "", STATES[kind][:1], expected)


def cells() -> int:
    """How many answers the walk compares."""
    return sum(len(line.states) * len(PEOPLE) for line in lines())


if __name__ == "__main__":
    print(f"{cells():,} cells: {len(lines())} rows, {len(PEOPLE)} people")
