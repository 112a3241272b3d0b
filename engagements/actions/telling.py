"""Telling both parties that dates have moved (domain rule 12): once per change, after a wait in which an undo silences it."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import notices
from accounts.models import Notice, User
from accounts.states import MailState, Role
from engagements import delegation, holders, moved_notices
from engagements.models import Assignment, ChangeSet, Engagement, Milestone, MilestoneChange
from engagements.states import PARTY_ROLES, ChangeKind, Party

PARTIES = (Role.COORDINATOR, Role.LEADER, Role.CONSULTANT)
# A mail in one of these may still be stopped by what its builder finds when it is sent.
NOT_GONE = (MailState.WAITING, MailState.HELD)


def tell_moved(change_set: ChangeSet, changes: Sequence[MilestoneChange], *, by: User) -> None:
    """Tell everybody concerned but `by` of the dates that the change moved. A new plan tells nobody."""
    moved = moved_notices.moved(changes)
    if moved and change_set.kind != ChangeKind.CREATE:
        for person, theirs in _concerned(change_set.engagement, moved):
            if person != by:
                _tell(change_set, theirs, person, undone=False)


def tell_undone(change_set: ChangeSet, changes: Sequence[MilestoneChange], *, by: User) -> None:
    """Take back what nobody has read or been mailed yet; the others are told that the old dates are back."""
    about, moved = _about(change_set), moved_notices.moved(changes)
    know = {change_set.by_id, *about.filter(_known_already()).values_list("recipient", flat=True)}
    # A mail that is made but not gone finds nothing to say when it is sent; what stands in Beskeder goes with it.
    about.exclude(recipient__in=know).update(withdrawn_at=timezone.now())
    for person, theirs in _concerned(change_set.engagement, moved) if moved else []:
        if person.pk in know and person != by:
            _tell(change_set, theirs, person, undone=True)


def _tell(change_set: ChangeSet, moved: Sequence[MilestoneChange], person: User, *, undone: bool) -> None:
    engagement = change_set.engagement
    only = Milestone(pk=moved[0].milestone_id, engagement=engagement) if len(moved) == 1 else None
    notices.give(
        kind=moved_notices.KEY,
        recipient=person,
        about=change_set,
        title=moved_notices.title_of(moved, engagement, undone=undone),
        url=delegation.url_for(only, person) if only else f"{engagement.get_absolute_url()}?visning=liste",
        scope=engagement.scope,
        wait=settings.NOTICE_WAIT,
    )


def _concerned(engagement: Engagement, moved: Sequence[MilestoneChange]) -> list[tuple[User, Sequence[MilestoneChange]]]:
    """Coordinators, leaders, the team's consultants and who else answers for one of the milestones: all of it.

    An employee of the municipality hears of the tasks that were delegated to them, and of nothing else.
    """
    people = holders.people_of([engagement])[engagement.pk]
    parties = {Party((change.after or {})["party"]) for change in moved}
    all_of_it = people.in_role(*PARTIES, *(role for party in parties for role in PARTY_ROLES[party]))
    assigned = dict(Assignment.objects.filter(milestone__in=[change.milestone_id for change in moved]).values_list("milestone", "user"))
    employees = people.in_role(Role.EMPLOYEE).intersection(assigned.values()) - all_of_it
    found: list[tuple[User, Sequence[MilestoneChange]]] = []
    for person in User.objects.active().filter(pk__in=all_of_it | employees).order_by("pk"):
        own = [change for change in moved if assigned.get(change.milestone_id) == person.pk]
        found.append((person, moved if person.pk in all_of_it else own))
    return found


def _about(change_set: ChangeSet) -> QuerySet[Notice]:
    about = ContentType.objects.get_for_model(ChangeSet)
    return Notice.objects.filter(kind=moved_notices.KEY, about_type=about, about_id=str(change_set.pk), withdrawn_at__isnull=True)


def _known_already() -> Q:
    """Read, mailed, or (where the person wants no mail) standing in *Beskeder* for longer than an undo is waited for."""
    gone = Q(mail__isnull=False) & ~Q(mail__state__in=NOT_GONE)
    seen_without_mail = Q(mail_at__isnull=True, created_at__lte=timezone.now() - settings.NOTICE_WAIT)
    return Q(read_at__isnull=False) | gone | seen_without_mail
