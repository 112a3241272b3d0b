"""What the Log page reads: the two ledgers, narrowed by its filters, as rows that people read. Reading only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet, TextChoices
from django.utils import timezone

from accounts import history
from accounts.models import AccessLog, AuditEntry, Scope, User
from accounts.states import ReadAction
from documents.spreadsheet import Cell, workbook

MOST_ROWS = 10_000  # in one workbook: it is made while the person waits
Change = tuple[str, str, str]


class Ledger(TextChoices):
    """Which of the two; the values stand in the address of the page."""

    CHANGES = "aendringer", "Ændringer"
    LOOKS = "opslag", "Opslag"


@dataclass(frozen=True)
class Row:
    """One row of a ledger in words. `changes` are (what, from, to); `why` is the reason of a change or the purpose of a look."""

    at: datetime
    who: str
    roles: str
    did: str
    name: str
    kind: str
    municipality: str
    changes: list[Change]
    more: int
    why: str
    request_id: str


def chosen(text: str) -> Ledger:
    """The ledger that the address asks for; the changes when it asks for none."""
    return Ledger(text) if text in Ledger.values else Ledger.CHANGES


def actions(ledger: Ledger) -> list[tuple[str, str]]:
    """What can have been done, with its words: the choices of the filter."""
    return history.verbs() if ledger == Ledger.CHANGES else ReadAction.choices


def find(ledger: Ledger, wanted: Mapping[str, Any]) -> QuerySet[Any]:
    """The rows that fit the cleaned values of the page's filter (taskforce.forms.LogFilter), newest first."""
    found: QuerySet[Any] = (AuditEntry if ledger == Ledger.CHANGES else AccessLog).objects.all()
    if wanted["person"]:
        found = found.filter(_about_person(wanted["person"]))
    if wanted["kommune"]:
        found = found.filter(scope__organisation=wanted["kommune"])
    if wanted["handling"]:
        found = found.filter(**{"verb" if ledger == Ledger.CHANGES else "action": wanted["handling"]})
    if wanted["fra"]:
        found = found.filter(at__gte=timezone.make_aware(datetime.combine(wanted["fra"], time.min)))
    if wanted["til"]:
        found = found.filter(at__lte=timezone.make_aware(datetime.combine(wanted["til"], time.max)))
    if wanted["forespoergsel"]:
        found = found.filter(request_id=wanted["forespoergsel"])
    return found.select_related("by", "scope__organisation", "target_type").order_by("-at", "-pk")


def _about_person(text: str) -> Q:
    """Who did it, or to whom it was done: a refused log-in was done by nobody."""
    did_it = Q(by__full_name__icontains=text) | Q(by__email__icontains=text)
    return did_it | Q(target_type=ContentType.objects.get_for_model(User), target_name__icontains=text)


def rows(entries: Iterable[AuditEntry | AccessLog]) -> list[Row]:
    """The entries in words; of a long change the first few lines, with the number of the rest."""
    return [_change(entry) if isinstance(entry, AuditEntry) else _look(entry) for entry in entries]


def _change(entry: AuditEntry) -> Row:
    line = history.line_of(entry)
    return Row(line.at, line.who, "", line.did, changes=line.changes, more=line.more, why=line.reason, **_object(entry))


def _look(entry: AccessLog) -> Row:
    did = entry.get_action_display().lower()
    return Row(entry.at, entry.by.full_name, entry.roles, did, changes=[], more=0, why=entry.purpose, **_object(entry))


def _object(entry: AuditEntry | AccessLog) -> dict[str, str]:
    model = entry.target_type.model_class() if entry.target_type else None
    return {
        "name": entry.target_name,
        "kind": str(model._meta.verbose_name).capitalize() if model else "",
        "municipality": _municipality(entry.scope),
        "request_id": entry.request_id,
    }


def _municipality(scope: Scope | None) -> str:
    return scope.organisation.display_name if scope else ""


def excel(ledger: Ledger, entries: Iterable[AuditEntry | AccessLog], *, author: str) -> bytes:
    """The entries as a workbook, with every change in full."""
    looks = ledger == Ledger.LOOKS
    headings = ["Dato", "Kl.", "Person", *(["Roller"] if looks else []), "Handling", "Type", "Objekt", "Kommune"]
    headings += ["Formål" if looks else "Ændringer", *([] if looks else ["Begrundelse"]), "Forespørgsel"]
    return workbook(
        title=f"Log: {ledger.label}",
        sheet=ledger.label,
        headings=headings,
        rows=(_cells(row, entry) for entry in entries for row in rows([entry])),
        author=author,
    )


def _cells(row: Row, entry: AuditEntry | AccessLog) -> list[Cell]:
    at = timezone.localtime(row.at)
    is_change = isinstance(entry, AuditEntry)
    changed = [_in_full(entry)] if isinstance(entry, AuditEntry) else []
    who = [row.who] if is_change else [row.who, row.roles]
    return [at.date(), f"{at:%H.%M.%S}", *who, row.did, row.kind, row.name, row.municipality, *changed, row.why, row.request_id]


def _in_full(entry: AuditEntry) -> str:
    return "\n".join(f"{what}: {old} → {new or 'fjernet'}" if old else f"{what}: {new}" for what, old, new in history.changes_of(entry))
