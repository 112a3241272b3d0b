"""The list of people as it is read: filtered, with roles, second factor and state, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Collate, Upper
from django.db.models.lookups import Contains
from django.utils import timezone

from accounts.danish import plain_date
from accounts.mails import INVITATION as MAIL
from accounts.models import Invitation, Membership, OutboxMail, User
from accounts.models.membership import MembershipQuerySet
from accounts.models.organisation import DANISH
from accounts.models.user import UserQuerySet
from accounts.second_factor import FACTORS

ACTIVE, BARRED, ENDED = "active", "barred", "ended"
LABELS = {ACTIVE: "Aktiv", BARRED: "Spærret", ENDED: "Ophørt"}
VARIANTS = {ACTIVE: "done", BARRED: "error", ENDED: "neutral"}
SYMBOLS = {ACTIVE: "", BARRED: "lock", ENDED: "minus"}


@dataclass(frozen=True)
class Row:
    """A person as the list shows them: of the roles those that the reader may see."""

    person: User
    roles: list[Membership]
    state: str
    has_factor: bool

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [{"role": role, "when": when(role)} for role in self.roles]

    @property
    def label(self) -> str:
        return LABELS[self.state]

    @property
    def variant(self) -> str:
        return VARIANTS[self.state]

    @property
    def symbol(self) -> str:
        return SYMBOLS[self.state]


def listed(user: User, values: dict[str, Any]) -> UserQuerySet:
    """The people that `user` may see and that fit the filter, by name, with what a row needs."""
    mine = Membership.objects.visible_to(user).filter(user=OuterRef("pk"))
    people = _in_state(User.objects.visible_to(user), mine, values.get("state") or ACTIVE)
    if values.get("search"):
        people = people.filter(_found(values["search"]))
    held = {name: values[name] for name in ("organisation", "role") if values.get(name)}
    if held:
        people = people.filter(Exists(mine.filter(**held)))
    return _with_rows(people, user).order_by(Collate("full_name", DANISH), "pk")


def _found(text: str) -> Q:
    """Name or e-mail holds the text. Whatever the database's own locale, æ, ø and å are one letter, large or small."""
    return Q(Contains(Upper(Collate("full_name", DANISH)), Value(text.upper()))) | Q(email__icontains=text)


def _in_state(people: UserQuerySet, roles: MembershipQuerySet, state: str) -> UserQuerySet:
    works = Exists(roles.not_over())
    if state == ACTIVE:
        return people.active().filter(works)
    if state == ENDED:
        return people.active().exclude(works)
    return people.filter(is_active=False) if state == BARRED else people


def _with_rows(people: UserQuerySet, user: User) -> UserQuerySet:
    roles = Membership.objects.visible_to(user).select_related("organisation").order_by("-valid_from", "pk")
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    return people.annotate(has_factor=Exists(factor)).prefetch_related(Prefetch("memberships", roles, to_attr="shown_roles"))


def row_of(person: Any) -> Row:
    """A person of `listed` as a row; of past roles only the last one, and only when no other is left."""
    today = timezone.localdate()
    current = [role for role in person.shown_roles if role.valid_to is None or role.valid_to >= today]
    state = BARRED if not person.is_active else ACTIVE if current else ENDED
    return Row(person, current or person.shown_roles[:1], state, person.has_factor)


def one(user: User, person: User) -> Row:
    """The row of a person that `user` may see, with every role."""
    found: Any = _with_rows(User.objects.visible_to(user), user).get(pk=person.pk)
    return Row(found, found.shown_roles, row_of(found).state, found.has_factor)


def invited(user: User, values: dict[str, Any]) -> QuerySet[Invitation]:
    """The open invitations that `user` may see and that fit the filter, newest first."""
    found = Invitation.objects.visible_to(user).open().select_related("organisation", "invited_by").order_by("-invited_at", "pk")
    if values.get("search"):
        found = found.filter(_found(values["search"]))
    return found.filter(**{name: values[name] for name in ("organisation", "role") if values.get(name)})


def invitation_rows(shown: Iterable[Invitation]) -> list[dict[str, Any]]:
    """Invitations with whether their link still works, and how the sending of the latest mail went."""
    keys = [str(invitation.pk) for invitation in shown]
    latest = OutboxMail.objects.filter(kind=MAIL, about_id__in=keys).order_by("about_id", "-created_at").distinct("about_id")
    mails = {mail.about_id: mail for mail in latest}
    return [{"invitation": one, "mail": mails.get(str(one.pk)), "open": one.is_open, "when": when(one)} for one in shown]


def when(role: Membership | Invitation) -> str:
    """The days of a role in words: fra 1. maj 2027, til 3. juni 2027, siden …"""
    today = timezone.localdate()
    first = f"{'fra' if role.valid_from > today else 'siden'} {plain_date(role.valid_from)}"
    if role.valid_to is None:
        return first
    over = role.valid_to < today
    return f"{plain_date(role.valid_from)} – {plain_date(role.valid_to)}" if over else f"{first}, til og med {plain_date(role.valid_to)}"
