"""How the cases of a round stand: everything read in a number of queries that does not depend on how many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from cases import law, readiness
from cases.letter import due_milestone, types_for
from cases.models import Case, CaseDocument, DocumentType, MissingDocument, Round
from cases.readiness import Facts, File, Sending, Standing
from cases.states import CaseState, Readiness
from documents import vault
from documents.models import Upload
from documents.states import BEING_CHECKED, DocumentState

ALIVE = timedelta(minutes=10)  # an upload that was silent for longer is given up by its sender, and holds nothing back
LATELY = timedelta(hours=1)  # files of this time count in »Behandler 12 af 20«
CASE_UPLOAD, ROUND_UPLOAD, FILE_UPLOAD = "cases.case", "cases.round", "cases.file"
# What must be filled in, in the words of the page
FIELDS = {
    "service_area_id": "Ydelsesområde",
    "decided_on": "Afgørelsens dato",
    "outcome": "Udfald",
    "age_group": "Aldersgruppe",
    "description": "Beskrivelse",
}
VARIANTS = {
    Readiness.MISSING: "neutral",
    Readiness.UPLOADING: "info",
    Readiness.CHECKING: "info",
    Readiness.REFUSED: "error",
    Readiness.DECIDE: "warning",
    Readiness.READY: "success",
}


@dataclass(frozen=True)
class CaseRow:
    """One slot with its files and how it stands; after the hand-in its own state is what counts."""

    case: Case
    files: list[CaseDocument]
    standing: Standing
    explained: dict[str, MissingDocument]

    @property
    def is_in_intake(self) -> bool:
        return self.case.state == CaseState.DRAFT

    @property
    def label(self) -> str:
        return self.standing.label if self.is_in_intake else self.case.get_state_display()

    @property
    def variant(self) -> str:
        return VARIANTS[self.standing.status] if self.is_in_intake else "done"

    @property
    def is_ready(self) -> bool:
        """Whether it may be handed in."""
        return self.is_in_intake and self.standing.is_ready

    @property
    def is_moving(self) -> bool:
        """Whether something happens to it by itself."""
        moving = {Readiness.UPLOADING, Readiness.CHECKING}
        return any(one.status in moving for one in self.standing.hindrances)

    @property
    def is_empty(self) -> bool:
        """Whether nobody has begun with it."""
        return not self.files and not any(getattr(self.case, name) for name in FIELDS)


@dataclass(frozen=True)
class Board:
    """A round with all its cases, the loose files, and what is said about all of them."""

    round: Round
    rows: list[CaseRow]
    loose: list[CaseDocument]
    kinds: Sequence[DocumentType]
    due: date | None
    line: str
    warnings: list[str]
    processed: int
    in_process: int
    sending: int

    @property
    def ready(self) -> list[CaseRow]:
        return [row for row in self.rows if row.is_ready]

    @property
    def is_moving(self) -> bool:
        """Whether something happens by itself, so that the page is worth asking again."""
        return bool(self.sending or self.processed < self.in_process)

    @property
    def mandatory(self) -> list[DocumentType]:
        return [kind for kind in self.kinds if kind.mandatory]


def read(round: Round, *, hidden: Collection[int] = ()) -> Board:
    """The whole round as it stands now, without the `hidden` cases: those that the reader is *inhabil* in."""
    cases = list(round.cases.exclude(pk__in=hidden).select_related("service_area").prefetch_related("service_area__legal_bases"))
    for case in cases:
        case.round = round
    files = _files(Q(round=round))
    kinds = list(types_for(round.engagement))
    sending = _sending(round, cases)
    rows = _rows(cases, files, kinds, sending)
    milestone = due_milestone(round)
    due, today = milestone.ends_on if milestone else None, timezone.localdate()
    lately = [file for file in files if file.document.state in BEING_CHECKED or file.document.uploaded_at > timezone.now() - LATELY]
    return Board(
        round=round,
        rows=rows,
        loose=[file for file in files if file.case_id is None],
        kinds=kinds,
        due=due,
        line=readiness.summary(sum(1 for row in rows if row.is_ready), round.needed, due, today),
        warnings=readiness.warnings([_alike(case) for case in cases], paragraphs_asked=round.areas.count()),
        processed=sum(1 for file in lately if file.document.state not in BEING_CHECKED),
        in_process=len(lately),
        sending=sum(len(found) for found in sending.values()),
    )


def row_of(case: Case) -> tuple[CaseRow, Sequence[DocumentType]]:
    """One case as it stands now, and the kinds of documents that it can hold."""
    kinds, files = list(types_for(case.round.engagement)), _files(Q(case=case))
    for file in files:
        file.case, file.round = case, case.round
    return _rows([case], files, kinds, _sending(case.round, [case]))[0], kinds


def _rows(
    cases: Sequence[Case], files: Iterable[CaseDocument], kinds: Iterable[DocumentType], sending: dict[str, list[Sending]]
) -> list[CaseRow]:
    by_case = defaultdict(list)
    for file in files:
        by_case[file.case_id].append(file)
    explained: dict[int, dict[str, MissingDocument]] = defaultdict(dict)
    for missing in MissingDocument.objects.filter(case__in=cases).select_related("document_type", "by"):
        explained[missing.case_id][missing.document_type.slug] = missing
    mandatory = {kind.slug: kind.name for kind in kinds if kind.mandatory}
    return [
        CaseRow(
            case=case,
            files=by_case[case.pk],
            standing=readiness.standing_of(
                facts_of(case, by_case[case.pk], explained[case.pk], sending.get(f"{CASE_UPLOAD} {case.pk}", [])), mandatory
            ),
            explained=explained[case.pk],
        )
        for case in cases
    ]


def facts_of(case: Case, files: Iterable[CaseDocument], explained: Iterable[str], sending: Sequence[Sending]) -> Facts:
    """The row as the pure room judges it."""
    return Facts(
        number=case.number,
        unfilled=[label for name, label in FIELDS.items() if not getattr(case, name)],
        files=[
            File(file.document.name, DocumentState(file.document.state), file.document_type.slug if file.document_type else "")
            for file in files
        ],
        sending=sending,
        explained=frozenset(explained),
        cpr_confirmed=case.cpr_confirmed_at is not None,
    )


def _files(where: Q) -> list[CaseDocument]:
    found = CaseDocument.objects.filter(where).kept().select_related("document__uploaded_by", "document_type")
    return list(found.prefetch_related("document__cpr_findings").order_by("document_type__position", "document__uploaded_at", "pk"))


def _sending(round: Round, cases: Iterable[Case]) -> dict[str, list[Sending]]:
    """What is on its way: »kind id« of the place → how far each file is."""
    wanted = {f"{CASE_UPLOAD} {case.pk}" for case in cases} | {f"{ROUND_UPLOAD} {round.pk}"}
    alive = Upload.objects.filter(scope=round.engagement.scope_id, touched_at__gt=timezone.now() - ALIVE)
    found = defaultdict(list)
    for upload in alive:
        if (place := f"{upload.kind} {upload.object_id}") in wanted:
            found[place].append(Sending(vault.received(upload), upload.length))
    return found


def _alike(case: Case) -> readiness.Alike:
    return readiness.Alike(case.outcome, law.paragraph_of(case.service_area) if case.service_area else "")
