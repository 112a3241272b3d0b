"""Reads for the pages: milestones and engagements as rows whose texts are ready, so that templates only print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from accounts import danish
from engagements import calendar
from engagements.expressions import write
from engagements.models import Engagement, Milestone
from engagements.plan import pairs
from engagements.states import DAY_PRECISIONS, EngagementState, MilestoneState, Phase, Precision, Purpose, Standing
from engagements.timeline import Bar

VARIANTS = {
    Standing.UPCOMING: "neutral",
    Standing.ONGOING: "info",
    Standing.DUE_TODAY: "warning",
    Standing.OVERDUE: "error",
    Standing.MET: "done",
    Standing.MET_LATE: "done",
    Standing.DROPPED: "done",
    Standing.PAST_OPTIONAL: "neutral",
}
STATE_VARIANTS = {
    EngagementState.PLANNED: "neutral",
    EngagementState.ACTIVE: "info",
    EngagementState.PAUSED: "warning",
    EngagementState.COMPLETED: "done",
    EngagementState.ABORTED: "neutral",
}

WEEK = timedelta(weeks=1)
NEAR, FAR = 4 * WEEK, 26 * WEEK


@dataclass(frozen=True)
class MilestoneRow:
    """A milestone as a line of a list."""

    milestone: Milestone
    dates: str
    weeks: str
    before: str
    when: str
    party: str
    standing: Standing
    variant: str

    @property
    def symbol(self) -> str:
        """The icon of the badge where it is not that of the variant."""
        return "minus" if self.standing == Standing.DROPPED else ""


@dataclass(frozen=True)
class PhaseMark:
    """A phase as the strip and the bar show it: done, current or coming."""

    key: str
    label: str
    months: str
    state: str


def dates_text(occurrences: list[list[date]], precision: str) -> str:
    """The dates as people write them; a single day with its weekday."""
    if not occurrences:
        return "Ingen dato endnu"
    if precision == Precision.DAY and len(occurrences) == 1:
        day = occurrences[0][0]
        return f"{danish.WEEKDAYS[day.weekday()]} d. {danish.plain_date(day)}"
    return write(pairs(occurrences), Precision(precision))


def weeks_text(occurrences: list[list[date]], precision: str) -> str:
    """The weeks of exact days, to stand beside them; dates that are weeks or longer say it themselves."""
    if not occurrences or precision not in DAY_PRECISIONS:
        return ""
    return danish.week_range(occurrences[0][0], occurrences[-1][1])


def distance_text(old: list[list[date]], new: list[list[date]]) -> str:
    """How far the first day moved: 7 dage senere, 1 dag tidligere; nothing when it stays or was not there."""
    days = (new[0][0] - old[0][0]).days if old and new else 0
    return f"{danish.count(abs(days), 'dag', 'dage')} {'senere' if days > 0 else 'tidligere'}" if days else ""


def row_of(milestone: Milestone, today: date) -> MilestoneRow:
    """The line of one milestone, as it stands on `today`."""
    standing = milestone.standing_on(today)
    return MilestoneRow(
        milestone=milestone,
        dates=dates_text(milestone.occurrences, milestone.precision),
        weeks=weeks_text(milestone.occurrences, milestone.precision),
        before=dates_text(milestone.baseline, _first_precision(milestone)) if milestone.was_moved and milestone.baseline else "",
        when=_when(milestone, standing, today),
        party=milestone.get_party_display(),
        standing=standing,
        variant=VARIANTS[standing],
    )


def _first_precision(milestone: Milestone) -> str:
    """How exactly the first dates are told: a week that became a day must not be told as its Monday."""
    if all(first == last for first, last in milestone.baseline):
        return Precision.DAY if len(milestone.baseline) == 1 else Precision.DAYS
    return Precision.DAYS if milestone.precision == Precision.DAY else milestone.precision


def _when(milestone: Milestone, standing: Standing, today: date) -> str:
    """How far away it is, while that helps: working days when it is near or late, then weeks, and nothing beyond half a year."""
    first, last = milestone.starts_on, milestone.ends_on
    day = last if standing == Standing.OVERDUE else first
    if day is None or not milestone.is_open or (day < today and standing != Standing.OVERDUE):
        return ""
    return away(day, today)


def away(day: date, today: date) -> str:
    """How far a day lies from today: om 3 arbejdsdage, for 2 arbejdsdage siden, om 7 uger; nothing beyond half a year."""
    if abs(day - today) <= NEAR:
        return danish.relative_days(calendar.working_days_between(today, day))
    weeks = abs(day - today) // WEEK
    return (f"om {weeks} uger" if day > today else f"for {weeks} uger siden") if weeks <= FAR // WEEK else ""


def rows_of(milestones: Iterable[Milestone], today: date) -> list[MilestoneRow]:
    return [row_of(milestone, today) for milestone in milestones]


def by_phase(rows: Sequence[MilestoneRow], engagement: Engagement) -> list[tuple[Phase, list[MilestoneRow]]]:
    """The rows in phase order, each phase in order of time."""
    order = {phase: number for number, phase in enumerate(engagement.programme_version.phase_list())}
    ordered = sorted(rows, key=lambda row: order.get(Phase(row.milestone.phase), len(order)))
    return [(Phase(phase), list(group)) for phase, group in groupby(ordered, key=lambda row: row.milestone.phase)]


def phase_marks(engagement: Engagement) -> list[PhaseMark]:
    """The strip of phases; an engagement that is over has done them all."""
    phases = list(engagement.programme_version.phases.all())
    here = next((number for number, row in enumerate(phases) if row.phase == engagement.phase), 0)
    over = engagement.state == EngagementState.COMPLETED
    started = engagement.state != EngagementState.PLANNED
    marks = []
    for number, row in enumerate(phases):
        state = "done" if over or number < here else "current" if number == here and started else "coming"
        marks.append(
            PhaseMark(
                row.phase, row.get_phase_display(), f"ca. {danish.count(row.months, 'måned', 'måneder')}" if row.months else "", state
            )
        )
    return marks


def next_rows(rows: Sequence[MilestoneRow], today: date, number: int = 3) -> list[MilestoneRow]:
    """The next open milestones from today on."""
    coming = [row for row in rows if row.milestone.is_open and row.milestone.ends_on and row.milestone.ends_on >= today]
    return sorted(coming, key=lambda row: (_next_date(row.milestone, today), row.milestone.position))[:number]


def _next_date(milestone: Milestone, today: date) -> date:
    """What comes next of a milestone: its first day, or its last once it has begun."""
    first, last = milestone.starts_on or today, milestone.ends_on or today
    return first if first >= today else last


def counted(rows: Sequence[MilestoneRow]) -> tuple[int, int, int]:
    """(met, overdue, standing): how many are met and overdue of those that count."""
    standing = [row for row in rows if row.milestone.state != MilestoneState.DROPPED]
    met = sum(1 for row in standing if row.milestone.state == MilestoneState.MET)
    return met, sum(1 for row in standing if row.standing == Standing.OVERDUE), len(standing)


def bars(rows: Sequence[MilestoneRow]) -> list[Bar]:
    """What the timeline draws: dropped milestones are left to the list; repeated ones share a lane."""
    found = []
    for row in rows:
        milestone = row.milestone
        if milestone.occurrences and milestone.state != MilestoneState.DROPPED:
            known = [one for one in milestone.purposes.all() if one.purpose != Purpose.OTHER]
            repeated = any(one.sequence > 1 or one.purpose == Purpose.STATUS_MEETING for one in known)
            found.append(
                Bar(
                    subject=milestone.subject,
                    phase=Phase(milestone.phase),
                    occurrences=pairs(milestone.occurrences),
                    baseline=pairs(milestone.baseline),
                    is_exact=milestone.is_exact,
                    standing=row.standing,
                    optional=milestone.optional,
                    lane=known[0].purpose if repeated else str(milestone.pk),
                )
            )
    return found
