"""The history in human words: rows of the ledger as sentences, from → to. Each app registers the words of its own verbs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.danish import join, plain_date
from accounts.models import AuditEntry
from accounts.states import Role

MOST_CHANGES_SHOWN = 8


@dataclass(frozen=True)
class Wording:
    """What a verb is called (»Katrine *skiftede fase*«), and what the values that it changes are called."""

    did: str
    labels: Mapping[str, str]


WORDS: dict[str, Wording] = {}
INTERNAL: set[str] = set()  # verbs of work that only the team may hear of
OF_CASES: set[str] = set()  # verbs about single cases, of which those of the team who see only some cases hear nothing

# This app's own part
OWN_VERBS = {
    "session.start": "loggede ind",
    "session.end": "loggede af",
    "session.fail": "afviste et forsøg på at logge ind",
    "password.change": "skiftede adgangskode",
    "password.reset": "valgte en ny adgangskode med et link fra en mail",
    "factor.app_on": "tog en app til totrinsbekræftelse i brug",
    "factor.app_off": "fjernede sin app til totrinsbekræftelse",
    "factor.passkey_on": "føjede en adgangsnøgle til",
    "factor.passkey_off": "fjernede en adgangsnøgle",
    "factor.codes_new": "lavede nye gendannelseskoder",
    "setup.add": "føjede til opsætningen",
    "setup.change": "ændrede i opsætningen",
    "setup.delete": "slettede i opsætningen",
    "absence.add": "meldte fravær",
    "absence.remove": "fjernede et fravær",
    "mail.choose": "ændrede, hvornår mails kommer",
    "mail.test": "bad om en testmail",
    "grant.give": "inviterede en kollega",
    "grant.end": "tog en invitation tilbage",
    "log.expire": "slettede logrækker, hvis tid var gået",
}
OWN_LABELS = dict(Role.choices)


def register(verbs: Mapping[str, str], labels: Mapping[str, str], *, internal: Iterable[str] = (), of_cases: Iterable[str] = ()) -> None:
    """Add the words of an app: verb → what somebody did, stored value → its label; called once in its AppConfig.ready.

    `internal` are those of work that the municipality does not hear of while it goes on, `of_cases` those about single cases.
    """
    WORDS.update({verb: Wording(did, labels) for verb, did in verbs.items()})
    INTERNAL.update(internal)
    OF_CASES.update(of_cases)


def did(verb: str) -> str:
    """What somebody did, after their name; a verb of an app that is gone stands as it was written."""
    return WORDS[verb].did if verb in WORDS else verb


def verbs() -> list[tuple[str, str]]:
    """Every verb with its words, in their alphabetical order."""
    return sorted(((verb, wording.did) for verb, wording in WORDS.items()), key=lambda pair: pair[1])


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
    """The rows as lines; of long changes the first few, with the number of the rest."""
    return [line_of(entry) for entry in entries]


def line_of(entry: AuditEntry) -> Line:
    """One row as a line."""
    changes = changes_of(entry)
    return Line(
        at=entry.at,
        who=who(entry),
        did=did(entry.verb),
        changes=changes[:MOST_CHANGES_SHOWN],
        more=max(0, len(changes) - MOST_CHANGES_SHOWN),
        reason=entry.reason,
    )


def who(entry: AuditEntry) -> str:
    """The person's name; what nobody did was done by the system."""
    return entry.by.full_name if entry.by else "Systemet"


def changes_of(entry: AuditEntry) -> list[tuple[str, str, str]]:
    """Everything that the row changed: (what, from, to)."""
    labels = WORDS[entry.verb].labels if entry.verb in WORDS else {}
    return [(_what(name), _words(old, labels), _words(new, labels)) for name, (old, new) in entry.changes.items()]


def _what(name: str) -> str:
    return name.removesuffix(": occurrences").removesuffix(": state")


def _words(value: Any, labels: Mapping[str, str]) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return join([_span(*pair) if isinstance(pair, list) else _words(pair, labels) for pair in value])
    text = str(value)
    return labels.get(text) or _day(text)


def _span(first: str, last: str) -> str:
    return _day(first) if first == last else f"{_day(first)} – {_day(last)}"


def _day(text: str) -> str:
    try:
        return plain_date(date.fromisoformat(text))
    except ValueError:
        return text
