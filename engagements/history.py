"""The history in human words: audit rows as sentences, from → to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.danish import join, plain_date
from accounts.models import AuditEntry
from engagements.states import ChangeKind, EngagementState, MilestoneState, Phase

VERBS = {
    "engagement.open": "oprettede forløbet",
    "engagement.state": "ændrede forløbets status",
    "engagement.phase": "skiftede fase",
    "team.join": "føjede en person til teamet",
    "team.leave": "tog en person af teamet",
    "team.lead": "skiftede projektleder",
    "milestone.met_by_delivery": "opfyldte en milepæl ved levering",
    "timetable.undo": "fortrød en ændring af tidsplanen",
    "timetable.pdf": "hentede tidsplanen som PDF",
    **{
        f"timetable.{kind}": words
        for kind, words in {
            ChangeKind.CREATE: "oprettede tidsplanen",
            ChangeKind.ADD: "tilføjede en milepæl",
            ChangeKind.EDIT: "ændrede en milepæl",
            ChangeKind.MOVE: "flyttede en dato",
            ChangeKind.MEET: "markerede en milepæl som opfyldt",
            ChangeKind.DROP: "lod en milepæl bortfalde",
            ChangeKind.REOPEN: "genåbnede en milepæl",
            ChangeKind.DELETE: "slettede en milepæl",
            ChangeKind.IMPORT: "indlæste en tidsplan",
        }.items()
    },
}
LABELS = {**dict(EngagementState.choices), **dict(Phase.choices), **dict(MilestoneState.choices)}
MOST_CHANGES_SHOWN = 8


@dataclass(frozen=True)
class Line:
    """One line of the history; `changes` are (what, from, to)."""

    at: datetime
    who: str
    did: str
    changes: list[tuple[str, str, str]]
    more: int
    reason: str


def lines(entries: Iterable[AuditEntry]) -> list[Line]:
    """The audit rows as lines; of long changes the first few, with the number of the rest."""
    found = []
    for entry in entries:
        changes = [(_what(name), _words(old), _words(new)) for name, (old, new) in entry.changes.items()]
        found.append(
            Line(
                at=entry.at,
                who=entry.by.full_name if entry.by else "Systemet",
                did=VERBS.get(entry.verb, entry.verb),
                changes=changes[:MOST_CHANGES_SHOWN],
                more=max(0, len(changes) - MOST_CHANGES_SHOWN),
                reason=entry.reason,
            )
        )
    return found


def _what(name: str) -> str:
    return name.removesuffix(": occurrences").removesuffix(": state")


def _words(value: Any) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return join([_span(first, last) for first, last in value])
    text = str(value)
    return LABELS.get(text) or _day(text)


def _span(first: str, last: str) -> str:
    return _day(first) if first == last else f"{_day(first)} – {_day(last)}"


def _day(text: str) -> str:
    try:
        return plain_date(date.fromisoformat(text))
    except ValueError:
        return text
