"""*Mine indstillinger*: when a person wants the mail about each kind of event. What has been given already stays as it was."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from accounts import audit, notices
from accounts.models import MailChoice, User
from accounts.refusal import Refused
from accounts.states import Delivery

STALE = "Listen over mails er ændret, siden du åbnede siden. Se den nye liste igennem, og gem igen."


@transaction.atomic
def choose(*, choices: Mapping[str, str], by: User) -> int:
    """Keep what `by` has chosen, {kind: delivery}; returns how many were changed. Kinds that are not named stay as they are.

    Raises Refused when a kind is unknown, or a delivery that the kind does not offer (a deadline's mail cannot be turned off).
    """
    User.objects.get_queryset().select_for_update().get(pk=by.pk)
    if not all(kind in notices.KINDS and chosen in notices.KINDS[kind].choices for kind, chosen in choices.items()):
        raise Refused(STALE)
    before = chosen_by(by)
    changed = {kind: Delivery(chosen) for kind, chosen in choices.items() if chosen != before[kind]}
    for kind, delivery in changed.items():
        if delivery == notices.KINDS[kind].default:
            MailChoice.objects.filter(user=by, kind=kind).delete()
        else:
            MailChoice.objects.update_or_create(user=by, kind=kind, defaults={"delivery": delivery})
    if changed:
        told = {notices.KINDS[kind].label: [before[kind].label, delivery.label] for kind, delivery in changed.items()}
        audit.record(by=by, verb="mail.choose", target=by, scope=None, changes=told)
    return len(changed)


def chosen_by(user: User) -> dict[str, Delivery]:
    """{kind: delivery} of every kind, the default where the person has said nothing (or what is no longer offered). One query."""
    own = dict(MailChoice.objects.filter(user=user).values_list("kind", "delivery"))
    return {key: Delivery(own[key]) if own.get(key) in kind.choices else kind.default for key, kind in notices.KINDS.items()}
