"""Inhabilitet: somebody is disqualified towards a municipality. While it stands, it beats every other right of theirs."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts import people_access as access
from accounts.models import Conflict, Organisation, User
from accounts.refusal import Refused

NOT_ONESELF = "Du kan ikke ophæve din egen inhabilitet. Bed en anden administrator om det."


@transaction.atomic
def declare(*, person: User, municipality: Organisation, reason: str, by: User) -> Conflict:
    """From the next request on the person sees nothing of the municipality. The reason stays out of the history."""
    access.require_person(by, access.DECLARE, person)
    person = User.objects.get_queryset().select_for_update().get(pk=person.pk)
    if not municipality.is_municipality:
        raise Refused("Vælg en kommune.")
    if person.conflicts.standing().filter(organisation=municipality).exists():
        raise Refused(f"{person.full_name} er allerede meldt inhabil i forhold til {municipality.display_name}.")
    conflict = Conflict.objects.create(user=person, organisation=municipality, reason=reason, declared_by=by)
    _record(conflict, "conflict.declare", by, [None, municipality.display_name])
    return conflict


@transaction.atomic
def lift(*, conflict: Conflict, by: User) -> None:
    """The person's own rights count again."""
    access.require_person(by, access.LIFT, conflict.user)
    conflict = Conflict.objects.select_for_update().select_related("user", "organisation").get(pk=conflict.pk)
    sentence = why_not_lift(conflict, by)
    if sentence:
        raise Refused(sentence)
    conflict.lifted_at, conflict.lifted_by = timezone.now(), by
    conflict.save(update_fields=["lifted_at", "lifted_by"])
    _record(conflict, "conflict.lift", by, [conflict.organisation.display_name, None])


def why_not_lift(conflict: Conflict, by: User) -> str:
    """The sentence that says why `by` cannot lift the conflict, or ""."""
    if conflict.lifted_at is not None:
        return "Inhabiliteten er allerede ophævet."
    return NOT_ONESELF if conflict.user_id == by.pk else ""


def _record(conflict: Conflict, verb: str, by: User, change: list[str | None]) -> None:
    audit.record(by=by, verb=verb, target=conflict.user, scope=None, changes={"inhabil i forhold til": change})
