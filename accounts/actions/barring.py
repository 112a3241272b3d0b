"""Closing somebody's access at once, opening it again, and taking a lost second factor away."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from accounts import audit, outbox
from accounts import people_access as access
from accounts.actions.roles import lock_organisation, why_not_without
from accounts.mails import FACTOR_RESET
from accounts.models import Membership, User
from accounts.refusal import Refused
from accounts.states import Role

NOT_ONESELF = "Du kan ikke spærre din egen adgang. Bed en anden administrator om det."
NOT_OWN_FACTOR = (
    "Du kan ikke nulstille din egen totrinsbekræftelse her. Skift den under Min konto, eller bed en anden administrator om det."
)


@transaction.atomic
def bar(*, person: User, reason: str, by: User) -> None:
    """Nobody gets in as this person any more, and every open session ends now. Roles and history stay."""
    access.require_person(by, access.BAR, person)
    for organisation_id in sorted({membership.organisation_id for membership in _admin_roles(person)}):
        lock_organisation(organisation_id)
    person = User.objects.get_queryset().select_for_update().get(pk=person.pk)
    sentence = why_not_bar(person, by)
    if sentence:
        raise Refused(sentence)
    person.is_active = False
    person.save(update_fields=["is_active"])
    end_sessions(person)
    audit.record(by=by, verb="person.bar", target=person, scope=None, changes={"adgang": ["åben", "spærret"]}, reason=reason)


@transaction.atomic
def unbar(*, person: User, by: User) -> None:
    """Let the person log in again, with the roles that still count."""
    access.require_person(by, access.BAR, person)
    person = User.objects.get_queryset().select_for_update().get(pk=person.pk)
    if person.is_active:
        raise Refused(f"{person.full_name} er ikke spærret.")
    person.is_active = True
    person.save(update_fields=["is_active"])
    audit.record(by=by, verb="person.unbar", target=person, scope=None, changes={"adgang": ["spærret", "åben"]})


@transaction.atomic
def reset_factor(*, person: User, by: User) -> None:
    """Take the second factor away after the person has been recognised in another way; they are told, and set a new one."""
    access.require_person(by, access.RESET_FACTOR, person)
    person = User.objects.get_queryset().select_for_update().get(pk=person.pk)
    sentence = why_not_reset(person, by)
    if sentence:
        raise Refused(sentence)
    Authenticator.objects.filter(user=person).delete()
    end_sessions(person)
    outbox.queue(kind=FACTOR_RESET, to_email=person.email, recipient=person, about=person)
    audit.record(by=by, verb="person.factor_reset", target=person, scope=None, changes={"totrinsbekræftelse": ["sat op", None]})


def why_not_bar(person: User, by: User) -> str:
    """The sentence that says why `by` cannot bar the person, or ""."""
    if not person.is_active:
        return f"{person.full_name} er allerede spærret."
    if person == by:
        return NOT_ONESELF
    today = timezone.localdate()
    return next((sentence for role in _admin_roles(person) if (sentence := why_not_without(role, today))), "")


def why_not_reset(person: User, by: User) -> str:
    """The sentence that says why `by` cannot take the person's second factor away, or ""."""
    if person == by:
        return NOT_OWN_FACTOR
    has_factor = Authenticator.objects.filter(user=person).exists()
    return "" if has_factor else f"{person.full_name} har ikke sat totrinsbekræftelse op."


def end_sessions(person: User) -> None:
    """Log the person off everywhere: the sessions on their list, and any other that bears their name."""
    UserSession.objects.filter(user=person).delete()
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(person.pk):
            session.delete()


def _admin_roles(person: User) -> list[Membership]:
    return list(person.memberships.valid().filter(role=Role.ADMIN).select_related("organisation", "user"))
