"""Verbs of a meeting: save a draft, invite, update, cancel. Each in one transaction with its history, notices and mails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from engagements import meeting_mails, meetings
from engagements.actions import changes
from engagements.models import ChangeSet, Meeting, MeetingParticipant, Milestone, MilestoneChange
from engagements.states import MEETING_MOVES, MeetingState, MilestoneState

NOT_AN_EVENT = (
    "Der kan kun indkaldes til møder, interviews, seminarer, workshops og forelæggelser. Ret milepælens type, hvis den er et møde."
)
NO_DAY = "Milepælen har ikke en bestemt dato. Flyt den til en dag eller nogle dage, før du indkalder."
PAST = "Mødets dato er passeret. Flyt milepælen, før du indkalder."
NOT_OPEN = "Milepælen er opfyldt eller bortfaldet. Genåbn den, før du indkalder."


@dataclass(frozen=True)
class Details:
    """What a meeting says: local times, a place or an https link (or both), and who is to come; `others` are people outside the system."""

    starts_at: time
    ends_at: time
    place: str
    link: str
    others: str
    users: Sequence[User]


def require_event(milestone: Milestone) -> None:
    """Raise Refused unless people can be invited to the milestone."""
    if not meetings.is_event(milestone):
        raise Refused(NOT_AN_EVENT)


@transaction.atomic
def save(*, milestone: Milestone, details: Details, by: User) -> Meeting:
    """Keep it as a draft, or a cancelled meeting anew: nobody is told before `invite`."""
    meeting = _locked(milestone, by)
    if meeting is not None and meeting.state == MeetingState.INVITED:
        raise Refused("Der er indkaldt til mødet, siden du åbnede siden. Se mødet igennem, og prøv igen.")
    if meeting is None:
        meeting = Meeting(milestone=milestone, created_by=by)
    _write(meeting, details, by, verb="meeting.save")
    return meeting


@transaction.atomic
def update(*, milestone: Milestone, details: Details, by: User) -> int:
    """Change a meeting to which people are invited, and tell those whom it concerns. Returns the number of mails."""
    meeting = _locked(milestone, by)
    if meeting is None or meeting.state != MeetingState.INVITED:
        raise Refused("Mødet er ikke indkaldt. Gem det som kladde, og send indkaldelsen.")
    if not details.users:
        raise Refused("Der skal være mindst én deltager. Aflys mødet, hvis det ikke skal holdes.")
    if _write(meeting, details, by, verb="meeting.update"):
        _raise_sequence(meeting)
    return meeting_mails.tell(meeting, by=by)


@transaction.atomic
def invite(*, milestone: Milestone, by: User) -> int:
    """Send the invitations: to everybody who takes part. Returns the number of mails."""
    meeting = _locked(milestone, by)
    if meeting is None:
        raise Refused("Skriv tid, sted og deltagere, før du indkalder.")
    if milestone.state != MilestoneState.OPEN:
        raise Refused(NOT_OPEN)
    if not milestone.is_exact or milestone.ends_on is None:
        raise Refused(NO_DAY)
    if milestone.ends_on < timezone.localdate():
        raise Refused(PAST)
    if milestone.engagement.state not in meeting_mails.SENDING:
        raise Refused("Forløbet er sat på pause, så der sendes ingen indkaldelser. Sæt det i gang først.")
    if not meeting.participants.filter(removed_at__isnull=True).exists():
        raise Refused("Vælg mindst én deltager, før du indkalder.")
    _raise_sequence(meeting)
    move(meeting, to=MeetingState.INVITED, by=by)
    return meeting_mails.tell(meeting, by=by)


@transaction.atomic
def cancel(*, milestone: Milestone, reason: str, by: User) -> int:
    """Call the meeting off; everybody who was told of it is told. Returns the number of mails."""
    if not reason:
        raise Refused("Skriv, hvorfor mødet aflyses.")
    meeting = _locked(milestone, by)
    if meeting is None:
        raise Refused("Der er ikke noget møde at aflyse.")
    _raise_sequence(meeting)
    move(meeting, to=MeetingState.CANCELLED, by=by, reason=reason)
    return meeting_mails.tell(meeting, by=by)


def after_write(change_set: ChangeSet, rows: Sequence[MilestoneChange], by: User) -> None:
    """The plan has changed: no meeting vanishes unsaid, and the people of those that moved or fell away are told."""
    meetings.refuse_deletion(row.milestone_id for row in rows if row.after is None)
    meeting_mails.follow(change_set, (row.milestone_id for row in rows if row.after is not None), by=by)


def before_undo(change_set: ChangeSet, by: User) -> None:
    """An undo that would take a milestone away with its meeting is refused."""
    meetings.refuse_deletion(change_set.changes.filter(before__isnull=True).values_list("milestone_id", flat=True))


def after_undo(change_set: ChangeSet, rows: Sequence[MilestoneChange], by: User) -> None:
    """What was not sent yet is taken back; whoever was told already is told how it is now."""
    meeting_mails.follow(change_set, (row.milestone_id for row in rows if row.before is not None), by=by)


def move(meeting: Meeting, *, to: MeetingState, by: User, reason: str = "") -> None:
    """The one gate through which a meeting changes state."""
    old = MeetingState(meeting.state)
    if to not in MEETING_MOVES[old]:
        raise Refused(f"Mødet er {old.label.lower()} og kan ikke blive {to.label.lower()}.")
    meeting.state = to
    meeting.save(update_fields=["state"])
    _record(meeting, {"status": [old, to]}, by, reason, verb="meeting.invite" if to == MeetingState.INVITED else "meeting.cancel")


def _locked(milestone: Milestone, by: User) -> Meeting | None:
    """Lock the plan, read milestone and meeting as they are now, and check that it is an event."""
    engagement = changes.lock(milestone.engagement, by=by)
    try:
        milestone.refresh_from_db()
    except Milestone.DoesNotExist:
        raise Refused(changes.SOMEBODY_ELSE) from None
    milestone.engagement = engagement
    require_event(milestone)
    meeting = Meeting.objects.select_for_update().filter(milestone=milestone).first()
    if meeting is not None:
        meeting.milestone = milestone
    return meeting


def _write(meeting: Meeting, details: Details, by: User, *, verb: str) -> bool:
    """Store the details with their history; whether anything was changed that the invited must hear of."""
    if details.ends_at <= details.starts_at:
        raise Refused("Mødet slutter, før det begynder. Ret tiderne.")
    if details.link and not details.link.startswith("https://"):
        raise Refused("Linket skal begynde med https://.")
    before = {} if meeting.pk is None else _values(meeting)
    told_before = "" if meeting.pk is None else meetings.fingerprint(meeting)
    meeting.starts_at, meeting.ends_at = details.starts_at, details.ends_at
    meeting.place, meeting.link, meeting.others = details.place, details.link, details.others
    meeting.save()
    _set_participants(meeting, details.users)
    after = _values(meeting)
    changed = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    if changed:
        _record(meeting, changed, by, verb=verb)
    return told_before != meetings.fingerprint(meeting) or "deltagere" in changed


def _set_participants(meeting: Meeting, users: Sequence[User]) -> None:
    """Those who were taken off keep their row, so that they can be told that they shall not come."""
    invitable = meetings.ids_of(meetings.people_of(meeting.milestone.engagement))
    wrong = next((user for user in users if user.pk not in invitable), None)
    if wrong:
        raise Refused(f"{wrong.full_name} har ikke en rolle i forløbet og kan ikke indkaldes.")
    wanted = {user.pk for user in users}
    rows = {row.user_id: row for row in meeting.participants.all()}
    meeting.participants.filter(removed_at__isnull=True).exclude(user__in=wanted).update(removed_at=timezone.now())
    meeting.participants.filter(user__in=wanted).update(removed_at=None)
    MeetingParticipant.objects.bulk_create(MeetingParticipant(meeting=meeting, user=user) for user in users if user.pk not in rows)


def _values(meeting: Meeting) -> dict[str, Any]:
    """What the history tells: times, place and people; of the link and the free text only that they are there."""
    taking_part = meeting.participants.filter(removed_at__isnull=True).order_by("user__full_name")
    return {
        "tid": meetings.clock(meeting),
        "sted": meeting.place,
        "link": "angivet" if meeting.link else "",
        "andre deltagere": "angivet" if meeting.others else "",
        "deltagere": list(taking_part.values_list("user__full_name", flat=True)),
    }


def _raise_sequence(meeting: Meeting) -> None:
    meeting.sequence += 1
    meeting.save(update_fields=["sequence"])


def _record(meeting: Meeting, changed: dict[str, Any], by: User, reason: str = "", *, verb: str) -> None:
    milestone = meeting.milestone
    audit.record(by=by, verb=verb, target=milestone, scope=milestone.engagement.scope, changes=changed, reason=reason)
