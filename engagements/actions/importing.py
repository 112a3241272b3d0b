"""Taking a pasted timetable in, as one change set: replace the plan's open rows, or add to them (decision 22)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.danish import count
from accounts.models import User
from accounts.refusal import Refused
from engagements import schedule
from engagements.actions import changes
from engagements.actions.changes import Edit
from engagements.actions.milestones import hangs_on
from engagements.models import ChangeSet, Engagement, Milestone, MilestoneTemplate, PlanTemplate, TimetableDraft
from engagements.plan import lists, milestones_of, pairs
from engagements.states import ChangeKind, Edge, MilestoneState, Mode, Party, Purpose
from engagements.timetable import Row

REPLACED = "Erstattet af den indlæste tidsplan"
LAY_IN_THE_PAST = "Lå før indlæsningen af tidsplanen"


@transaction.atomic
def import_timetable(
    *, engagement: Engagement, rows: Sequence[Row], replace: bool, past_is_met: bool, by: User, plan_number: int
) -> ChangeSet:
    """Write the rows as milestones. With `replace` rows of the same purpose are updated and other open rows dropped; else all are added.

    A row takes the template's anchor for its purpose with its own distance in days, so that it shifts like a generated one.
    With `past_is_met` rows that end before today count as met on their last day.
    """
    changes.lock(engagement, by=by, plan_number=plan_number)
    if not rows:
        raise Refused("Vælg mindst én række, der skal indlæses.")
    present = [milestone for milestone in milestones_of(engagement) if milestone.state != MilestoneState.DROPPED]
    intake = _Intake(engagement, present, replace)
    for row in rows:
        intake.take(row)
    edits = intake.finish(by if past_is_met else None)
    _set_anchors(engagement, [edit for edit in edits if edit.purposes is not None], present)
    summary = f"Tidsplan indlæst: {count(len(rows), 'række', 'rækker')}"
    TimetableDraft.objects.visible_to(by).filter(engagement=engagement).delete()
    return changes.write(engagement=engagement, kind=ChangeKind.IMPORT, summary=summary, edits=edits, by=by)


@dataclass
class _Intake:
    """Pairs the rows with the plan's milestones by purpose, row by row."""

    engagement: Engagement
    present: list[Milestone]
    replace: bool
    taken: list[Edit] = field(default_factory=list)
    numbers: Counter[str] = field(default_factory=Counter)  # purpose → its highest number in what stays

    def __post_init__(self) -> None:
        self.position = max((milestone.position for milestone in self.present), default=0)
        self.free = [milestone for milestone in self.present if milestone.is_open] if self.replace else []
        for milestone in self.present:
            for row in milestone.purposes.all():
                if not self.replace or not milestone.is_open or row.met_at:
                    self.numbers[row.purpose] = max(self.numbers[row.purpose], row.sequence)

    def take(self, row: Row) -> None:
        """Update the open milestone of the row's purpose, else make a new one."""
        milestone = self._match(row.purposes) or Milestone(engagement=self.engagement)
        self.position += 1
        milestone.position = self.position
        milestone.counterpart = "" if row.counterpart == Party.UNKNOWN else row.counterpart
        for name in ("subject", "phase", "party", "kind", "optional", "place", "expected_count", "source_text", "precision"):
            setattr(milestone, name, getattr(row, name))
        milestone.occurrences = lists(row.occurrences)
        milestone.baseline = lists(row.occurrences)
        milestone.adjusted_because, milestone.weekday, milestone.not_before, milestone.block = "", None, None, ""
        milestone.mode, milestone.anchor, milestone.offset, milestone.plus_days = Mode.FIXED, None, 0, 0
        self.taken.append(Edit(milestone, purposes=self._numbered(row.purposes), why="Indlæst"))

    def finish(self, met_by: User | None) -> list[Edit]:
        """The edits, those that give up their purpose first."""
        dropped = []
        for milestone in self.free:
            milestone.state, milestone.state_reason = MilestoneState.DROPPED, REPLACED
            dropped.append(Edit(milestone, why=REPLACED))
        today = timezone.localdate()
        for edit in self.taken if met_by else []:
            _meet_if_past(edit.milestone, today, met_by)
        return [*dropped, *self.taken]

    def _match(self, purposes: Iterable[Purpose]) -> Milestone | None:
        wanted = set(purposes) - {Purpose.OTHER}
        for milestone in self.free:
            if wanted & {Purpose(row.purpose) for row in milestone.purposes.all()}:
                self.free.remove(milestone)
                return milestone
        return None

    def _numbered(self, purposes: Iterable[Purpose]) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        for purpose in dict.fromkeys(purposes):
            if purpose != Purpose.OTHER:
                self.numbers[purpose] += 1
                found.append((purpose, self.numbers[purpose]))
        return found


def _meet_if_past(milestone: Milestone, today: date, by: User | None) -> None:
    if milestone.occurrences and milestone.occurrences[-1][1] < today:
        milestone.state, milestone.met_at, milestone.met_by = MilestoneState.MET, milestone.occurrences[-1][1], by
        milestone.state_reason = LAY_IN_THE_PAST


def _set_anchors(engagement: Engagement, imported: list[Edit], present: list[Milestone]) -> None:
    """Give each imported milestone the anchor that the template has for its purpose, with its own distance in days."""
    rows = _template_rows(engagement)
    by_key = {row.key: row for row in rows}
    by_purpose = {purpose: row for row in reversed(rows) for purpose in row.purposes}
    carriers = {row.purpose: milestone for milestone in present if not milestone.is_open for row in milestone.purposes.all()}
    for edit in reversed(imported):
        carriers |= {purpose: edit.milestone for purpose, _ in edit.purposes or []}
    for edit in imported:
        row = next((by_purpose[purpose] for purpose, _ in edit.purposes or [] if purpose in by_purpose), None)
        if row is not None and row.mode != Mode.FIXED and edit.milestone.occurrences:
            anchor_row = by_key.get(row.anchor)
            anchor = next((carriers[purpose] for purpose in anchor_row.purposes if purpose in carriers), None) if anchor_row else None
            _follow(edit.milestone, anchor, Edge(row.edge), engagement.starts_on)


def _template_rows(engagement: Engagement) -> list[MilestoneTemplate]:
    template = engagement.plan_template or PlanTemplate.objects.filter(version=engagement.programme_version_id, is_default=True).first()
    return list(template.rows.all()) if template else []


def _follow(milestone: Milestone, anchor: Milestone | None, edge: Edge, plan_start: date) -> None:
    """Hang the milestone on the anchor (None = the plan's start) at the distance that its dates have now; never in a circle."""
    if anchor is not None and (not anchor.occurrences or hangs_on(anchor, milestone)):
        anchor = None
    counted_from = pairs(anchor.occurrences) if anchor else plan_start
    milestone.mode, milestone.anchor, milestone.edge = Mode.RELATIVE, anchor, edge
    milestone.offset, milestone.unit, milestone.plus_days = schedule.own_lag(pairs(milestone.occurrences), counted_from, edge)
