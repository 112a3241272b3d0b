"""Reads about a meeting: who can be invited, what is told of it, and what the milestone's page shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import MailChoice, Membership, OutboxMail, Scope, User
from accounts.refusal import Refused
from accounts.states import MUNICIPAL_ROLES, Delivery, MailState, Role
from engagements import overview
from engagements.models import Engagement, Meeting, MeetingParticipant, Milestone
from engagements.states import EVENT_KINDS, MeetingState, MilestoneState, Party

KIND = "engagements.meeting"  # of its mails and its notices
UNDER_WAY = (MailState.WAITING, MailState.HELD, MailState.SENDING)
PARTIES = (Party.MUNICIPALITY, Party.TASK_FORCE, Party.ANKESTYRELSEN, Party.VISO)
TEAM_PARTIES = {
    Role.CONSULTANT: Party.TASK_FORCE,
    Role.LEGAL_REVIEWER: Party.ANKESTYRELSEN,
    Role.VISO_CONSULTANT: Party.VISO,
}


@dataclass(frozen=True)
class Card:
    """A meeting as the milestone's page prints it. `link` is empty for those who may not see it."""

    meeting: Meeting
    status: str
    variant: str
    symbol: str
    when: str
    link: str
    parties: list[tuple[str, list[str]]]


def is_event(milestone: Milestone) -> bool:
    """Whether people can be invited to it."""
    return milestone.kind in EVENT_KINDS


def people_of(engagement: Engagement) -> dict[Party, list[User]]:
    """Who can be invited today, by party: people with a role in the municipality, and the team. Nobody who is *inhabil*, nobody twice."""
    found: dict[Party, list[User]] = {party: [] for party in PARTIES}
    taken: set[int] = set(engagement.municipality.conflicts.standing().values_list("user_id", flat=True))
    for user, party in [*_municipal(engagement), *_team(engagement)]:
        if user.pk not in taken and user.is_active:
            taken.add(user.pk)
            found[party].append(user)
    return found


def _municipal(engagement: Engagement) -> Iterable[tuple[User, Party]]:
    held = Membership.objects.valid().filter(organisation=engagement.municipality_id, role__in=MUNICIPAL_ROLES)
    for membership in held.select_related("user").order_by("user__full_name", "user"):
        yield membership.user, Party.MUNICIPALITY


def _team(engagement: Engagement) -> Iterable[tuple[User, Party]]:
    """Those of the team who still hold the role that they are there with."""
    held = Membership.objects.valid().filter(user=OuterRef("user"), role=OuterRef("role"))
    members = engagement.team_members.valid().filter(Exists(held)).select_related("user")
    for member in members.order_by("-is_lead", "user__full_name"):
        yield member.user, TEAM_PARTIES[Role(member.role)]


def ids_of(people: dict[Party, list[User]]) -> set[int]:
    """The people of all parties."""
    return {user.pk for users in people.values() for user in users}


def scopes_seen_by(user: User) -> QuerySet[Any]:
    """The ids of the scopes of meetings that a person of the municipality is or was invited to: their notices stand in *Beskeder*."""
    here = user.organisation_ids(*MUNICIPAL_ROLES) - user.conflicting_ids()
    invited = Meeting.objects.filter(participants__user=user, milestone__engagement__municipality__in=here)
    return Scope.objects.filter(engagement__in=invited.values("milestone__engagement")).values("pk")


def clock(meeting: Meeting) -> str:
    """9.00–11.30"""
    return f"{meeting.starts_at.hour}.{meeting.starts_at:%M}–{meeting.ends_at.hour}.{meeting.ends_at:%M}"


def when(meeting: Meeting) -> str:
    """torsdag d. 18. marts 2027 (uge 11) kl. 9.00–11.30; of several days: hver dag kl. …"""
    milestone = meeting.milestone
    dates = overview.dates_text(milestone.occurrences, milestone.precision)
    weeks = overview.weeks_text(milestone.occurrences, milestone.precision)
    days = sum((last - first).days + 1 for first, last in milestone.occurrences)
    return f"{dates}{f' ({weeks})' if weeks else ''}{', hver dag' if days > 1 else ''} kl. {clock(meeting)}"


def is_on(meeting: Meeting) -> bool:
    """Whether people shall come: invited to, neither cancelled nor dropped, with days that are known."""
    milestone = meeting.milestone
    standing = milestone.state != MilestoneState.DROPPED and milestone.is_exact and bool(milestone.occurrences)
    return meeting.state == MeetingState.INVITED and standing


def fingerprint(meeting: Meeting) -> str:
    """How many days it has, and what days and times, and what place and link come to: NUMBER:WHEN:WHERE, 53 characters at most."""
    times = f"{meeting.milestone.occurrences} {meeting.starts_at} {meeting.ends_at}"
    return f"{len(meeting.milestone.occurrences)}:{_digest(times)}:{_digest(f'{meeting.place} {meeting.link}')}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:24]


def told_by_invitation(milestones: Iterable[int]) -> set[tuple[int, int]]:
    """(milestone, person) of those who hear of a moved date by the mail of its meeting, and so by no other."""
    called = MeetingParticipant.objects.filter(meeting__milestone__in=list(milestones), meeting__state=MeetingState.INVITED)
    coming = called.filter(removed_at__isnull=True).exclude(
        Exists(MailChoice.objects.filter(user=OuterRef("user"), kind=KIND, delivery=Delivery.IN_SYSTEM))
    )
    return set(coming.values_list("meeting__milestone", "user"))


def refuse_deletion(milestones: Iterable[int]) -> None:
    """A milestone whose people were invited stays until they have been told that it is off."""
    meetings = Meeting.objects.filter(milestone__in=list(milestones))
    called = meetings.filter(state=MeetingState.INVITED).select_related("milestone").first()
    if called:
        raise Refused(f"Der er indkaldt til »{called.milestone.subject}«. Aflys mødet først.")
    told = [str(pk) for pk in meetings.values_list("participants__pk", flat=True) if pk]
    if told and OutboxMail.objects.filter(kind=KIND, about_id__in=told, state__in=UNDER_WAY).exists():
        raise Refused("Aflysningen af mødet er ikke sendt endnu. Prøv igen om lidt.")


def card_of(milestone: Milestone, *, sees_link: bool, plans: bool) -> Card | None:
    """The meeting of a milestone as its page shows it; a draft only to those who plan."""
    meeting = Meeting.objects.filter(milestone=milestone).first()
    if meeting is None or (meeting.state == MeetingState.DRAFT and not plans):
        return None
    meeting.milestone = milestone
    chosen = set(meeting.participants.filter(removed_at__isnull=True).values_list("user_id", flat=True))
    people = people_of(milestone.engagement)
    parties = [(party.label, [user.full_name for user in users if user.pk in chosen]) for party, users in people.items()]
    status, variant, symbol = _standing(meeting)
    return Card(
        meeting=meeting,
        status=status,
        variant=variant,
        symbol=symbol,
        when=when(meeting),
        link=meeting.link if sees_link else "",
        parties=[(label, names) for label, names in parties if names],
    )


def _standing(meeting: Meeting) -> tuple[str, str, str]:
    if meeting.state == MeetingState.DRAFT:
        return "Kladde – ingen er indkaldt", "neutral", "edit"
    return ("Indkaldt", "success", "") if is_on(meeting) else ("Aflyst", "done", "minus")
