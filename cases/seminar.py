"""*Læringsseminar*: what is shown, sheet by sheet, and what cleared findings give a first draft of (domain rule 30).

A sheet is a theme: a pattern, a good example, a question to talk about. No sheet holds a number, a share, a case or a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils import timezone

from accounts.danish import plain_date
from accounts.models import User
from cases import seminar_words
from cases.models import Finding, Round, SeminarPage
from cases.states import FindingKind, FindingState
from engagements.models import Milestone
from engagements.states import MilestoneState, Purpose

THEME_LENGTH = 120
ASK = "Hvordan ser vi det i vores egne sager?"
_QUESTION = re.compile(r"[^.?!]*\?")


@dataclass(frozen=True)
class Deck:
    """Everything that the seminar shows; the sheets in their order."""

    title: str
    municipality: str
    day: str
    sheets: list[SeminarPage]


@dataclass
class Draft:
    """A sheet as cleared findings give it."""

    theme: str
    patterns: list[str] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)
    question: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.patterns or self.examples)


def deck_of(round: Round) -> Deck:
    """The sheets of the round, with the day of the seminar, or today where the plan has none."""
    return Deck(
        title="Læringsseminar",
        municipality=round.engagement.municipality.display_name,
        day=plain_date(_day(round)),
        sheets=list(round.seminar_pages.order_by("position", "pk")),
    )


def drafts_of(round: Round) -> tuple[list[Draft], int]:
    """A draft for each criterion with cleared findings and no sheet yet, and how many findings say what no sheet may say."""
    there = {theme.casefold() for theme in round.seminar_pages.values_list("theme", flat=True)}
    names, drafts, left_out = names_around(round), dict[str, Draft](), 0
    for finding in _cleared(round):
        theme = finding.criterion.label[:THEME_LENGTH]
        if theme.casefold() in there:
            continue
        if seminar_words.find(finding.text, names):
            left_out += 1
            continue
        draft = drafts.setdefault(theme, Draft(theme))
        texts = draft.examples if finding.kind == FindingKind.STRENGTH else draft.patterns
        if finding.text.strip() not in texts:
            texts.append(finding.text.strip())
        draft.question = draft.question or _question(finding)
    return [draft for draft in drafts.values() if not draft.is_empty], left_out


def names_around(round: Round) -> frozenset[str]:
    """The names that no sheet may hold: of everybody who is or was on the team or in the municipality."""
    engagement = round.engagement_id
    team = Q(team_memberships__engagement=engagement) | Q(reviews__case__round=round.pk)
    people = User.objects.filter(team | Q(memberships__organisation=round.engagement.municipality_id))
    return frozenset(people.order_by().values_list("full_name", flat=True).distinct())


def _cleared(round: Round) -> list[Finding]:
    found = round.findings.filter(state=FindingState.CLEARED).exclude(text="").select_related("criterion")
    return sorted(found.order_by("criterion__version", "criterion__position", "pk"), key=_place)


def _place(finding: Finding) -> tuple[int, int, bool]:
    """By criterion; what can be learned stands behind what was found."""
    return finding.criterion.version_id, finding.criterion.position, finding.kind == FindingKind.LEARNING


def _question(finding: Finding) -> str:
    """What the criterion itself asks, turned to the room; "" where it asks nothing, or counts."""
    asked = "".join(_QUESTION.findall(finding.criterion.guidance)).strip()
    return "" if not asked or seminar_words.find(asked) else f"{ASK} {asked}"


def _day(round: Round) -> date:
    seminar = Milestone.objects.filter(
        engagement=round.engagement_id, purposes__purpose=Purpose.LEARNING_SEMINAR, purposes__dropped=False
    ).exclude(state=MilestoneState.DROPPED)
    day = seminar.order_by("starts_on").values_list("starts_on", flat=True).first()
    return day or timezone.localdate()
