"""Giving and ending roles. What counts is the dates of the role: an open session sees a change on its next request."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts import people_access as access
from accounts.danish import plain_date
from accounts.models import Membership, Organisation, User
from accounts.refusal import Refused
from accounts.states import ROLE_KINDS, OrganisationKind, Role

GIVEN = {"role.add", "role.accept", "role.take_over"}
NOT_ONESELF = "Du kan ikke give dig selv en rolle. Bed en anden administrator eller leder om det."


@transaction.atomic
def add_role(*, person: User, organisation: Organisation, role: Role, valid_from: date, valid_to: date | None, by: User) -> Membership:
    """Give somebody a role from a day (today or later) to a day, or until it is ended."""
    access.require_in(by, access.ADD_ROLE, organisation.pk)
    person = User.objects.get_queryset().select_for_update().get(pk=person.pk)
    sentence = why_not_give(person, by) or why_not_hold(person, organisation, role, valid_from, valid_to)
    if sentence:
        raise Refused(sentence)
    membership = Membership.objects.create(user=person, organisation=organisation, role=role, valid_from=valid_from, valid_to=valid_to)
    record(membership, "role.add", by, fra=[None, valid_from], til=[None, valid_to])
    return membership


@transaction.atomic
def end_role(*, membership: Membership, last_day: date | None, by: User) -> None:
    """Let a role end after `last_day` (today or later), or with None at once: it counts no more on the next request."""
    lock_organisation(membership.organisation_id)
    membership = Membership.objects.select_for_update().select_related("user", "organisation").get(pk=membership.pk)
    access.require_in(by, access.END_ROLE, membership.organisation_id)
    today = timezone.localdate()
    if membership.valid_to is not None and membership.valid_to < today:
        raise Refused("Rollen er allerede ophørt.")
    if last_day is not None and last_day < max(today, membership.valid_from):
        raise Refused(f"Vælg {plain_date(max(today, membership.valid_from))} eller en senere dag.")
    sentence = why_not_end(membership, last_day)
    if sentence:
        raise Refused(sentence)
    old = membership.valid_to
    record(membership, "role.end", by, til=[old, last_day or "straks"])
    close(membership, last_day or today - timedelta(days=1))


def close(membership: Membership, last_day: date) -> None:
    """Write the last day; a role that had not begun by then never was."""
    if membership.valid_from > last_day:
        membership.delete()
    else:
        membership.valid_to = last_day
        membership.save(update_fields=["valid_to"])


def why_not_give(person: User, by: User) -> str:
    """The sentence that refuses `by` to give the person any role, or ""."""
    if person == by:
        return NOT_ONESELF
    return "" if person.is_active else f"{person.full_name} er spærret. Åbn adgangen først."


def why_not_dates(organisation: Organisation, role: Role, valid_from: date, valid_to: date | None) -> str:
    """The sentence that says why nobody can hold the role there in these days, or ""."""
    if OrganisationKind(organisation.kind) not in ROLE_KINDS[role]:
        return f"Rollen {role.label} findes ikke i {organisation.display_name}."
    if valid_from < timezone.localdate():
        return "En rolle kan tidligst begynde i dag."
    return "Slutdatoen ligger før startdatoen." if valid_to is not None and valid_to < valid_from else ""


def why_not_hold(person: User, organisation: Organisation, role: Role, valid_from: date, valid_to: date | None) -> str:
    """The sentence that says why the person cannot hold the role in these days, or ""."""
    sentence = why_not_dates(organisation, role, valid_from, valid_to)
    if sentence:
        return sentence
    held = person.memberships.filter(organisation=organisation, role=role).not_over(valid_from)
    if valid_to is not None:
        held = held.filter(valid_from__lte=valid_to)
    return f"{person.full_name} har allerede rollen {role.label} i {organisation.display_name} i de dage." if held.exists() else ""


def why_not_end(membership: Membership, last_day: date | None = None) -> str:
    """The sentence that says why the role cannot end after `last_day` (None = at once), or "": an organisation keeps an administrator."""
    if membership.role != Role.ADMIN or not membership.user.is_active:
        return ""
    return why_not_without(membership, (last_day or timezone.localdate() - timedelta(days=1)) + timedelta(days=1))


def why_not_without(membership: Membership, day: date) -> str:
    """The sentence that says why an organisation cannot do without this administrator from `day` on, or ""."""
    admins = Membership.objects.filter(organisation=membership.organisation_id, role=Role.ADMIN, user__is_active=True)
    if admins.valid(day).exclude(user=membership.user_id).exists():
        return ""
    name = membership.organisation.display_name
    return f"{membership.user.full_name} er den sidste administrator i {name}. Giv først en anden rollen."


def lock_organisation(pk: int) -> None:
    """Two people who end each other's role, or take it twice, are heard one after the other."""
    Organisation.objects.select_for_update().get(pk=pk)


def record(membership: Membership, verb: str, by: User, **dates: list[date | str | None]) -> None:
    """Write in the person's history what happened to a role of theirs, and in which organisation (leaders see those of their own)."""
    before, after = (None, str(membership)) if verb in GIVEN else (str(membership), None)
    days = {name: [str(day) if day else None for day in pair] for name, pair in dates.items()}
    changes = {"rolle": [before, after], **days}
    audit.record(by=by, verb=verb, target=membership.user, scope=None, changes=changes)
