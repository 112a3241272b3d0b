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
from engagements import calendar, ladder, overview, reminders
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
    rows = [row for row in Reminder.objects.filter(notice__in=given) if row.step in ladder.STEPS]
    targets = targets_of({row.milestone_id for row in rows})
    notices = {notice.pk: notice for notice in given}
    latest: dict[int, tuple[Reminder, Notice]] = {}
    for row in sorted(rows, key=lambda one: (one.due_on, ladder.order_of(one.step))):
        target = targets.get(row.milestone_id)
        if target and target.state in RUNNING and not target.why_not(row):
            latest[row.milestone_id] = (row, notices[row.notice_id])  # type: ignore[index]
    lines = [
        (targets[key].milestone, _line(targets[key].milestone, row, notice), notice.recipient) for key, (row, notice) in latest.items()
    ]
    return finished(lines)


def finished(lines: Sequence[tuple[Milestone, Line, User]]) -> list[Line]:
    """The lines that their reader may still see, each with its engagement and page, and once for each engagement whom to ask."""
    found: list[Line] = []
    told: set[int] = set()
    sees: dict[int, set[int]] = {}
    for milestone, line, reader in reversed(lines):
        if reader.pk not in sees:
            sees[reader.pk] = visible_engagements(reader, [each.engagement_id for each, _, one in lines if one == reader])
        engagement = milestone.engagement
        sees_all = engagement.pk in sees[reader.pk]
        if not sees_all and not Milestone.objects.handed_to(reader).filter(pk=milestone.pk).exists():
            continue
        ask = "" if engagement.pk in told else contact_of(engagement, reader)
        told.add(engagement.pk)
        url = milestone.get_absolute_url() if sees_all else reverse("task", args=[milestone.pk])
        found.insert(0, Line(" ".join(part for part in (line.text, f"{engagement}.", ask) if part), url, line.subject))
    return found


def visible_engagements(user: User, ids: Iterable[int]) -> set[int]:
    """Which of the engagements the person may see."""
    return set(Engagement.objects.visible_to(user).filter(pk__in=set(ids)).values_list("pk", flat=True))


def targets_of(milestone_ids: Iterable[int]) -> dict[int, Target]:
    """The milestones with everything that reminders and their words need: seven queries however many there are."""
    found = Milestone.objects.filter(pk__in=list(milestone_ids)).prefetch_related("purposes")
    engagements = Engagement.objects.filter(milestones__in=found).distinct().select_related("municipality", "scope").with_team()
    return reminders.targets_of(list(engagements), found)


def _line(milestone: Milestone, row: Reminder, notice: Notice) -> Line:
    step, today = ladder.STEPS[row.step], timezone.localdate()
    text = text_of(milestone, step, today)
    if notice.on_behalf_of:
        text += f" Du får mailen som stedfortræder for {notice.on_behalf_of.full_name}."
    return Line(text, notice.url, subject_of(milestone, step, today))


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
    default=Delivery.AT_ONCE,
    choices=(Delivery.AT_ONCE, Delivery.DAILY, Delivery.WEEKLY),
)
