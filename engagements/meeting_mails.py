"""Invitations, updates and cancellations of meetings: who must hear of what, the mails with their calendar files, and the notices.

A participant remembers what the last mail told (`MeetingParticipant.told`). A mail is made when it is sent, from the difference between
that and what is true then: a date that was moved and moved back tells nobody anything, and several changes are told once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from textwrap import shorten

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts import notices, outbox
from accounts.danish import week_range
from accounts.models import Notice, OutboxMail, User
from accounts.outbox import Message
from accounts.states import Delivery, MailState
from engagements import meeting_calendar, meetings, moved_notices
from engagements.meetings import KIND
from engagements.models import ChangeSet, Engagement, Meeting, MeetingParticipant
from engagements.states import EngagementState, MeetingState

SENDING = {EngagementState.PLANNED, EngagementState.ACTIVE}  # others only call off


class News(Enum):
    """What a participant must hear: the first word of the mail's subject, and the sentence that it begins with."""

    INVITED = ("Møde", "Indkaldelse til {subject}, {place}.")
    MOVED = ("Flyttet", "{subject}, {place}, har fået en ny tid.")
    CHANGED = ("Ændret", "{subject}, {place}, er ændret.")
    OFF = ("Aflyst", "{subject}, {place}, er aflyst, eller du skal ikke længere deltage.")
    UNDATED = ("Aflyst", "{subject}, {place}, har ikke længere en fast dato. Der kommer en ny indkaldelse, når den er sat.")

    @property
    def is_off(self) -> bool:
        return self in {News.OFF, News.UNDATED}


@dataclass(frozen=True)
class MeetingMessage(Message):
    """A mail of a meeting. `told` is what its recipient knows once it is sent."""

    told: str = ""


@dataclass(frozen=True)
class Reach:
    """How many people a mail about the meeting reaches: by mail at once, after the consultant's word, or in the system alone."""

    at_once: int
    held: int
    in_system: int

    @property
    def mails(self) -> int:
        return self.at_once + self.held


def register_all() -> None:
    """Called once in AppConfig.ready."""
    outbox.register(KIND, build, keep_text=True, settled=settled)
    notices.register(
        notices.NoticeKind(
            key=KIND,
            label="Møder, du er indkaldt til",
            help="Indkaldelser, ændringer og aflysninger, med en fil til din kalender.",
            describe=lambda told: [],  # an invitation is a mail of its own
            choices=(Delivery.AT_ONCE, Delivery.IN_SYSTEM),
        )
    )
    notices.register_sight(meetings.scopes_seen_by)


def news_of(participant: MeetingParticipant, *, invitable: bool) -> News | None:
    """What the participant has not heard yet; None when that is nothing. `invitable`: they (still) have a role in the engagement."""
    meeting, told = participant.meeting, participant.told
    milestone = meeting.milestone
    if milestone.ends_on is not None and milestone.ends_on < timezone.localdate():
        return None
    if not (meetings.is_on(meeting) and invitable and participant.removed_at is None):
        undated = meeting.state == MeetingState.INVITED and milestone.is_open and not milestone.is_exact and invitable
        return (News.UNDATED if undated else News.OFF) if told else None
    now = meetings.fingerprint(meeting)
    if now == told or milestone.engagement.state not in SENDING:
        return None
    if not told:
        return News.INVITED
    return News.CHANGED if now.rpartition(":")[0] == told.rpartition(":")[0] else News.MOVED


# What follows from an event


def tell(
    meeting: Meeting,
    *,
    by: User | None,
    wait: timedelta = timedelta(),
    change_set: ChangeSet | None = None,
    left_alone: Collection[str] = (),
) -> int:
    """Write to everybody who has not heard how the meeting stands now, in the caller's transaction. Returns the number of mails.

    There is one waiting mail per person at most; it goes after `wait`, or when the consultant has seen it where the engagement asks
    for that. What waits and is no longer news is taken back. `by` gets the mail with the calendar file, but no notice, and so does
    whoever stands in *Beskeder* with the move of the date already (`change_set`). `left_alone` are ids of participants.
    """
    engagement = meeting.milestone.engagement
    people = meetings.ids_of(meetings.people_of(engagement))
    told = _told_of(change_set) if change_set else set()
    number = 0
    for participant in meeting.participants.select_related("user").exclude(pk__in=left_alone).order_by("pk"):
        participant.meeting = meeting
        news = news_of(participant, invitable=participant.user_id in people)
        waiting = _waiting(participant)
        if waiting:
            Notice.objects.filter(mail=waiting, read_at__isnull=True).update(withdrawn_at=timezone.now())
        if news is None:
            if waiting:
                outbox.move(waiting, to=MailState.CANCELLED)
            continue
        mail = _mail(participant, waiting, wait)
        number += mail is not None
        if participant.user != by and participant.user_id not in told:
            _notice(participant, news, mail)
    return number


