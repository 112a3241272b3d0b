"""Invitations of one person to one object. What the object is, and what may be done with it, is known by the app above.

An invitation counts only while the person holds the role that it was given to, without a break: whoever leaves and comes back is
invited again. *Inhabil* beats it like everything else; the app above asks for that with the object's municipality.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, Exists, Model, OuterRef
from django.db.models.functions import Cast
from django.utils import timezone

from accounts import audit
from accounts.models import Grant, Scope, User
from accounts.models.grant import GrantQuerySet

GIVE, END = "grant.give", "grant.end"


@transaction.atomic
def give(*, user: User, target: Model, scope: Scope, actions: Sequence[str], by: User, until: date | None = None) -> Grant:
    """Invite `user` to `target` until that day (None = until it is ended); somebody who is invited already stays so.

    Whether `by` may, and `user` belongs to the scope's organisation, is asked by the app above.
    """
    found, is_new = Grant.objects.get_or_create(
        user=user,
        target_type=ContentType.objects.get_for_model(target),
        target_id=str(target.pk),
        ended_at=None,
        defaults={"scope": scope, "actions": list(actions), "until": until, "given_by": by},
    )
    if is_new:
        audit.record(by=by, verb=GIVE, target=target, scope=scope, changes={"inviteret": [None, user.full_name]})
    return found


@transaction.atomic
def end(*, grant: Grant, target: Model, by: User) -> None:
    """Take the invitation back; it is over at once. Safe to call twice."""
    ended = Grant.objects.filter(pk=grant.pk, ended_at__isnull=True).update(ended_at=timezone.now())
    if ended:
        audit.record(by=by, verb=END, target=target, scope=grant.scope, changes={"inviteret": [grant.user.full_name, None]})


def of(target: Model) -> GrantQuerySet:
    """The invitations to an object that are not over, the person read with each. Whose role has ended is still among them."""
    about = _about(type(target)).filter(target_id=str(target.pk))
    return about.valid().select_related("user", "scope").order_by("given_at", "pk")


def is_invited(user: User, role: str, target: Model) -> bool:
    """Whether the user, in this role, is invited to the object today."""
    return _about(type(target)).held_by(user, role).filter(target_id=str(target.pk)).exists()


def condition(user: User, role: str, model: type[Model], path: str) -> Exists:
    """The same in a query: `path` leads to the primary key of the `model` that people are invited to."""
    return Exists(_about(model).held_by(user, role).filter(target_id=Cast(OuterRef(path), CharField())))


def _about(model: type[Model]) -> GrantQuerySet:
    return Grant.objects.filter(target_type__app_label=model._meta.app_label, target_type__model=model._meta.model_name)
