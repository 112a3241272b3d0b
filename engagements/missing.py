"""*Hvad mangler vi?*: what each party still owes an engagement now, what has been delivered, and the same as text for a mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F

from accounts.danish import plain_date
from engagements.models import Engagement, Milestone
from engagements.overview import MilestoneRow, row_of
from engagements.responsible import Answerable
from engagements.states import DEADLINE_KINDS, MilestoneState, Party, Phase, Standing
from engagements.task_words import verb_of

SOON = timedelta(days=30)
PARTIES = (Party.MUNICIPALITY, Party.BOTH, Party.TASK_FORCE, Party.ANKESTYRELSEN, Party.VISO, Party.UNKNOWN)


@dataclass(frozen=True)
class Owed:
    """One thing that is missing or has been delivered."""

    verb: str
    row: MilestoneRow
    responsible: str


@dataclass(frozen=True)
class Missing:
    """What is missing by party, what has been delivered, how many come later, and how many are overdue."""

    parties: list[tuple[str, list[Owed]]]
    delivered: list[Owed]
    later: int
    overdue: int


def read(engagement: Engagement, today: date, *, by_name: bool) -> Missing:
    """What has to be delivered in the phases up to the present one or within 30 days, and whatever is overdue.

    Without `by_name` nobody of the municipality is named: for a consultant outside the team.
    """
    people = Answerable([engagement])
    found = engagement.milestones.select_related("assignment").prefetch_related("purposes")
    owed = []
    for milestone in found.order_by(F("ends_on").asc(nulls_last=True), "position"):
        milestone.engagement = engagement
        named = people.text(milestone) if by_name else milestone.get_party_display()
        owed.append(Owed(verb_of(milestone), row_of(milestone, today), named))
    counting = [one for one in owed if _counts(one)]
    phases = engagement.programme_version.phase_list()
    so_far = set(phases[: phases.index(Phase(engagement.phase)) + 1]) if engagement.phase in phases else set()
    still = [one for one in counting if one.row.milestone.is_open]
    now = [one for one in still if _is_due(one.row.milestone, so_far, today)]
    delivered = [one for one in counting if one.row.milestone.state == MilestoneState.MET]
    return Missing(
        parties=[(party.label, rows) for party in PARTIES if (rows := [one for one in now if one.row.milestone.party == party])],
        delivered=sorted(delivered, key=lambda one: one.row.milestone.met_at or today, reverse=True),
        later=len(still) - len(now),
        overdue=sum(1 for one in now if one.row.standing == Standing.OVERDUE),
    )


def as_text(missing: Missing, engagement: Engagement, today: date) -> str:
    """The list as lines for a mail, without anything but tasks, dates and who answers for them."""
    lines = [f"{engagement}: status pr. {plain_date(today)}."]
    for label, rows in missing.parties:
        lines += ["", f"{label} mangler:" if label != Party.BOTH.label else "Begge parter mangler:"]
        lines += [f"- {one.verb}, {_when(one)}" for one in rows]
    if not missing.parties:
        lines += ["", "Der mangler ikke noget lige nu."]
    if missing.delivered:
        lines += ["", "Leveret:", *[f"- {one.verb}, {plain_date(one.row.milestone.met_at or today)}" for one in missing.delivered]]
    return "\n".join(lines)


def _counts(one: Owed) -> bool:
    """A delivery counts; a meeting or a period only once it is overdue; what is optional never."""
    milestone = one.row.milestone
    if milestone.optional or milestone.state == MilestoneState.DROPPED:
        return False
    return milestone.kind in DEADLINE_KINDS or one.row.standing == Standing.OVERDUE


def _is_due(milestone: Milestone, so_far: set[Phase], today: date) -> bool:
    return milestone.phase in so_far or (milestone.ends_on is not None and milestone.ends_on <= today + SOON)


def _when(one: Owed) -> str:
    weeks = f" ({one.row.weeks})" if one.row.weeks else ""
    late = ", overskredet" if one.row.standing == Standing.OVERDUE else ""
    named = "" if one.responsible == one.row.party else f", {one.responsible}"
    return f"{one.row.dates}{weeks}{late}{named}"