def follow(change_set: ChangeSet, milestones: Iterable[int], *, by: User) -> None:
    """The dates or states of these milestones have changed: tell the people of their meetings, after the time for an undo."""
    found = _to_tell().filter(milestone__in=list(milestones), state=MeetingState.INVITED)
    for meeting in found.order_by("pk"):
        tell(meeting, by=by, wait=settings.NOTICE_WAIT, change_set=change_set)


def _to_tell() -> QuerySet[Meeting]:
    """Locked, so that nobody else tells of the same meeting meanwhile."""
    places = ("milestone__engagement__municipality", "milestone__engagement__scope")
    return Meeting.objects.select_for_update(of=("self",)).select_related(*places)


def _told_of(change_set: ChangeSet) -> set[int]:
    about = ContentType.objects.get_for_model(ChangeSet)
    told = Notice.objects.filter(kind=moved_notices.KEY, about_type=about, about_id=str(change_set.pk), withdrawn_at__isnull=True)
    return set(told.values_list("recipient", flat=True))


def catch_up() -> int:
    """Tell those who hear of nothing by an event: whose role ended, or whose engagement was paused. Returns the number of mails.

    Whoever has a mail on its way, or one that failed and waits for a human, is left alone.
    """
    coming = Meeting.objects.filter(milestone__ends_on__gte=timezone.localdate()).exclude(state=MeetingState.DRAFT)
    number = 0
    for pk in coming.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            meeting = _to_tell().filter(pk=pk).first()
            number += tell(meeting, by=None, left_alone=_under_way(meeting)) if meeting else 0
    return number


def _under_way(meeting: Meeting) -> list[str]:
    """The participants about whom a mail is on its way, or has failed."""
    pks = [str(pk) for pk in meeting.participants.values_list("pk", flat=True)]
    found = OutboxMail.objects.filter(kind=KIND, about_id__in=pks, state__in=[*meetings.UNDER_WAY, MailState.FAILED])
    return list(found.values_list("about_id", flat=True))


def _waiting(participant: MeetingParticipant) -> OutboxMail | None:
    waiting = OutboxMail.objects.select_for_update().filter(kind=KIND, about_id=str(participant.pk))
    return waiting.filter(state__in=[MailState.WAITING, MailState.HELD]).first()


def _mail(participant: MeetingParticipant, waiting: OutboxMail | None, wait: timedelta) -> OutboxMail | None:
    """The one mail that will tell it; None for somebody who wants none, who is told by the notice alone."""
    user, meeting = participant.user, participant.meeting
    if notices.delivery_of(user, KIND) == Delivery.IN_SYSTEM:
        is_on = meetings.is_on(meeting) and participant.removed_at is None
        participant.told = meetings.fingerprint(meeting) if is_on else ""
        participant.save(update_fields=["told"])
        return None
    scope, due_at = meeting.milestone.engagement.scope, timezone.now() + wait
    if waiting is None:
        return outbox.queue(
            kind=KIND, to_email=user.email, recipient=user, about=participant, scope=scope, due_at=due_at, hold_for=hold_of(meeting, user)
        )
    if waiting.state == MailState.WAITING and (not wait or waiting.due_at > timezone.now()):
        waiting.due_at = due_at
        waiting.save(update_fields=["due_at"])
    return waiting


def hold_of(meeting: Meeting, user: User) -> timedelta | None:
    """How long a mail to the person waits for the consultant; None = it does not."""
    found = [rule(meeting.milestone.engagement.scope, user) for rule in notices.HOLD_RULES]
    return next((one for one in found if one is not None), None)


def reach_of(meeting: Meeting) -> Reach:
    """Whom the next mail to all participants reaches, and how: said before it is sent."""
    people = meetings.ids_of(meetings.people_of(meeting.milestone.engagement))
    at_once = held = in_system = 0
    for participant in meeting.participants.filter(removed_at__isnull=True, user__in=people).select_related("user"):
        if notices.delivery_of(participant.user, KIND) == Delivery.IN_SYSTEM:
            in_system += 1
        elif hold_of(meeting, participant.user) is None:
            at_once += 1
        else:
            held += 1
    return Reach(at_once, held, in_system)


