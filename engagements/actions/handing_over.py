"""What hangs on a role in the engagements: the places on teams. A colleague takes them over, the lead included."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.danish import join
from accounts.handover import Belonging
from accounts.models import Membership, User
from engagements import reminders
from engagements.models import Engagement, TeamMember


def find(membership: Membership, to: User) -> list[Belonging]:
    """The places on teams of running engagements; refused where the colleague is *inhabil*, with a sentence that names every place."""
    members = list(_places(membership, timezone.localdate()))
    barred = sorted({member.engagement.municipality.display_name for member in members if _is_barred(member, to)})
    refusal = (
        f"{to.full_name} er inhabil i forhold til {join(barred)} og kan ikke overtage forløb dér. "
        "Vælg en anden kollega, eller sæt først en anden på teamet."
    )
    return [Belonging(_text(member), refusal if _is_barred(member, to) else "") for member in members]


def move(membership: Membership, to: User, from_day: date, by: User) -> None:
    """Give every place to the colleague from `from_day` on; the giver's ends the day before."""
    engagements = Engagement.objects.filter(team_members__in=_places(membership, from_day))
    touched = list(Engagement.objects.filter(pk__in=engagements).order_by("pk").select_for_update())
    for member in _places(membership, from_day):
        _hand_over(member, to, max(from_day, member.valid_from))
        changes = {"team": [str(member), f"{to} ({member.get_role_display()})"], "fra": [None, str(from_day)]}
        audit.record(by=by, verb="team.hand_over", target=member.engagement, scope=member.engagement.scope, changes=changes)
    reminders.reconcile(touched)


def _places(membership: Membership, day: date) -> QuerySet[TeamMember]:
    """The giver's places in this role that are not over on `day`, in engagements that still run."""
    found = TeamMember.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), user=membership.user_id, role=membership.role)
    running = found.filter(engagement__in=Engagement.objects.running())
    return running.select_related("user", "engagement__municipality", "engagement__scope").order_by("engagement__municipality__name", "pk")


def _is_barred(member: TeamMember, to: User) -> bool:
    return member.engagement.municipality_id in to.conflicting_ids()


def _text(member: TeamMember) -> str:
    return f"{'Projektleder' if member.is_lead else 'På teamet'} i {member.engagement}"


def _hand_over(member: TeamMember, to: User, start: date) -> None:
    """End the giver's place the day before `start`, and let the colleague have it, the lead included."""
    last_day, ends = start - timedelta(days=1), member.valid_to
    if member.valid_from > last_day:
        TeamMember.objects.filter(pk=member.pk).delete()
    else:
        TeamMember.objects.filter(pk=member.pk).update(valid_to=last_day)
    theirs = member.engagement.team_members.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=start), user=to, role=member.role)
    held = theirs.order_by("valid_from").first()
    if held is not None and (held.is_lead or not member.is_lead) and held.valid_from <= start:
        return
    if held is not None and held.valid_from < start:  # on the team already: a new place from the day on which they lead
        ends = held.valid_to
        TeamMember.objects.filter(pk=held.pk).update(valid_to=last_day)
    elif held is not None:
        ends = held.valid_to
        held.delete()
    is_lead = member.is_lead or bool(held and held.is_lead)
    TeamMember.objects.create(engagement=member.engagement, user=to, role=member.role, is_lead=is_lead, valid_from=start, valid_to=ends)
