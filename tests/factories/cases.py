"""Rounds of cases with files in chosen states: as the product's own actions and checks would have left them."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from cases.models import Case, CaseDocument, DocumentType, Round
from cases.states import AgeGroup, CaseState, Outcome, RoundState
from documents import actions as files
from documents.models import CprFinding, Document
from documents.states import CHECKED, CprLevel, CprPlace, DocumentState, FileClass, FileType, ScanState
from engagements.models import Engagement, ServiceArea

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
DECIDED_FROM, DECIDED_TO = date(2025, 1, 1), date(2025, 12, 31)
_numbers = count(1)


def round(of: Engagement, *, state: RoundState = RoundState.OPEN, cases: int | None = None, by: User | None = None, **fields: Any) -> Round:
    """A round with as many empty slots as the programme says, or `cases`, called in today by the lead (or `by`); in preparation none.

    Past OPEN the cases are only marked as handed in: fill them first (`ready_case`) or hand in by the product's own action for receipts.
    """
    by = by or of.team()[0].user
    number = of.programme_version.case_count if cases is None else cases
    areas = fields.pop("areas", None) or service_areas(of)
    values = {"decided_from": DECIDED_FROM, "decided_to": DECIDED_TO, "created_by": by, **fields}
    made = Round.objects.create(engagement=of, case_count=number, **values)
    made.areas.set(areas)
    if state != RoundState.PREPARING:
        Case.objects.bulk_create(Case(round=made, number=place) for place in range(1, number + 1))
        put_round(made, state, by)
    return Round.objects.get(pk=made.pk)


def put_round(round: Round, state: RoundState, by: User) -> None:
    """Bring a round into a state, past the rules that lead there; from the hand-in on its cases and files are handed in."""
    is_open = state == RoundState.OPEN
    Round.objects.filter(pk=round.pk).update(state=state, called_in_at=timezone.now(), called_in_by=by)
    if state != RoundState.PREPARING:
        round.cases.update(state=CaseState.DRAFT if is_open else CaseState.SUBMITTED)
        round.documents.exclude(case=None).update(handed_in=not is_open)


def service_areas(of: Engagement) -> list[ServiceArea]:
    """The service areas of the engagement's area that are law today."""
    return list(ServiceArea.objects.filter(area=of.area, valid_to__isnull=True))


def case_document(
    of: Case | Round, by: User, *, state: DocumentState = DocumentState.READY, document_type: str = "afgoerelse", content: bytes = PDF,
    cpr: int = 0, handed_in: bool = False, **fields: Any,
) -> CaseDocument:  # fmt: skip
    """A file of a case, or a loose one of the round, with its bytes in the vault; `cpr` numbers on its first page make it FLAGGED."""
    round, case = (of.round, of) if isinstance(of, Case) else (of, None)
    number = next(_numbers)
    name = fields.pop("name", f"akt-{number}.pdf")
    state = DocumentState.FLAGGED if cpr and state == DocumentState.READY else state
    values = {"reasons": ["cpr"] if cpr else [], "scan": ScanState.CLEAN if state in CHECKED else ScanState.NOT_SCANNED, **fields}

    def stored(what: str) -> Any:
        return files.store(content=content, name=what, content_type="application/pdf", scope=round.engagement.scope, by=by)

    original = None if state == DocumentState.ERASED else stored(name)
    document = Document.objects.create(
        scope=round.engagement.scope, name=name, size=len(content), sha256=original.sha256 if original else "0" * 64,
        file_class=FileClass.CASE, file_type=FileType.PDF, original=original, cleaned=stored(name) if state in CHECKED else None,
        pages=1 if state in CHECKED else None, state=state, uploaded_by=by, **values,
    )  # fmt: skip
    if cpr:
        CprFinding.objects.create(document=document, page=1, place=CprPlace.TEXT, level=CprLevel.HIGH, count=cpr)
    kind = DocumentType.objects.get(slug=document_type) if case and document_type else None
    return CaseDocument.objects.create(round=round, case=case, document=document, document_type=kind, handed_in=handed_in)


def filled_case(case: Case, *, service_area: ServiceArea | None = None, **fields: Any) -> Case:
    """The case with all its fields, without files."""
    area = service_area or case.round.areas.first()
    values = {
        "service_area": area,
        "decided_on": date(2025, 6, 2),
        "outcome": Outcome.GRANTED if case.number % 2 else Outcome.REFUSED,
        "age_group": AgeGroup.CHILD_7_12,
        "description": "Ansøgning om støtte i hjemmet",
        **fields,
    }
    Case.objects.filter(pk=case.pk).update(**values)
    return Case.objects.select_related("round").get(pk=case.pk)


def ready_case(case: Case, by: User, **fields: Any) -> Case:
    """A case that lacks nothing: its fields, and a checked file of every kind that must be there."""
    filled = filled_case(case, **fields)
    for kind in DocumentType.objects.filter(mandatory=True, retired=False):
        case_document(filled, by, document_type=kind.slug)
    return filled
