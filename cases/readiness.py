"""How a case in intake stands, why, and what to do about it; and how all of them stand together. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.danish import MONTHS, WEEKDAYS, count, join, week
from cases.states import Outcome, Readiness
from documents.states import BEING_CHECKED, DocumentState

ENOUGH = 3  # so many cases must be filled in before we say that all of them are alike
FIELDS = "oplysninger"  # the parts of the page of a case that a way out leads to
DOCUMENTS = "akter"
NUMBERS = "cpr"


@dataclass(frozen=True)
class File:
    """A file of a case, as far as it decides on the case; `kind` is the slug of its document type, or ""."""

    name: str
    state: DocumentState
    kind: str = ""


@dataclass(frozen=True)
class Sending:
    """A file on its way in, in bytes."""

    received: int
    length: int


@dataclass(frozen=True)
class Facts:
    """What is known of a case. `unfilled` are the labels of empty fields, `explained` the kinds whose absence has a stated reason."""

    number: int
    unfilled: Sequence[str] = ()
    files: Sequence[File] = ()
    sending: Sequence[Sending] = ()
    explained: frozenset[str] = frozenset()
    cpr_confirmed: bool = False


@dataclass(frozen=True)
class Hindrance:
    """One thing that keeps a case from being ready, what to do about it, and in which part of its page."""

    status: Readiness
    why: str
    way_out: str
    place: str


@dataclass(frozen=True)
class Standing:
    """How a case stands; `percent` while files are on their way."""

    status: Readiness
    hindrances: tuple[Hindrance, ...] = ()
    percent: int | None = None

    @property
    def label(self) -> str:
        """Mangler, Uploader 63 %, Kontrolleres, Afvist, Kræver stillingtagen, Klar."""
        return f"{self.status.label} {self.percent} %" if self.percent is not None else str(self.status.label)

    @property
    def is_ready(self) -> bool:
        return self.status == Readiness.READY


# What is said first when several things are in the way: what went wrong, what goes on by itself, what is left to do.
ORDER = (Readiness.REFUSED, Readiness.UPLOADING, Readiness.CHECKING, Readiness.MISSING, Readiness.DECIDE)


def standing_of(facts: Facts, mandatory: Mapping[str, str]) -> Standing:
    """The case's status with everything in its way; `mandatory` is slug → name of the kinds that must be there."""
    found = (*_fields(facts), *_files(facts), *_kinds(facts, mandatory))
    status = next((status for status in ORDER if any(one.status == status for one in found)), Readiness.READY)
    percent = percent_of(facts.sending) if status == Readiness.UPLOADING else None
    return Standing(status, tuple(sorted(found, key=lambda one: ORDER.index(one.status))), percent)


def percent_of(sending: Iterable[Sending]) -> int:
    """How much of what is on its way is there, in whole per cent; never 100 before it is all there."""
    files = list(sending)
    length = sum(file.length for file in files)
    return min(99, 100 * sum(file.received for file in files) // length) if length else 0


def _fields(facts: Facts) -> Iterable[Hindrance]:
    if facts.unfilled:
        names = join([name.lower() for name in facts.unfilled])
        yield Hindrance(Readiness.MISSING, f"Der mangler {names}.", "Udfyld sagens oplysninger.", FIELDS)


def _files(facts: Facts) -> Iterable[Hindrance]:
    for file in facts.files:
        if file.state == DocumentState.REFUSED:
            yield Hindrance(Readiness.REFUSED, f"»{file.name}« er afvist.", "Se hvorfor, og erstat eller fjern den.", DOCUMENTS)
    if facts.sending:
        amount = count(len(facts.sending), "fil", "filer")
        yield Hindrance(Readiness.UPLOADING, f"{amount} er på vej.", "Vent, eller vælg filen igen, hvis uploaden er gået i stå.", DOCUMENTS)
    waiting = sum(1 for file in facts.files if file.state in BEING_CHECKED)
    if waiting:
        yield Hindrance(Readiness.CHECKING, f"{count(waiting, 'akt', 'akter')} kontrolleres.", "Det sker af sig selv.", DOCUMENTS)
    untold = [file.name for file in facts.files if not file.kind]
    if untold:
        names = join([f"»{name}«" for name in untold])
        yield Hindrance(Readiness.MISSING, f"Der mangler akttype på {names}.", "Vælg, hvad det er.", DOCUMENTS)
    flagged = sum(1 for file in facts.files if file.state == DocumentState.FLAGGED)
    if flagged and not facts.cpr_confirmed:
        why = f"{count(flagged, 'akt', 'akter')} kræver stillingtagen."
        yield Hindrance(Readiness.DECIDE, why, "Se fundene, og bekræft dem med en begrundelse, eller erstat akten.", NUMBERS)


def _kinds(facts: Facts, mandatory: Mapping[str, str]) -> Iterable[Hindrance]:
    """A mandatory kind is there when a file of it is, even one that is still checked: a refused one is told of by itself."""
    there = {file.kind for file in facts.files}
    missing = [name for slug, name in mandatory.items() if slug not in there | facts.explained]
    if missing:
        names = join([name.lower() for name in missing])
        yield Hindrance(Readiness.MISSING, f"Der mangler {names}.", "Upload akten, eller skriv, hvorfor den mangler.", DOCUMENTS)


# All of them together


@dataclass(frozen=True)
class Alike:
    """What a case is about, to see whether all are of one kind: its outcome and its paragraph ("" = not said yet)."""

    outcome: str
    paragraph: str


def summary(ready: int, needed: int, due: date | None, today: date) -> str:
    """14 af 20 sager klar · frist torsdag d. 19. februar (uge 8); the year is written when it is another than today's."""
    line = f"{ready} af {count(needed, 'sag', 'sager')} klar"
    return f"{line} · frist {_day(due, today)}" if due else line


def _day(day: date, today: date) -> str:
    year = "" if day.year == today.year else f" {day.year}"
    return f"{WEEKDAYS[day.weekday()]} d. {day.day}. {MONTHS[day.month - 1]}{year} ({week(day)})"


def warnings(cases: Sequence[Alike], *, paragraphs_asked: int) -> list[str]:
    """Sentences when all filled cases are refusals, or of one paragraph though more were asked for (domain rule 23). None blocks."""
    told = []
    outcomes = {case.outcome for case in cases if case.outcome}
    paragraphs = {case.paragraph for case in cases if case.paragraph}
    if outcomes == {Outcome.REFUSED} and sum(1 for case in cases if case.outcome) >= ENOUGH:
        told.append("Alle de sager, I har udfyldt, er afslag. Gennemgangen bliver bedst med både bevillinger og afslag.")
    if len(paragraphs) == 1 and paragraphs_asked > 1 and sum(1 for case in cases if case.paragraph) >= ENOUGH:
        told.append(
            f"Alle de sager, I har udfyldt, er efter {paragraphs.pop()}. Vælg også sager efter de andre paragraffer, hvis I har dem."
        )
    return told
