"""The findings of a round as somebody sees them: by criterion, of one state or all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from cases.models import Criterion, Finding, Round
from cases.states import FindingKind, FindingState, Profession

ALL = "alle"
VARIANTS = {FindingState.DRAFT: "neutral", FindingState.CLEARED: "success", FindingState.WITHDRAWN: "done"}
SYMBOLS = {FindingKind.WEAKNESS: "flag", FindingKind.STRENGTH: "star", FindingKind.LEARNING: "student"}
EMPTY = {
    FindingState.DRAFT: "Ingen kladder. Fund kommer af sig selv, når en gennemgang er kvalitetssikret.",
    FindingState.CLEARED: "Ingen fund er godkendt endnu.",
    FindingState.WITHDRAWN: "Ingen fund er trukket tilbage.",
    ALL: "Ingen fund endnu. De kommer af sig selv, når en gennemgang er kvalitetssikret.",
}


@dataclass(frozen=True)
class Row:
    finding: Finding

    @property
    def symbol(self) -> str:
        return SYMBOLS[FindingKind(self.finding.kind)]

    @property
    def variant(self) -> str:
        return VARIANTS[FindingState(self.finding.state)]


@dataclass(frozen=True)
class Group:
    """A criterion with its findings."""

    criterion: Criterion
    is_viso: bool
    rows: list[Row]


@dataclass(frozen=True)
class Listed:
    """`chosen` is a state or ALL; `tabs` are all of them with how many there are."""

    chosen: str
    groups: list[Group]
    tabs: list[dict[str, Any]]

    @property
    def empty(self) -> str:
        return EMPTY[self.chosen]  # type: ignore[index]


def listed(round: Round, user: User, wanted: str) -> Listed:
    """Two queries, however many there are. An unknown state is the drafts: they are what is to be done."""
    own = of_round(round, user)
    numbers = Counter(own.order_by().values_list("state", flat=True))
    chosen = wanted if wanted == ALL or wanted in FindingState else FindingState.DRAFT.value
    found = own if chosen == ALL else own.filter(state=chosen)
    tabs = [(state.value, state.label, numbers[state]) for state in FindingState] + [(ALL, "Alle", numbers.total())]
    return Listed(
        chosen=chosen,
        groups=_groups(list(found)),
        tabs=[{"label": f"{label} ({number})", "url": f"?status={key}", "current": key == chosen} for key, label, number in tabs],
    )


def next_draft(finding: Finding, user: User) -> Finding | None:
    """The draft that comes after this one in the list, or the first of those before it."""
    drafts = list(of_round(finding.round, user).filter(state=FindingState.DRAFT).exclude(pk=finding.pk))
    here = _place(finding)
    return next((one for one in drafts if _place(one) > here), drafts[0] if drafts else None)


def of_round(round: Round, user: User) -> QuerySet[Finding]:
    """Those that the user sees, in the order of the list."""
    found = Finding.objects.visible_to(user).filter(round=round)
    found = found.select_related("criterion__version__criteria_set", "service_area", "source__review__case", "round")
    return found.order_by("criterion__version__criteria_set__profession", "criterion__position", "kind", "pk")


def said_in(finding: Finding) -> str:
    """The reviewer's own words where they differ from the finding's; "" when they are the same, or the answer is gone."""
    if finding.source is None:
        return ""
    own = {FindingKind.STRENGTH: finding.source.strength, FindingKind.LEARNING: finding.source.learning_point}
    text = (own.get(FindingKind(finding.kind), "") or finding.source.reason).strip()
    return "" if text == finding.text.strip() else text


def _place(finding: Finding) -> tuple[str, int, str, int]:
    criterion = finding.criterion
    return criterion.version.criteria_set.profession, criterion.position, finding.kind, finding.pk


def _groups(found: Sequence[Finding]) -> list[Group]:
    by_criterion = groupby(found, key=lambda one: one.criterion)
    return [
        Group(criterion, criterion.version.criteria_set.profession == Profession.VISO, [Row(one) for one in own])
        for criterion, own in by_criterion
    ]
