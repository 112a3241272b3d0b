"""Fill in a case: its fields, why a document is missing, that its CPR numbers are meant to be there, and the whole list at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from cases import access, law
from cases.actions import moving
from cases.models import Case, DocumentType, MissingDocument, Round
from cases.states import CaseState
from documents import actions as documents
from documents.models import Document
from documents.states import DocumentState
from engagements.states import EngagementState

EDITABLE = ("service_area", "decided_on", "outcome", "age_group", "description")
LABELS = {
    "service_area": "ydelsesområde",
    "decided_on": "afgørelsens dato",
    "outcome": "udfald",
    "age_group": "aldersgruppe",
    "description": "beskrivelse",
}
HANDED_IN = "Sagen er indsendt, så dens oplysninger kan ikke ændres. Bed konsulenten om at åbne den, hvis noget er forkert."
NOT_RUNNING = "Forløbet er afsluttet eller afbrudt, så sagerne kan ikke ændres."
NOTHING_FLAGGED = "Der er ingen akter i sagen, som kræver stillingtagen. Genindlæs siden."


class Outdated(Refused):
    """A colleague saved the case meanwhile; the page shows both versions (`case` is theirs)."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"En kollega har gemt {case} imens. Se begge udgaver, og vælg.")
        self.case = case


def require_running(round: Round) -> None:
    """Raise Refused when the engagement is over."""
    if round.engagement.state in {EngagementState.COMPLETED, EngagementState.ABORTED}:
        raise Refused(NOT_RUNNING)


def lock(case: Case) -> Case:
    """The case as it is now, its round locked until the transaction ends."""
    round = moving.lock(case.round_id)
    found = Case.objects.select_for_update(of=("self",)).select_related("service_area").get(pk=case.pk)
    found.round = round
    return found


def require_draft(case: Case) -> None:
    """Raise Refused unless the case is still in the municipality's hands."""
    require_running(case.round)
    if case.state != CaseState.DRAFT:
        raise Refused(HANDED_IN)


@transaction.atomic
def fill(*, case: Case, values: Mapping[str, Any], version: int, by: User) -> Case:
    """Save the fields as they were seen at `version`. Raises Outdated when somebody saved meanwhile, Refused when the case is handed in.

    A service area that was not law on the day of the decision is refused (domain rule 9).
    """
    locked = lock(case)
    access.require_case(by, access.EDIT, locked)
    require_draft(locked)
    if locked.version != version:
        raise Outdated(locked)
    _write(locked, values, by, verb="case.fill")
    return locked


def _write(case: Case, values: Mapping[str, Any], by: User, *, verb: str) -> bool:
    """Whether anything changed. Of the description only that it changed is written down (decision 29)."""
    changed = {name: [getattr(case, name), values[name]] for name in EDITABLE if name in values and getattr(case, name) != values[name]}
    if not changed:
        return False
    for name, (_, new) in changed.items():
        setattr(case, name, new)
    _require_law(case)
    case.version += 1
    case.save(update_fields=[*changed, "version"])
    told = {LABELS[name]: [_told(old), _told(new)] for name, (old, new) in changed.items() if name != "description"}
    if "description" in changed:
        told["beskrivelse"] = [None, "ændret"]
    audit.record(by=by, verb=verb, target=case, scope=case.round.engagement.scope, changes=told)
    return True


