"""Who works on an engagement."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Organisation, User
from accounts.refusal import Refused
from accounts.states import Role
from engagements import access, reminders
from engagements.models import Engagement, TeamMember


@transaction.atomic
def join(*, engagement: Engagement, user: User, role: Role, by: User) -> TeamMember:
    """Put `user` on the team in a role that they hold today."""
    locked = _lock(engagement, by)
    if role not in user.roles():
        raise Refused(f"{user.full_name} har ikke rollen {role.label}.")
    refuse_conflict(user, locked.municipality)
    if locked.team_members.valid().filter(user=user, role=role).exists():
        raise Refused(f"{user.full_name} er allerede på teamet som {role.label.lower()}.")
    is_lead = role == Role.CONSULTANT and not locked.team_members.valid().filter(is_lead=True).exists()
    member = TeamMember.objects.create(engagement=locked, user=user, role=role, is_lead=is_lead)
    _record(locked, by, "team.join", {"team": [None, str(member)]})
    return member


@transaction.atomic
def lead(*, member: TeamMember, by: User) -> None:
    """Make a consultant of the team its lead: the municipality's contact."""
    locked = _lock(member.engagement, by)
    member = locked.team_members.valid().select_related("user").get(pk=member.pk)
    if member.role != Role.CONSULTANT:
        raise Refused("Projektlederen skal være konsulent.")
    refuse_conflict(member.user, locked.municipality)
    old = locked.team_members.valid().filter(is_lead=True).select_related("user").first()
    locked.team_members.filter(is_lead=True).update(is_lead=False)
    member.is_lead = True
    member.save(update_fields=["is_lead"])
    _record(locked, by, "team.lead", {"projektleder": [str(old.user) if old else None, str(member.user)]})


@transaction.atomic
def leave(*, member: TeamMember, by: User) -> None:
    """End a membership: it counts no more from the next request. The lead hands over first."""
    locked = _lock(member.engagement, by)
    member = locked.team_members.select_related("user").get(pk=member.pk)
    if member.is_lead:
        raise Refused("Vælg en ny projektleder, før den nuværende forlader teamet.")
    today = timezone.localdate()
    if member.valid_from >= today:
        member.delete()
    else:
        member.valid_to = today - timedelta(days=1)
        member.save(update_fields=["valid_to"])
    _record(locked, by, "team.leave", {"team": [str(member), None]})


def refuse_conflict(user: User, municipality: Organisation) -> None:
    """Nobody works with a municipality that they are *inhabil* towards."""
    if user.conflicts.standing().filter(organisation=municipality).exists():
        raise Refused(f"{user.full_name} er inhabil i forhold til {municipality.display_name} og kan ikke være på teamet. Vælg en anden.")


def _lock(engagement: Engagement, by: User) -> Engagement:
    locked = Engagement.objects.select_for_update(of=("self",)).select_related("scope", "municipality").get(pk=engagement.pk)
    access.require_engagement(by, access.STAFF, locked)
    return locked


def _record(engagement: Engagement, by: User, verb: str, changes: dict[str, list[str | None]]) -> None:
    """Every change of the team ends here: the history has it, and the reminders follow."""
    audit.record(by=by, verb=verb, target=engagement, scope=engagement.scope, changes=changes)
    reminders.reconcile([engagement])
