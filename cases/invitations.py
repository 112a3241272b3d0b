"""What a colleague who is invited to a single case is told of it, and which scopes they may hear of because of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from accounts.danish import long_date, week
from accounts.models import Notice, Scope, User
from accounts.notices import Line, NoticeKind
from accounts.obligations import Obligation
from accounts.states import Role
from cases import access
from cases.letter import due_milestone
from cases.models import Case
from cases.states import CaseState, RoundState
from engagements.overview import dates_text
from engagements.states import EngagementState, Precision


def title_of(case: Case) -> str:
    """What *Beskeder* says."""
    return f"Du er inviteret til at udfylde {case} – {case.round.engagement.municipality.display_name}"


def notices_of(case: Case, user: User) -> QuerySet[Notice]:
    """What the person was told of it."""
    return Notice.objects.filter(
        kind=INVITED.key, recipient=user, about_type__app_label="cases", about_type__model="case", about_id=str(case.pk)
    )


def describe(given: Sequence[Notice]) -> list[Line]:
    """The cases that the person may still fill in."""
    recipient = given[0].recipient
    numbers = {notice.about_id for notice in given}
    found = Case.objects.allowing(recipient, access.EDIT.action).filter(pk__in=numbers, state=CaseState.DRAFT)
    return [_line(case) for case in found.select_related("round__engagement__municipality").order_by("round", "number")]


def _line(case: Case) -> Line:
    due = _due(case)
    place = case.round.engagement.municipality.display_name
    text = f"Du er inviteret til at udfylde {case} og uploade dens akter. {f'Fristen er {long_date(due)}.' if due else ''}".strip()
    return Line(text, case.get_absolute_url(), f"{f'Frist {week(due)}: ' if due else ''}Udfyld {case} – {place}")


def _due(case: Case) -> date | None:
    milestone = due_milestone(case.round)
    return milestone.ends_on if milestone else None


INVITED = NoticeKind(
    key="cases.invited",
    label="Invitationer til en sag",
    help="Når kommunens koordinator inviterer dig til at udfylde en sag.",
    describe=describe,
    roles=(Role.EMPLOYEE,),
)


def scopes_seen_by(user: User) -> QuerySet[Any]:
    """The ids of the scopes in which the person is invited to a case."""
    if Role.EMPLOYEE not in user.roles():
        return Scope.objects.none().values("pk")
    return Scope.objects.filter(engagement__in=Case.objects.invited(user).values("round__engagement")).values("pk")


def find(user: User, today: date) -> list[Obligation]:
    """For *Opgaver*: the cases that an invited colleague fills in while the round is open."""
    if Role.EMPLOYEE not in user.roles():
        return []
    running = [EngagementState.PLANNED, EngagementState.ACTIVE]
    found = Case.objects.invited(user).filter(round__state=RoundState.OPEN, state=CaseState.DRAFT, round__engagement__state__in=running)
    cases = list(found.select_related("round__engagement__municipality", "round__engagement__programme_version__programme"))
    due = {case.round_id: _due(case) for case in {case.round_id: case for case in cases}.values()}
    return [_obligation(case, due[case.round_id]) for case in cases]


def _obligation(case: Case, due: date | None) -> Obligation:
    engagement = case.round.engagement
    return Obligation(
        key=f"case-{case.pk}",
        verb=f"Udfyld {case}, og upload dens akter",
        url=case.get_absolute_url(),
        action="Åbn sagen",
        place=str(engagement),
        municipality=engagement.municipality.display_name,
        scope_id=engagement.scope_id,
        due_on=due,
        dates=dates_text([[due, due]], Precision.DAY) if due else "",
        weeks=week(due) if due else "",
        responsible="Dig",
        is_own=True,
    )
