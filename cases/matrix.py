"""*Sagsmatrix*: cases × criteria with the answers, for the Task Force alone. An answer is a symbol, a tint and words, never a colour."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from cases import criteria, findings, review_access, scales
from cases.findings import Rated, Tally
from cases.models import Answer, Case, Criterion, Review, Round
from cases.scales import NOT_RATED, Choice, Tone
from cases.states import RECEIVED, CaseState, CriterionGroup, Profession, Rating, ReviewState, Scale
from documents import pdf, spreadsheet

IN_ADDRESS = {Profession.LEGAL: "jura", Profession.VISO: "viso"}  # as the addresses of a review have it
MATERIAL = "væsentlig betydning for afgørelsen"
SHOWN = RECEIVED | {CaseState.ERASED}
NOT_GIVEN, NOT_BEGUN, NOT_VISO = "Ikke fordelt", "Ikke begyndt", "–"


@dataclass(frozen=True)
class Column:
    """A criterion, and how the answers below it fall."""

    round: Round
    profession: Profession
    criterion: Criterion
    tally: Tally
    opens_group: bool

    @property
    def sentence(self) -> str:
        return findings.sentence(self.criterion.scale, self.tally)

    @property
    def url(self) -> str:
        return reverse("matrix-criterion", args=[*_of(self.round), IN_ADDRESS[self.profession], self.criterion.code])


@dataclass(frozen=True)
class Cell:
    """One answer, or why there is none: nobody has answered yet, or the one who looks may not see it."""

    case: Case
    column: Column
    choice: Choice | None
    material: bool = False
    good_example: bool = False
    hidden: bool = False

    @property
    def symbol(self) -> str:
        return self.choice.symbol if self.choice else "" if self.hidden else NOT_RATED

    @property
    def tone(self) -> str:
        return str(self.choice.tone) if self.choice else "hidden" if self.hidden else "empty"

    @property
    def words(self) -> str:
        if self.choice is None:
            return "Vises ikke endnu" if self.hidden else "Ikke vurderet"
        return words_of(self.choice, material=self.material, good_example=self.good_example)

    @property
    def key(self) -> str:
        """Its id on the page, so that the focus stays where it is when the table is brought in again."""
        return f"felt-{self.case.number}-{IN_ADDRESS[self.column.profession]}-{self.column.criterion.code}"

    @property
    def url(self) -> str:
        return reverse("matrix-cell", args=[*_of(self.column.round), self.case.number, *_end(self.column)])


@dataclass(frozen=True)
class Row:
    """One case."""

    case: Case
    area: str
    states: list[str]  # how far each shown profession is
    cells: list[Cell]


@dataclass(frozen=True)
class Group:
    label: str
    span: int


@dataclass(frozen=True)
class Matrix:
    """The cases of a round that somebody sees; `assured` counts those that a colleague has assured."""

    columns: list[Column]
    groups: list[Group]
    rows: list[Row]
    professions: list[Profession]
    assured: int

    @property
    def has_hidden(self) -> bool:
        """Whether something is not shown yet to the one who looks."""
        return any(cell.hidden for row in self.rows for cell in row.cells)

    @property
    def version(self) -> str:
        """Differs when anything on the table does."""
        told = [(row.case.number, row.area, row.states, [(cell.symbol, cell.words) for cell in row.cells]) for row in self.rows]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Seen:
    """What somebody sees of the reviews of a round: of which they see the answers, and of which the texts too."""

    reviews: Mapping[tuple[int, str], Review]
    symbols: frozenset[int]
    texts: frozenset[int]
    running: bool  # whether they see the answers of a jurist's review while it runs


Answers = Mapping[tuple[int, int], Answer]  # (case, criterion) → what is seen of it


def matrix_of(round: Round, user: User, *, area: str = "", with_viso: bool = False) -> Matrix:
    """The matrix as `user` sees it, of one service area or all; the same number of queries however many cases there are."""
    seen, cases = seen_by(round, user), cases_of(round, user)
    answers = _answers(seen, cases)
    professions = [Profession.LEGAL, Profession.VISO] if with_viso else [Profession.LEGAL]
    shown = [case for case in cases if not area or area_of(case) == area]
    columns = _columns(round, professions, shown, answers)
    return Matrix(
        columns=columns,
        groups=[Group(CriterionGroup(key).label, len(list(found))) for key, found in groupby(one.criterion.group for one in columns)],
        rows=[_row(case, columns, professions, seen, answers) for case in shown],
        professions=professions,
        assured=sum(1 for case in shown if case.state == CaseState.ASSURED),
    )


def cases_of(round: Round, user: User) -> list[Case]:
    """The cases that are under review; none in which the person is *inhabil*."""
    found = list(Case.objects.visible_to(user).filter(round=round, state__in=SHOWN).select_related("service_area").order_by("number"))
    for case in found:
        case.round = round
    return found


def seen_by(round: Round, user: User) -> Seen:
    """A consultant sees the answers of a jurist's review while it runs, its texts once it is assured; else the policy's rows for "view"."""
    standing = Review.objects.standing().filter(case__round=round)
    reviews = {(one.case_id, one.profession): one for one in standing}
    texts = frozenset(standing.visible_to(user).values_list("pk", flat=True))
    running = not review_access.why_not_round(user, review_access.SYMBOLS, round)
    symbols = texts | {one.pk for one in reviews.values() if running and one.is_legal}
    return Seen(reviews, symbols, texts, running)


def area_of(case: Case) -> str:
    return case.service_area.name if case.service_area else ""


def areas_of(cases: Iterable[Case]) -> list[str]:
    """The service areas of the cases, by name."""
    return sorted({area_of(case) for case in cases} - {""})


def has_viso(round: Round) -> bool:
    """Whether VISO has a part in the review of the round."""
    is_pinned = bool(round.legal_criteria_id or round.viso_criteria_id)
    return round.viso_count != 0 and bool(round.viso_criteria_id if is_pinned else criteria.current(round, Profession.VISO))


def state_of(review: Review | None, profession: Profession) -> str:
    """How far a review is, in words. VISO has but some of the cases."""
    if review is None:
        return NOT_GIVEN if profession == Profession.LEGAL else NOT_VISO
    return NOT_BEGUN if review.state == ReviewState.DRAFT and not review.is_begun else review.get_state_display()


def words_of(choice: Choice, *, material: bool, good_example: bool) -> str:
    """Ikke overholdt, væsentlig betydning for afgørelsen, godt eksempel"""
    said = [choice.label]
    if material and choice.rating != Rating.MATERIAL_DEFECT:  # which says it itself
        said.append(MATERIAL)
    return ", ".join([*said, "godt eksempel"] if good_example else said)


def legend() -> list[tuple[str, Tone, str]]:
    """Symbol, tone and what it stands for in the three scales, in the order of the scales."""
    found: dict[tuple[str, Tone], list[str]] = {}
    for scale in (Scale.DEFECT, Scale.RULE, Scale.FOCUS):
        for one in scales.SCALES[scale]:
            labels = found.setdefault((one.symbol, one.tone), [])
            if one.label not in labels:
                labels.append(one.label)
    return [(symbol, tone, " / ".join(labels)) for (symbol, tone), labels in found.items()]


def workbook_of(round: Round, user: User, *, area: str = "", with_viso: bool = False) -> tuple[bytes, str]:
    """The same as .xlsx, with words in the place of symbols, and its name."""
    found = matrix_of(round, user, area=area, with_viso=with_viso)
    states = ["Status", "Status VISO"][: len(found.professions)]
    headings = ["Sag", "Ydelsesområde", *states, *(_heading(column) for column in found.columns)]
    rows = [[str(row.case), row.area or None, *row.states, *(_for_excel(cell) for cell in row.cells)] for row in found.rows]
    title = f"Sagsmatrix: {round.engagement}"
    content = spreadsheet.workbook(title=title, sheet="Sagsmatrix", headings=headings, rows=rows, author=pdf.AUTHOR)
    place = round.engagement.municipality.display_name.replace(" ", "-")
    return content, f"Sagsmatrix_{place}_{timezone.localdate():%Y-%m-%d}.xlsx"


def _columns(round: Round, professions: Sequence[Profession], cases: Sequence[Case], answers: Answers) -> list[Column]:
    made: list[Column] = []
    for profession, criterion in _criteria(round, professions):
        own = [_rated(case, profession, criterion, answers) for case in cases]
        opens = not made or made[-1].criterion.group != criterion.group
        made.append(Column(round, profession, criterion, findings.tally(one for one in own if one), opens))
    return made


def _criteria(round: Round, professions: Sequence[Profession]) -> list[tuple[Profession, Criterion]]:
    """The round's own; before the first case is given to somebody, those that it will have."""
    if round.legal_criteria_id or round.viso_criteria_id:
        return findings.criteria_of(round, professions)
    versions = [(profession, criteria.current(round, profession)) for profession in professions]
    return [(profession, one) for profession, version in versions if version for one in version.criteria.all()]


