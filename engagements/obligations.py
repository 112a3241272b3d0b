"""What the milestones ask of a person: everything open in their engagements that run, and what was met in the last 30 days.

Registered with accounts.obligations; *Opgaver* and *Min uge* show it. The number of queries does not depend on how much there is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import F, Q
from django.urls import reverse

from accounts.models import User
from accounts.obligations import Obligation
from accounts.states import Role
from engagements import access
from engagements.models import Engagement, Milestone
from engagements.overview import dates_text, weeks_text
from engagements.places import Place, place_of
from engagements.responsible import Answerable, own_side, roles_in
from engagements.states import EVENT_KINDS, EngagementState, MilestoneState, Party
from engagements.task_words import verb_of

REMEMBERED = timedelta(days=30)
RUNNING = (EngagementState.PLANNED, EngagementState.ACTIVE)


def find(user: User, today: date) -> list[Obligation]:
    """Milestones of the engagements on which the person works, and those delegated to them as an employee; none while it is paused.

    An optional one whose date has passed is nobody's task any more (domain rule 15).
    """
    own = {engagement.pk: engagement for engagement in _engagements(user)}
    listed = _wanted(Milestone.objects.filter(engagement__in=own), today)
    for milestone in listed:
        milestone.engagement = own[milestone.engagement_id]
    handed = [one for one in _handed(user, today) if one.engagement_id not in own]
    everything = own | {one.engagement_id: one.engagement for one in handed}
    people = Answerable(everything.values())
    return [
        *(_of_insider(milestone, user, people, today) for milestone in listed),
        *(_of_employee(milestone, people, today) for milestone in handed if people.assigned(milestone) == user),
    ]


def _engagements(user: User) -> Iterable[Engagement]:
    """The person's own: of the team, or of the municipality where they are coordinator or leader."""
    municipal = Q(municipality__in=user.organisation_ids(Role.COORDINATOR, Role.LEADER))
    on_team = Q(pk__in=Engagement.objects.of_team(user).values("pk"))
    found = Engagement.objects.visible_to(user).filter(municipal | on_team, state__in=RUNNING)
    return found.select_related("municipality", "programme_version__programme").with_team()


def _handed(user: User, today: date) -> list[Milestone]:
    if Role.EMPLOYEE not in user.roles():
        return []
    found = Milestone.objects.handed_to(user).select_related("engagement__municipality", "engagement__programme_version__programme")
    return _wanted(found, today)


def _wanted(found: object, today: date) -> list[Milestone]:
    """Open ones, and those met lately, with what a line of a list says of them."""
    still = Q(state=MilestoneState.OPEN) & ~Q(optional=True, ends_on__lt=today)
    lately = Q(state=MilestoneState.MET, met_at__gte=today - REMEMBERED)
    rows = found.filter(still | lately).select_related("assignment__by")  # type: ignore[attr-defined]
    return list(rows.prefetch_related("purposes").order_by(F("ends_on").asc(nulls_last=True), "position", "pk"))


def _of_insider(milestone: Milestone, user: User, people: Answerable, today: date) -> Obligation:
    engagement, roles = milestone.engagement, roles_in(user, milestone.engagement)
    ours = bool(own_side(roles, Party(milestone.party)))
    is_own = people.is_own(milestone, user, roles)
    can_meet = milestone.is_open and not access.why_not_engagement(user, access.PLAN, engagement)
    can_delegate = (
        ours
        and milestone.is_open
        and not people.is_others(milestone, roles)
        and not access.why_not_engagement(user, access.DELEGATE, engagement)
    )
    note = _from_whom(milestone) if people.assigned(milestone) == user else ""
    return _obligation(
        milestone, people, today, place_of(milestone), is_own=is_own, of_colleague=ours and not is_own, note=note,
        delegate_url=reverse("milestone-delegate", args=[engagement.pk, milestone.pk]) if can_delegate else "",
        meet_url=reverse("milestone-meet", args=[engagement.pk, milestone.pk]) if can_meet else "",
    )  # fmt: skip


def _of_employee(milestone: Milestone, people: Answerable, today: date) -> Obligation:
    place = Place(reverse("task", args=[milestone.pk]))
    return _obligation(milestone, people, today, place, is_own=True, note=_from_whom(milestone))


def _from_whom(milestone: Milestone) -> str:
    return f"Uddelegeret af {milestone.assignment.by.full_name}"


def _obligation(
    milestone: Milestone, people: Answerable, today: date, place: Place, *, is_own: bool, of_colleague: bool = False, note: str = "",
    delegate_url: str = "", meet_url: str = "",
) -> Obligation:  # fmt: skip
    engagement = milestone.engagement
    return Obligation(
        key=f"milestone-{milestone.pk}",
        verb=verb_of(milestone),
        url=place.url,
        action=place.action,
        place=str(engagement),
        municipality=engagement.municipality.display_name,
        scope_id=engagement.scope_id,
        due_on=milestone.ends_on,
        starts_on=_next_start(milestone, today),
        dates=dates_text(milestone.occurrences, milestone.precision),
        weeks=weeks_text(milestone.occurrences, milestone.precision),
        responsible=people.text(milestone),
        party=milestone.get_party_display(),
        of_municipality=milestone.party == Party.MUNICIPALITY,
        is_own=is_own,
        of_colleague=of_colleague,
        is_meeting=milestone.kind in EVENT_KINDS,
        optional=milestone.optional,
        met_on=milestone.met_at,
        note=note,
        delegate_url=delegate_url,
        meet_url=meet_url,
    )


def _next_start(milestone: Milestone, today: date) -> date | None:
    """The first day of the occurrence that comes next, or goes on; of a milestone that is past, its first day."""
    return next((first for first, last in milestone.occurrences if last >= today), milestone.starts_on)
