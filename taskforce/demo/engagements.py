"""The demo engagements: different programmes, phases and states, always in the middle of things on the seeded day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone

from accounts.models import Organisation, User
from accounts.states import Role
from engagements import timetable
from engagements.actions import importing, lifecycle, milestones, moving, opening
from engagements.calendar import add_months, next_working_day
from engagements.models import Engagement, Milestone, ProgrammeVersion
from engagements.states import Area, EngagementState, MilestoneState, Phase, Precision, Purpose

HEDENSTED_START = date(2016, 2, 1)
MET_REASON = "Gennemført som aftalt"


@dataclass(frozen=True)
class Story:
    """One engagement of the demo, started `months_ago`; `then` plays what has happened to it since."""

    municipality: str
    programme: str
    area: Area
    months_ago: int
    consultant: str
    others: tuple[str, ...] = ()
    phase: Phase | None = None
    then: Callable[[Engagement, User, date], None] | None = None


def seed(people: Mapping[str, User], today: date) -> int:
    """Make the engagements that are missing; returns how many were made."""
    made = 0
    for story in STORIES:
        municipality = Organisation.objects.municipalities().get(name=story.municipality)
        version = ProgrammeVersion.objects.filter(programme__slug=story.programme).latest("number")
        if Engagement.objects.filter(municipality=municipality, programme_version__programme=version.programme).exists():
            continue
        _play(story, municipality, version, people, today)
        made += 1
    return made


def _play(story: Story, municipality: Organisation, version: ProgrammeVersion, people: Mapping[str, User], today: date) -> None:
    lead = people[story.consultant]
    starts_on = HEDENSTED_START if story.then is _hedensted else next_working_day(add_months(today, -story.months_ago))
    engagement = opening.open_engagement(
        municipality=municipality,
        version=version,
        area=story.area,
        starts_on=starts_on,
        template=version.plan_templates.filter(is_default=True).first(),
        team=[(lead, Role.CONSULTANT), *((people[key], _role(people[key])) for key in story.others)],
        by=lead,
    )
    if story.phase:
        lifecycle.move(engagement, to=EngagementState.ACTIVE, by=lead)
        phases = version.phase_list()
        for phase in phases[1 : phases.index(story.phase) + 1]:
            lifecycle.change_phase(engagement=engagement, to=phase, by=lead)
    if story.then:
        story.then(engagement, lead, today)


def _role(user: User) -> Role:
    return Role(next(iter(user.roles())))


def _meet_past(engagement: Engagement, lead: User, today: date, leave_open: int = 0) -> None:
    """Meet what lies in the past, but for the last few that are waited for."""
    past = list(
        Milestone.objects.filter(engagement=engagement, state=MilestoneState.OPEN, ends_on__lt=today).order_by("ends_on", "position")
    )
    for milestone in past[: len(past) - leave_open]:
        milestone.engagement = engagement
        on = min(milestone.ends_on or today, timezone.localdate())  # nothing is met in the future, whatever day the demo is for
        milestones.meet(milestone=milestone, on=on, reason=MET_REASON, by=lead)


def _hedensted(engagement: Engagement, lead: User, today: date) -> None:
    """The 2016 timetable, imported as a consultant would, all of it met long ago: an engagement that is over."""
    text = (Path(__file__).parent / "hedensted_2016.txt").read_text(encoding="utf-8")
    read = timetable.read(text, year=None, today=today)
    importing.import_timetable(
        engagement=engagement, rows=read.rows, replace=True, past_is_met=True, by=lead, plan_number=engagement.plan_number
    )
    for phase in engagement.programme_version.phase_list()[1:]:
        lifecycle.change_phase(engagement=engagement, to=phase, by=lead)
    lifecycle.move(engagement, to=EngagementState.COMPLETED, by=lead, reason="Statusrapporten er præsenteret")


def _in_analysis(engagement: Engagement, lead: User, today: date) -> None:
    """In the middle of the analysis: the cases got a later date, two things are late, and the learning seminar has been moved."""
    _later_cases(engagement, lead, today)
    _meet_past(engagement, lead, today, leave_open=2)
    seminar = engagement.milestones.filter(purposes__purpose=Purpose.LEARNING_SEMINAR, state=MilestoneState.OPEN).first()
    if seminar is None or seminar.starts_on is None:
        return
    seminar.engagement = engagement
    day = next_working_day(max(seminar.starts_on, today) + timedelta(days=8))
    moving.move(
        milestone=seminar,
        occurrences=((day, day),),
        precision=Precision.DAY,
        source_text="",
        with_followers=False,
        reason="Kommunens lokaler var optaget",
        by=lead,
        plan_number=engagement.plan_number,
    )


def _later_cases(engagement: Engagement, lead: User, today: date) -> None:
    """The cases are due in two weeks, and everything that follows from them comes later too: they are half-way in (intake.py)."""
    due = engagement.milestones.get(purposes__purpose=Purpose.CASES_DUE)
    due.engagement = engagement
    day = next_working_day(today + timedelta(days=13))
    moving.move(
        milestone=due,
        occurrences=((day, day),),
        precision=Precision.DAY,
        source_text="",
        with_followers=True,
        reason="Kommunen skifter fagsystem",
        by=lead,
        plan_number=engagement.plan_number,
    )
    engagement.refresh_from_db(fields=["plan_number"])


def _in_development(engagement: Engagement, lead: User, today: date) -> None:
    _meet_past(engagement, lead, today)


def _paused(engagement: Engagement, lead: User, today: date) -> None:
    _meet_past(engagement, lead, today)
    lifecycle.move(engagement, to=EngagementState.PAUSED, by=lead, reason="Kommunen har fået ny ledelse og vender tilbage efter nytår")


STORIES = (
    Story("Hedensted", "handicap-voksne", Area.ADULT, 0, "katrine", ("jonas", "amalie", "vibeke"), Phase.ANALYSIS, _hedensted),
    Story("Hedensted", "handicap-boern", Area.CHILD, 3, "katrine", ("jonas", "vibeke"), Phase.ANALYSIS, _in_analysis),
    Story("Aabenraa", "handicap-voksne", Area.ADULT, 15, "katrine", ("jonas", "amalie", "vibeke"), Phase.DEVELOPMENT, _in_development),
    Story("Skive", "handicap-boern", Area.CHILD, 1, "mikkel", ("amalie",), Phase.ANALYSIS, _in_development),
    Story("Svendborg", "udsatte-boern", Area.VULNERABLE, 12, "katrine", ("amalie", "vibeke"), Phase.DEVELOPMENT, _in_development),
    Story("Næstved", "handicap-voksne", Area.ADULT, 8, "mikkel", ("jonas",), Phase.PLANNING, _paused),
    Story("Ærø", "temadag", Area.ADULT, -1, "mikkel", (), None, None),
)
