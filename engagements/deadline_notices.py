"""What a reminder says: in *Beskeder* when it is dispatched, in the mail when that is sent, then only what is still true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.urls import reverse
from django.utils import timezone

from accounts.danish import long_date, relative_days, week
from accounts.models import Notice, User
from accounts.notices import Line, NoticeKind
from accounts.states import Delivery
from engagements import access, calendar, ladder, overview, reminders
from engagements.ladder import Audience, Step
from engagements.models import Engagement, Milestone, Reminder
from engagements.reminders import RUNNING, Target
from engagements.states import EVENT_KINDS, PERIOD_KINDS
from engagements.task_words import verb_of

KEY = "engagements.deadline"
HELD = "held-2"


def subject_of(milestone: Milestone, step: Step, today: date) -> str:
    """Frist uge 8: Indsend 20 sager – Hedensted Kommune; Overskredet: …; Møde uge 12: …"""
    place, due = milestone.engagement.municipality.display_name, _due(milestone, step)
    if step.key == HELD:
        return f"Blev det holdt? {milestone.subject}, {week(due)} – {place}"
    if milestone.kind in EVENT_KINDS:
        return f"{milestone.get_kind_display()} {week(due)}: {milestone.subject} – {place}"
    if due < today:
        return f"Overskredet: {verb_of(milestone)} – {place}"
    return f"{'Slutter' if milestone.kind in PERIOD_KINDS else 'Frist'} {week(due)}: {verb_of(milestone)} – {place}"


def text_of(milestone: Milestone, step: Step, today: date) -> str:
    """What to do and when, with weekday, week and working days; no case facts."""
    due = _due(milestone, step)
    away = relative_days(calendar.working_days_between(today, due))
    if step.key == HELD:
        return f"{milestone.subject} stod til {_dates(milestone)}. Markér det som opfyldt, eller flyt det."
    if milestone.kind in EVENT_KINDS:
        place = f" Sted: {milestone.place}." if milestone.place else ""
        return f"{milestone.subject}: {_dates(milestone)}, {away}.{place}"
    if due < today:
        owing = "" if step.to == Audience.OWING else f" Det er {milestone.get_party_display()}, der svarer for opgaven."
        return f"{verb_of(milestone)}: Fristen var {long_date(due)}, {away}.{owing}"
    return f"{verb_of(milestone)} senest {long_date(due)}, {away}."


def describe(given: Sequence[Notice]) -> list[Line]:
    """A line for each milestone of which a reminder is still true, for its latest step; nothing for what is met, moved or paused."""
    return [line for _, line in describe_many(given)]


def describe_many(given: Sequence[Notice]) -> list[tuple[Notice, Line]]:
    """The same for the mails of many people: each line with the notice that it says."""
    rows = [row for row in Reminder.objects.filter(notice__in=given) if row.step in ladder.STEPS]
    targets = targets_of({row.milestone_id for row in rows})
    notices = {notice.pk: notice for notice in given}
    latest: dict[tuple[object, int], tuple[Reminder, Notice]] = {}
    for row in sorted(rows, key=lambda one: (one.due_on, ladder.order_of(one.step))):
        target, notice = targets.get(row.milestone_id), notices[row.notice_id]  # type: ignore[index]
        if target and target.state in RUNNING and not target.why_not(row):
            latest[_mail(notice), row.milestone_id] = (row, notice)
    found = [(targets[key].milestone, _line(targets[key].milestone, row), notice) for (_, key), (row, notice) in latest.items()]
    return finished_many(found)


def finished(lines: Sequence[tuple[Milestone, Line, User]]) -> list[Line]:
    """The lines that their reader may still see, each with its engagement and page, and once for each engagement whom to ask."""
    return [line for _, line in finished_many([(milestone, line, Notice(recipient=reader)) for milestone, line, reader in lines])]


def finished_many(lines: Sequence[tuple[Milestone, Line, Notice]]) -> list[tuple[Notice, Line]]:
    """The same for the mails of many people. Who may see what is asked in the policy's table: no query where roles are known."""
    found: list[tuple[Notice, Line]] = []
    told: set[tuple[object, int]] = set()
    readers: dict[int, User] = {}
    for milestone, line, notice in reversed(lines):
        if notice.recipient_id not in readers:
            readers[notice.recipient_id] = notice.recipient  # one object, so that its roles are read once
        engagement, reader = milestone.engagement, readers[notice.recipient_id]
        sees_all = not access.why_not_engagement(reader, access.VIEW, engagement)
        if not sees_all and not Milestone.objects.handed_to(reader).filter(pk=milestone.pk).exists():
            continue
        key = (_mail(notice), engagement.pk)
        ask = "" if key in told else contact_of(engagement, reader)
        told.add(key)
        url = milestone.get_absolute_url() if sees_all else reverse("task", args=[milestone.pk])
        text = " ".join(part for part in (line.text, f"{engagement}.", ask) if part)
        found.insert(0, (notice, Line(text, url, line.subject)))
    return found


def _mail(notice: Notice) -> object:
    """What is said together: a mail, or what would become one."""
    return notice.mail_id or notice.recipient_id


def visible_engagements(user: User, ids: Iterable[int]) -> set[int]:
    """Which of the engagements the person may see."""
    return set(Engagement.objects.visible_to(user).filter(pk__in=set(ids)).values_list("pk", flat=True))


def targets_of(milestone_ids: Iterable[int]) -> dict[int, Target]:
    """The milestones with everything that reminders and their words need: seven queries however many there are."""
    found = Milestone.objects.filter(pk__in=list(milestone_ids)).prefetch_related("purposes")
    engagements = Engagement.objects.filter(milestones__in=found).distinct().select_related("municipality", "scope").with_team()
    return reminders.targets_of(list(engagements), found)


def _line(milestone: Milestone, row: Reminder) -> Line:
    step, today = ladder.STEPS[row.step], timezone.localdate()
    return Line(text_of(milestone, step, today), "", subject_of(milestone, step, today))


def contact_of(engagement: Engagement, reader: User) -> str:
    """Whom to ask, by name and phone; "" to the lead themself and while nobody leads."""
    lead = next((member.user for member in engagement.team() if member.is_lead), None)
    if lead is None or lead.pk == reader.pk:
        return ""
    return f"Spørgsmål? Kontakt {lead.full_name}{f' på {lead.phone}' if lead.phone else ''}."


def _due(milestone: Milestone, step: Step) -> date:
    due = reminders.facts_of(milestone).due_on(step)
    assert due is not None  # no step without a date (ladder.true_of)
    return due


def _dates(milestone: Milestone) -> str:
    dates, weeks = (words(milestone.occurrences, milestone.precision) for words in (overview.dates_text, overview.weeks_text))
    return f"{dates} ({weeks})" if weeks else dates


KIND = NoticeKind(
    key=KEY,
    label="Frister og møder",
    help="Påmindelser om det, der mangler. De kan samles, men ikke slås fra, og de kommer altid, inden fristen er gået.",
    describe=describe,
    describe_many=describe_many,
    default=Delivery.AT_ONCE,
    choices=(Delivery.AT_ONCE, Delivery.DAILY, Delivery.WEEKLY),
)
