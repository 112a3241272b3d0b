"""Inviting somebody to a role, and their yes. The mail carries a signed link; the yes makes person and role in one step."""

from __future__ import annotations

from datetime import date

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit, outbox
from accounts import people_access as access
from accounts.actions.roles import lock_organisation, record, why_not_dates, why_not_give, why_not_hold
from accounts.danish import plain_date
from accounts.mails import INVITATION
from accounts.models import Invitation, Membership, Organisation, User
from accounts.models.invitation import VALID_FOR
from accounts.refusal import Refused
from accounts.states import ROLE_KINDS, OrganisationKind, Role

NO_LONGER_OPEN = "Invitationen er udløbet, brugt eller trukket tilbage."
ALREADY_INVITED = "Personen er allerede inviteret til rollen. Find invitationen på listen, og send den igen."
ALREADY_A_PERSON = "Der er allerede en bruger med den e-mail. Log ind for at tage imod invitationen."


@transaction.atomic
def invite(
    *, email: str, full_name: str, organisation: Organisation, role: Role, valid_from: date, valid_to: date | None, by: User
) -> Invitation:
    """Send somebody a link that makes them a person with this role; a person who is here already gets the role."""
    access.require_in(by, access.INVITE, organisation.pk)
    lock_organisation(organisation.pk)
    sentence = why_not_invite(email, organisation, role, valid_from, valid_to, by)
    if sentence:
        raise Refused(sentence)
    invitation = make(email, full_name, organisation, role, valid_from, valid_to, by)
    outbox.queue(kind=INVITATION, to_email=invitation.email, recipient=None, about=invitation)
    return invitation


def make(
    email: str, full_name: str, organisation: Organisation, role: Role, valid_from: date, valid_to: date | None, by: User | None
) -> Invitation:
    """The row, without a mail; `by` None is the command line that invites the first administrator."""
    if OrganisationKind(organisation.kind) not in ROLE_KINDS[role]:
        raise Refused(f"Rollen {role.label} findes ikke i {organisation.display_name}.")
    invitation = Invitation(
        email=email.strip(),
        full_name=full_name,
        organisation=organisation,
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        invited_by=by,
        expires_at=timezone.now() + VALID_FOR,
    )
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError as error:
        raise Refused(ALREADY_INVITED) from error
    changes = {"rolle": [None, role.value], "fra": [None, str(valid_from)]}
    audit.record(by=by, verb="invitation.send", target=invitation, scope=None, changes=changes)
    return invitation


@transaction.atomic
def again(*, invitation: Invitation, by: User) -> None:
    """Send the link once more, with new time to answer."""
    invitation = _lock_open(invitation, by)
    sentence = _why_not_again(invitation)
    if sentence:
        raise Refused(sentence)
    old, invitation.expires_at = invitation.expires_at, timezone.now() + VALID_FOR
    invitation.save(update_fields=["expires_at"])
    outbox.queue(kind=INVITATION, to_email=invitation.email, recipient=None, about=invitation)
    days = [str(timezone.localdate(moment)) for moment in (old, invitation.expires_at)]
    audit.record(by=by, verb="invitation.again", target=invitation, scope=None, changes={"linket udløber": days})


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User) -> None:
    """The link works no more, and a mail that has not left yet stays."""
    invitation = _lock_open(invitation, by)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    audit.record(by=by, verb="invitation.withdraw", target=invitation, scope=None)


@transaction.atomic
def accept_as_new(*, invitation: Invitation, full_name: str, password: str) -> User:
    """Make the person and their role. Of two clicks at once, or two invitations, one makes the person."""
    invitation = _lock_to_accept(invitation)
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, full_name=full_name)
    except IntegrityError as error:
        raise Refused(ALREADY_A_PERSON) from error
    # Whoever has the link can read the mail: the address is theirs.
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    _take_role(invitation, user)
    return user


@transaction.atomic
def accept_as_known(*, invitation: Invitation, user: User) -> None:
    """Give the role to the person who has the invited e-mail already."""
    invitation = _lock_to_accept(invitation)
    user = User.objects.get_queryset().select_for_update().get(pk=user.pk)
    if not invitation.is_for(user) or not user.is_active:
        raise Refused(NO_LONGER_OPEN)
    _take_role(invitation, user)


def why_not_invite(email: str, organisation: Organisation, role: Role, valid_from: date, valid_to: date | None, by: User) -> str:
    """The sentence that says why the invitation cannot be sent, or ""."""
    known = User.objects.get_queryset().filter(email__iexact=email.strip()).first()
    if known == by:
        return why_not_give(by, by)
    # Of people whom the inviter does not see, nothing is told: what is wrong with them shows when they answer.
    if known is None or not User.objects.visible_to(by).filter(pk=known.pk).exists():
        return why_not_dates(organisation, role, valid_from, valid_to)
    return why_not_give(known, by) or why_not_hold(known, organisation, role, valid_from, valid_to)


def _why_not_again(invitation: Invitation) -> str:
    if invitation.valid_to is not None and invitation.valid_to < timezone.localdate():
        return f"Rollen skulle kun gælde til {plain_date(invitation.valid_to)}. Træk invitationen tilbage, og send en ny."
    return ""


def _lock_open(invitation: Invitation, by: User) -> Invitation:
    found = Invitation.objects.select_for_update().open().filter(pk=invitation.pk).first()
    if found is None:
        raise Refused("Invitationen er allerede accepteret eller trukket tilbage.")
    access.require_in(by, access.INVITE, found.organisation_id)
    return found


def _lock_to_accept(invitation: Invitation) -> Invitation:
    found = Invitation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=invitation.pk)
    if not found.is_open:
        raise Refused(NO_LONGER_OPEN)
    return found


def _take_role(invitation: Invitation, user: User) -> None:
    """The role from the invitation, unless the person has got it meanwhile."""
    first = max(invitation.valid_from, timezone.localdate())
    same = user.memberships.filter(organisation=invitation.organisation, role=invitation.role).not_over(first)
    if not same.exists():
        membership = Membership.objects.create(
            user=user, organisation=invitation.organisation, role=invitation.role, valid_from=first, valid_to=invitation.valid_to
        )
        record(membership, "role.accept", user, fra=[None, first], til=[None, invitation.valid_to])
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    audit.record(by=user, verb="invitation.accept", target=invitation, scope=None)
