"""The timetable on paper and as a workbook."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from accounts import audit, danish, jobs
from accounts.models import Job
from accounts.refusal import Denied, Refused
from documents import actions, pdf, spreadsheet
from engagements import access, calendar
from engagements.expressions import write
from engagements.models import Engagement, Milestone, TeamMember
from engagements.overview import MilestoneRow, PhaseMark, by_phase, phase_marks, rows_of
from engagements.plan import pairs
from engagements.states import MilestoneState, Precision

TIMETABLE_PDF = "timetable.pdf"
KEEP = timedelta(days=7)
STEPS = ("Henter tidsplanen", "Sætter siderne op", "Kontrollerer tilgængelighed")
PHASE_STATES = {"done": "Gennemført", "current": "I gang nu", "coming": "Kommer"}
COLUMNS = (
    "ID", "Fase", "Milepæl", "Start", "Slut", "Uge", "Dato som skrevet", "Hvem", "Type", "Eventuel", "Status",
    "Opfyldt den", "Oprindelig start", "Bemærkning",
)  # fmt: skip
NOTE_COLUMNS = {"Dato som skrevet", "Bemærkning"}  # what people wrote: not for everybody who sees the plan


@dataclass(frozen=True)
class PlanRow:
    """A milestone as a row of the PDF: what its list line lacks."""

    line: MilestoneRow
    weeks: str
    optional: str
    place: str


@dataclass(frozen=True)
class PhaseBlock:
    """A phase with its rows, as a heading and a table of the PDF."""

    key: str
    label: str
    period: str
    state: str
    state_text: str
    amount: str
    rows: list[PlanRow]


def render_timetable(job: Job) -> uuid.UUID:
    """Make the PDF that the job asks for and return the id of the stored file.

    Raises Refused when the person who asked may no longer see the engagement.
    """
    _tell(job, 0)
    engagement = _engagement(job)
    today = timezone.localdate()
    milestones = list(engagement.milestones.chronological())
    _tell(job, 1)
    content = pdf.render(
        "pdf/timetable.html",
        timetable_context(engagement, milestones, today),
        title=f"Tidsplan: {engagement}",
        description=f"{engagement.programme_version.programme.name}, som planen så ud {danish.plain_date(today)}",
        before_check=lambda: _tell(job, 2),
    )
    with transaction.atomic():
        stored = actions.store(
            content=content,
            name=timetable_name(engagement, "pdf"),
            content_type=pdf.PDF,
            scope=engagement.scope,
            by=job.requested_by,
            keep=KEEP,
        )
        audit.record(by=job.requested_by, verb=TIMETABLE_PDF, target=engagement, scope=engagement.scope)
    return stored.pk


def timetable_context(engagement: Engagement, milestones: Sequence[Milestone], today: date) -> dict[str, Any]:
    """What templates/pdf/timetable.html prints. Dropped milestones are counted, not shown."""
    standing = [milestone for milestone in milestones if milestone.state != MilestoneState.DROPPED]
    blocks = _blocks(engagement, rows_of(standing, today))
    dropped = len(milestones) - len(standing)
    return {
        "engagement": engagement,
        "programme": engagement.programme_version.programme.name,
        "starts_on": danish.plain_date(engagement.starts_on),
        "printed": danish.plain_date(today),
        "lead": _lead(engagement),
        "phases": blocks,
        "tables": [block for block in blocks if block.rows],
        "dropped": f"{danish.count(dropped, 'bortfaldet milepæl', 'bortfaldne milepæle')} er ikke vist." if dropped else "",
    }


def timetable_name(engagement: Engagement, extension: str) -> str:
    """Tidsplan_Hedensted-Kommune_2026-11-21.pdf"""
    municipality = re.sub(r"[^\w]+", "-", engagement.municipality.display_name).strip("-")
    return f"Tidsplan_{municipality}_{timezone.localdate():%Y-%m-%d}.{extension}"


def timetable_workbook(engagement: Engagement, milestones: Iterable[Milestone], *, with_notes: bool) -> bytes:
    """The timetable as .xlsx, one milestone a row, in the order given; without notes the columns of what people wrote are left out."""
    today = timezone.localdate()
    kept = [number for number, heading in enumerate(COLUMNS) if with_notes or heading not in NOTE_COLUMNS]
    rows = [_cells(milestone, today) for milestone in milestones]
    return spreadsheet.workbook(
        title=f"Tidsplan: {engagement}",
        sheet="Tidsplan",
        headings=[COLUMNS[number] for number in kept],
        rows=[[row[number] for number in kept] for row in rows],
        author=pdf.AUTHOR,
    )


def _tell(job: Job, done: int) -> None:
    jobs.tell(job, step=STEPS[done], done=done, total=len(STEPS))


def _engagement(job: Job) -> Engagement:
    try:
        return access.get_engagement(job.requested_by, job.object_id)
    except (Http404, Denied):
        raise Refused("Du har ikke længere adgang til forløbet, så tidsplanen er ikke lavet.") from None


def _lead(engagement: Engagement) -> TeamMember | None:
    return next((member for member in engagement.team() if member.is_lead), None)


def _blocks(engagement: Engagement, rows: Sequence[MilestoneRow]) -> list[PhaseBlock]:
    """The programme's phases in order, and after them those that only the rows know."""
    found = {phase.value: group for phase, group in by_phase(rows, engagement)}
    blocks = [_block(mark, found.pop(mark.key, [])) for mark in phase_marks(engagement)]
    blocks += [_block(PhaseMark(key, group[0].milestone.get_phase_display(), "", ""), group) for key, group in found.items()]
    return blocks