def told_by_mail(meeting: Meeting) -> int:
    """How many mails it takes to call the meeting off: one to each who knows of it and wants mail."""
    knowing = meeting.participants.exclude(told="").select_related("user")
    return sum(notices.delivery_of(participant.user, KIND) != Delivery.IN_SYSTEM for participant in knowing)


def _notice(participant: MeetingParticipant, news: News, mail: OutboxMail | None) -> None:
    """In *Beskeder* at once; the mail is the meeting's own, so the notice asks for none."""
    meeting = participant.meeting
    milestone = meeting.milestone
    when = "" if news.is_off else f": {meetings.when(meeting)}"
    word = "Indkaldt" if news == News.INVITED else news.value[0]
    notice = notices.give(
        kind=KIND,
        recipient=participant.user,
        about=participant,
        title=f"{word} – {_short(milestone.subject)}, {_place(milestone.engagement)}{when}",
        url=_path(meeting, participant.user),
        scope=milestone.engagement.scope,
    )
    notice.mail, notice.mail_at = mail, None
    notice.save(update_fields=["mail", "mail_at"])


# The mail itself


def build(mail: OutboxMail) -> Message | None:
    """Invitation, new version or cancellation: what is true now and was not told yet; None when there is nothing to tell."""
    relations = ("user", "meeting__milestone__engagement__municipality", "meeting__milestone__engagement__scope")
    participant = MeetingParticipant.objects.select_related(*relations).filter(pk=mail.about_id).first()
    if participant is None or not participant.user.is_active:
        return None
    meeting = participant.meeting
    people = meetings.ids_of(meetings.people_of(meeting.milestone.engagement))
    news = news_of(participant, invitable=participant.user_id in people)
    if news is None:
        return None
    organizer = _organizer(meeting)
    attachments = meeting_calendar.files_of(
        meeting,
        to=participant.user,
        organizer=organizer,
        told=int(participant.told.partition(":")[0] or 0),
        is_off=news.is_off,
        changed_at=timezone.now(),
    )
    told = "" if news.is_off else meetings.fingerprint(meeting)
    subject, text = _subject(meeting, news), _text(meeting, participant.user, news)
    return MeetingMessage(subject, text, attachments, reply_to=organizer.email, told=told)


def settled(mail: OutboxMail, message: Message) -> None:
    """Remember what the mail told, in the transaction that says that it was sent."""
    if isinstance(message, MeetingMessage):
        MeetingParticipant.objects.filter(pk=mail.about_id).update(told=message.told)


def _subject(meeting: Meeting, news: News) -> str:
    """Møde uge 12: Opstartsmøde – Eksempel Kommune; Flyttet: Opstartsmøde, uge 13 – Eksempel Kommune"""
    milestone = meeting.milestone
    week = week_range(milestone.occurrences[0][0], milestone.occurrences[-1][1]) if milestone.occurrences and milestone.is_exact else ""
    what, place = _short(milestone.subject), _place(milestone.engagement)
    if news == News.INVITED:
        return f"Møde {week}: {what} – {place}"
    return f"{news.value[0]}: {what}{f', {week}' if week else ''} – {place}"


def _text(meeting: Meeting, user: User, news: News) -> str:
    milestone = meeting.milestone
    sentence = news.value[1].format(subject=_short(milestone.subject), place=_place(milestone.engagement))
    lines = [f"Hej {user.get_short_name()}", "", sentence]
    if not news.is_off:
        lines.append(f"Tid: {meetings.when(meeting)}")
        lines += [f"Sted: {meeting.place}"] if meeting.place else []
        lines += [f"Onlinemøde: {meeting.link}"] if meeting.link else []
    lines += ["", f"Se mødet: {settings.SITE_URL}{_path(meeting, user)}"]
    return "\n".join(lines)


def _organizer(meeting: Meeting) -> User:
    """The lead consultant; whoever made the meeting while there is none."""
    lead = next((member.user for member in meeting.milestone.engagement.team() if member.is_lead), None)
    return lead or meeting.created_by


def _path(meeting: Meeting, user: User) -> str:
    """The milestone's page; the front page for those who do not see it, such as the municipality's employees."""
    sees = Engagement.objects.visible_to(user).filter(pk=meeting.milestone.engagement_id).exists()
    return meeting.milestone.get_absolute_url() if sees else reverse("home")


def _short(subject: str) -> str:
    return shorten(subject, 80, placeholder=" …")


def _place(engagement: Engagement) -> str:
    return engagement.municipality.display_name
