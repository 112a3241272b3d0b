"""Reminders that are due now: each of an engagement of its own, to its own lead, so that each becomes a mail of its own."""

from __future__ import annotations

from datetime import timedelta
from itertools import count, cycle

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Organisation, Scope, User
from accounts.states import OrganisationKind, Role
from engagements.calendar import add_working_days
from engagements.models import Engagement, Milestone, PlanTemplate, ProgrammeVersion, Reminder, TeamMember
from engagements.states import EngagementState, Kind, Mode, Party, Phase, Precision

STEP, DAYS = "before-7", 7
SUBJECT = "Bestilling af materialer"
_numbers = count(1)


@transaction.atomic
def make(number: int) -> None:
    """`number` reminders to `number` people, through the models alone; the database must hold the catalogue."""
    today = timezone.localdate()
    people = _consultants(number)
    engagements = _engagements(people)
    due_on = add_working_days(today, DAYS)
    values = {"phase": Phase.ANALYSIS, "kind": Kind.DEADLINE, "party": Party.TASK_FORCE, "precision": Precision.DAY, "mode": Mode.FIXED}
    milestones = Milestone.objects.bulk_create(
        [Milestone(engagement=one, position=1, subject=SUBJECT, occurrences=[[due_on, due_on]], **values) for one in engagements],
        batch_size=1000,
    )
    due_at = timezone.now() - timedelta(minutes=1)
    Reminder.objects.bulk_create(
        [Reminder(milestone=of, due_on=due_on, step=STEP, recipient=to, due_at=due_at) for of, to in zip(milestones, people, strict=True)],
        batch_size=1000,
    )


def _consultants(number: int) -> list[User]:
    authority = Organisation.objects.get(kind=OrganisationKind.SBST)
    numbers = [next(_numbers) for _ in range(number)]
    names = [User(email=f"person{one}@example.dk", full_name=f"Person {one}") for one in numbers]
    people = User.objects.get_queryset().bulk_create(names, batch_size=1000)
    held = {"organisation": authority, "role": Role.CONSULTANT, "valid_from": timezone.localdate()}
    Membership.objects.bulk_create([Membership(user=one, **held) for one in people], batch_size=1000)
    return people


def _engagements(leads: list[User]) -> list[Engagement]:
    places = cycle(Organisation.objects.municipalities())
    version = ProgrammeVersion.objects.filter(plan_templates__in=PlanTemplate.objects.filter(is_default=True)).order_by("pk").first()
    if version is None:
        raise LookupError("No programme has a plan template: the catalogue is missing.")
    scopes = Scope.objects.bulk_create([Scope(organisation=next(places)) for _ in leads], batch_size=1000)
    engagements = Engagement.objects.bulk_create(
        [
            Engagement(
                scope=scope,
                municipality=scope.organisation,
                programme_version=version,
                area=version.programme.areas[0],
                state=EngagementState.ACTIVE,
                phase=Phase.ANALYSIS,
                starts_on=timezone.localdate(),
                created_by=lead,
            )
            for scope, lead in zip(scopes, leads, strict=True)
        ],
        batch_size=1000,
    )
    team = [TeamMember(engagement=of, user=lead, role=Role.CONSULTANT, is_lead=True) for of, lead in zip(engagements, leads, strict=True)]
    TeamMember.objects.bulk_create(team, batch_size=1000)
    return engagements
