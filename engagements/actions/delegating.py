"""Who answers for a milestone: a colleague is named, or the task goes back to everybody whose role answers for it."""

from __future__ import annotations

from django.db import transaction

from accounts import audit, notices
from accounts.models import User
from accounts.refusal import Refused
from engagements import access, delegation, reminders
from engagements.models import Assignment, Engagement, Milestone
from engagements.responsible import Answerable, own_side, roles_in
from engagements.states import Party

NOT_OURS = "Opgaven skal løses af en anden part, så I kan ikke uddelegere den."


def candidates(*, milestone: Milestone, by: User) -> list[User]:
    """Whom `by` can name: everybody on their own side of the engagement who is active and not *inhabil*. Refused for others' tasks."""
    if not milestone.is_open:
        raise Refused(f"Milepælen er {milestone.get_state_display().lower()}, så der er ikke noget at uddelegere.")
    side = own_side(roles_in(by, milestone.engagement), Party(milestone.party))
    if not side:
        raise Refused(NOT_OURS)
    people = Answerable([milestone.engagement])
    taken, ours = people.assigned(milestone), people.people(milestone.engagement, side)
    if taken is not None and taken not in ours:
        raise Refused(f"Den anden part har allerede uddelegeret opgaven til {taken.full_name}.")
    return ours


@transaction.atomic
def delegate(*, milestone: Milestone, to: User, by: User) -> Assignment:
    """Let `to` answer for the milestone alone, and tell them. Only within the own party, and only what that party owes."""
    milestone = _lock(milestone, by)
    if to not in candidates(milestone=milestone, by=by):
        raise Refused(f"{to.full_name} kan ikke få opgaven. Vælg en, der har en rolle i forløbet på jeres side og ikke er inhabil.")
    old = _assignment(milestone)
    if old and old.user == to:
        raise Refused(f"{to.full_name} har allerede opgaven.")
    made, _ = Assignment.objects.update_or_create(milestone=milestone, defaults={"user": to, "by": by})
    if old:
        notices.withdraw(delegation.notices_of(milestone, old.user))
    _record(milestone, by, "task.delegate", old.user if old else None, to)
    reminders.reconcile([milestone.engagement])
    if to != by:
        notices.give(
            kind=delegation.DELEGATED.key,
            recipient=to,
            about=milestone,
            title=delegation.title_of(milestone),
            url=delegation.url_for(milestone, to),
            scope=milestone.engagement.scope,
        )
    return made


@transaction.atomic
def take_back(*, milestone: Milestone, by: User) -> None:
    """Nobody is named any more: everybody whose role answers for the milestone does so again."""
    milestone = _lock(milestone, by)
    candidates(milestone=milestone, by=by)
    old = _assignment(milestone)
    if old is None:
        raise Refused("Opgaven er ikke uddelegeret til nogen.")
    old.delete()
    notices.withdraw(delegation.notices_of(milestone, old.user))
    _record(milestone, by, "task.take_back", old.user, None)
    reminders.reconcile([milestone.engagement])


def _lock(milestone: Milestone, by: User) -> Milestone:
    """The milestone as it is now, its engagement locked, when `by` may delegate there."""
    engagement = Engagement.objects.select_for_update(of=("self",)).select_related("scope", "municipality").get(pk=milestone.engagement_id)
    access.require_engagement(by, access.DELEGATE, engagement)
    found = engagement.milestones.prefetch_related("purposes").filter(pk=milestone.pk).first()
    if found is None:
        raise Refused("Milepælen er slettet.")
    found.engagement = engagement
    return found


def _assignment(milestone: Milestone) -> Assignment | None:
    return Assignment.objects.filter(milestone=milestone).select_related("user").first()


def _record(milestone: Milestone, by: User, verb: str, old: User | None, new: User | None) -> None:
    changes = {milestone.subject: [old.full_name if old else None, new.full_name if new else None]}
    audit.record(by=by, verb=verb, target=milestone, scope=milestone.engagement.scope, changes=changes)
