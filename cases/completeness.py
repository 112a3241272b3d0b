"""Cases × kinds of documents: what is there, what is missing and why. No names of files, nothing of what is in them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from cases.letter import types_for
from cases.models import Case, CaseDocument, DocumentType, Round
from cases.states import CaseState
from documents import pdf, spreadsheet

THERE, EXPLAINED, MISSING, NONE = "there", "explained", "missing", "none"
SYMBOLS = {THERE: "check", EXPLAINED: "info", MISSING: "warning", NONE: ""}
EMPTY_SLOT = "Ikke udfyldt"


@dataclass(frozen=True)
class Cell:
    """One kind of document in one case."""

    key: str  # THERE, EXPLAINED, MISSING or NONE
    text: str  # 2 akter; Findes ikke; Mangler; –
    reason: str = ""

    @property
    def symbol(self) -> str:
        return SYMBOLS[self.key]


@dataclass(frozen=True)
class Row:
    """One case."""

    case: Case
    about: str
    state: str
    cells: list[Cell]
    asked: str


@dataclass(frozen=True)
class Matrix:
    """All cases of a round; `missing` counts the mandatory documents that are neither there nor explained."""

    kinds: Sequence[DocumentType]
    rows: list[Row]
    missing: int
    explained: int


def matrix_of(round: Round, *, hidden: Collection[int] = ()) -> Matrix:
    """Four queries, however many cases there are; without the `hidden` ones, that the reader is *inhabil* in."""
    kinds = types_for(round.engagement)
    cases = list(round.cases.exclude(pk__in=hidden).select_related("service_area").order_by("number"))
    for case in cases:
        case.round = round
    files: dict[int, Counter[int | None]] = defaultdict(Counter)
    for case_id, kind_id in CaseDocument.objects.kept().filter(case__in=cases).values_list("case_id", "document_type_id"):
        files[case_id][kind_id] += 1  # type: ignore[index]
    reasons: dict[int, dict[int, str]] = defaultdict(dict)
    for case in round.cases.prefetch_related("missing"):
        reasons[case.pk] = {one.document_type_id: one.reason for one in case.missing.all()}
    asked = dict(round.supplements.filter(answered_in=None).values_list("case_id", "due_on"))
    rows = [
        Row(
            case=case,
            about=_about(case),
            state=_state(case),
            cells=[_cell(kind, files[case.pk], reasons[case.pk], is_begun=_is_begun(case, files[case.pk])) for kind in kinds],
            asked=f"Udbedt til {asked[case.pk]:%d.%m.%Y}" if case.pk in asked else "",
        )
        for case in cases
    ]
    every = [cell.key for row in rows for cell in row.cells]
    return Matrix(kinds, rows, every.count(MISSING), every.count(EXPLAINED))


def workbook_of(round: Round, *, hidden: Collection[int] = ()) -> tuple[bytes, str]:
    """The same as .xlsx, and its name."""
    matrix = matrix_of(round, hidden=hidden)
    headings = ["Sag", "Ydelsesområde", "Status", *(kind.name for kind in matrix.kinds), "Supplerende akter"]
    rows = [[str(row.case), row.about, row.state, *(_for_excel(cell) for cell in row.cells), row.asked or None] for row in matrix.rows]
    title = f"Fuldstændighed: {round.engagement}"
    content = spreadsheet.workbook(title=title, sheet="Fuldstændighed", headings=headings, rows=rows, author=pdf.AUTHOR)
    place = round.engagement.municipality.display_name.replace(" ", "-")
    return content, f"Fuldstaendighed_{place}_{timezone.localdate():%Y-%m-%d}.xlsx"


def _for_excel(cell: Cell) -> str | None:
    if cell.key == NONE:
        return None
    return f"{cell.text}: {cell.reason}" if cell.reason else cell.text


def _is_begun(case: Case, files: Mapping[int | None, int]) -> bool:
    return bool(files) or case.service_area_id is not None or case.decided_on is not None


def _about(case: Case) -> str:
    return case.service_area.name if case.service_area else EMPTY_SLOT


def _state(case: Case) -> str:
    return "Ikke indsendt" if case.state == CaseState.DRAFT else case.get_state_display()


def _cell(kind: DocumentType, files: Mapping[int | None, int], reasons: Mapping[int, str], *, is_begun: bool) -> Cell:
    if number := files.get(kind.pk, 0):
        return Cell(THERE, str(number))
    if kind.pk in reasons:
        return Cell(EXPLAINED, "Findes ikke", reasons[kind.pk])
    if kind.mandatory and is_begun:
        return Cell(MISSING, "Mangler")
    return Cell(NONE, "–")