def _answers(seen: Seen, cases: Sequence[Case]) -> Answers:
    case_of = {one.pk: one.case_id for one in seen.reviews.values()}
    found = Answer.objects.filter(review__in=seen.symbols, review__case__in=cases).exclude(rating="")
    found = found.only("review_id", "criterion_id", "rating", "material", "good_example")
    return {(case_of[one.review_id], one.criterion_id): one for one in found}


def _rated(case: Case, profession: Profession, criterion: Criterion, answers: Answers) -> Rated | None:
    found = answers.get((case.pk, criterion.pk))
    return Rated(profession, criterion.code, area_of(case), found.rating, found.is_material, found.good_example) if found else None


def _row(case: Case, columns: Sequence[Column], professions: Sequence[Profession], seen: Seen, answers: Answers) -> Row:
    states = [state_of(seen.reviews.get((case.pk, one)), one) for one in professions]
    return Row(case, area_of(case), states, [_cell(case, column, seen, answers) for column in columns])


def _cell(case: Case, column: Column, seen: Seen, answers: Answers) -> Cell:
    if found := answers.get((case.pk, column.criterion.pk)):
        return Cell(case, column, scales.choice(column.criterion.scale, found.rating), found.is_material, found.good_example)
    review = seen.reviews.get((case.pk, column.profession))
    return Cell(case, column, None, hidden=review is not None and review.pk not in seen.symbols)


def _heading(column: Column) -> str:
    return column.criterion.label if column.profession == Profession.LEGAL else f"VISO: {column.criterion.label}"


def _for_excel(cell: Cell) -> str | None:
    return cell.words if cell.choice or cell.hidden else None


def _of(round: Round) -> tuple[int, str]:
    return round.engagement_id, round.kind


def _end(column: Column) -> tuple[str, str]:
    return IN_ADDRESS[column.profession], column.criterion.code