def _told(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else str(value) if value else None


def _require_law(case: Case) -> None:
    area = case.service_area
    if area is None:
        return
    if not law.is_of(area, case.round.engagement.area):
        raise Refused("Ydelsesområdet hører ikke til forløbets område. Vælg et andet.")
    if case.decided_on and not law.is_valid(area, case.decided_on):
        raise Refused(f"{law.label_of(area)} var ikke gældende ret på afgørelsens dato. Vælg ydelsesområdet igen.")


@transaction.atomic
def fill_list(*, round: Round, rows: Sequence[tuple[int, Mapping[str, Any]]], seen: int, by: User) -> int:
    """Fill in many cases at once, all or none: (number, values) of each. Returns how many changed.

    `seen` is `seen_of` the round when the preview was made: Refused when anything was saved since.
    """
    locked = moving.lock(round.pk)
    access.require_round(by, access.FILL, locked)
    require_running(locked)
    if seen_of(locked) != seen:
        raise Refused("En kollega har gemt en sag, siden du så listen igennem. Indsæt listen igen, og se, hvad der er ændret.")
    cases = {case.number: case for case in locked.cases.select_for_update(of=("self",)).select_related("service_area")}
    changed = 0
    for number, values in rows:
        case = cases.get(number)
        if case is None:
            raise Refused(f"Der er ingen sag {number}. Runden har {len(cases)} sager.")
        case.round = locked
        require_draft(case)
        changed += _write(case, values, by, verb="case.list")
    return changed


def seen_of(round: Round) -> int:
    """A number that grows with every saved change of the round's cases."""
    return round.cases.aggregate(total=Sum("version"))["total"] or 0


@transaction.atomic
def explain_missing(*, case: Case, kind: DocumentType, reason: str, by: User) -> None:
    """Say why a document of this kind is not in the case; an empty reason takes that back (domain rule 22).

    After the hand-in it is an answer to what was asked for: it may be that the paper does not exist.
    """
    locked = lock(case)
    access.require_case(by, access.EDIT, locked)
    if locked.supplements.filter(answered_in=None).exists():
        require_running(locked.round)
    else:
        require_draft(locked)
    scope = locked.round.engagement.scope
    if not reason:
        deleted, _ = MissingDocument.objects.filter(case=locked, document_type=kind).delete()
        if deleted:
            audit.record(by=by, verb="case.missing_off", target=locked, scope=scope, changes={kind.name: ["begrundet", None]})
        return
    MissingDocument.objects.update_or_create(case=locked, document_type=kind, defaults={"reason": reason, "by": by})
    audit.record(by=by, verb="case.missing", target=locked, scope=scope, changes={kind.name: [None, "begrundet"]})


@transaction.atomic
def empty(*, case: Case, by: User) -> None:
    """Make the slot as it was before anybody began with it; its files are erased and cannot be had back."""
    locked = lock(case)
    access.require_case(by, access.EMPTY, locked)
    require_draft(locked)
    for file in locked.documents.kept().filter(handed_in=False).select_related("document"):
        documents.erase(file.document, by=by, reason="Sagen blev tømt")
    locked.missing.all().delete()
    locked.service_area = locked.decided_on = locked.cpr_confirmed_by = locked.cpr_confirmed_at = None
    locked.outcome = locked.age_group = locked.description = locked.cpr_reason = ""
    locked.version += 1
    locked.save()
    audit.record(by=by, verb="case.empty", target=locked, scope=locked.round.engagement.scope)


@transaction.atomic
def confirm_cpr(*, case: Case, reason: str, by: User) -> None:
    """Say once for the case that what was found in its files is meant to be there, and why (decision 17)."""
    locked = lock(case)
    access.require_case(by, access.CONFIRM_CPR, locked)
    require_running(locked.round)
    if locked.cpr_confirmed_at:
        raise Refused(f"CPR-numre i {locked} er allerede bekræftet.")
    if not Document.objects.filter(case_document__case=locked, state=DocumentState.FLAGGED).exists():
        raise Refused(NOTHING_FLAGGED)
    locked.cpr_confirmed_by, locked.cpr_confirmed_at, locked.cpr_reason = by, timezone.now(), reason
    locked.version += 1
    locked.save(update_fields=["cpr_confirmed_by", "cpr_confirmed_at", "cpr_reason", "version"])
    audit.record(by=by, verb="case.cpr", target=locked, scope=locked.round.engagement.scope)