def _block(mark: PhaseMark, lines: list[MilestoneRow]) -> PhaseBlock:
    days = [day for line in lines for day in (line.milestone.starts_on, line.milestone.ends_on) if day]
    months = (min(days).replace(day=1), calendar.month_end(max(days))) if days else None
    return PhaseBlock(
        key=mark.key,
        label=mark.label,
        period=write((months,), Precision.MONTHS) if months else mark.months,
        state=mark.state,
        state_text=PHASE_STATES.get(mark.state, ""),
        amount=danish.count(len(lines), "milepæl", "milepæle"),
        rows=[_row(line) for line in lines],
    )


def _row(line: MilestoneRow) -> PlanRow:
    """Weeks of one year (others are written in full, with the date); "evt." and the place where the subject does not say so itself."""
    milestone = line.milestone
    subject = milestone.subject.lower()
    weeks = line.weeks.removeprefix("uge ")
    return PlanRow(
        line=line,
        weeks="" if "uge" in weeks else weeks,
        optional="evt." if milestone.optional and "evt." not in subject and "eventuel" not in subject else "",
        place="" if milestone.place.lower() in subject else milestone.place,
    )


def _cells(milestone: Milestone, today: date) -> list[spreadsheet.Cell]:
    return [
        milestone.pk,
        milestone.get_phase_display(),
        milestone.subject,
        milestone.starts_on,
        milestone.ends_on,
        _week(milestone),
        milestone.source_text or write(pairs(milestone.occurrences), Precision(milestone.precision)),
        milestone.get_party_display(),
        milestone.get_kind_display(),
        "Ja" if milestone.optional else None,
        milestone.standing_on(today).label,
        milestone.met_at,
        milestone.baseline[0][0] if milestone.baseline else None,
        milestone.note,
    ]


def _week(milestone: Milestone) -> int | str | None:
    """A single week as a number, so that the column sorts."""
    if milestone.starts_on is None or milestone.ends_on is None:
        return None
    weeks = danish.week_range(milestone.starts_on, milestone.ends_on).removeprefix("uge ")
    return int(weeks) if weeks.isdigit() else weeks
