"""The reminders of one milestone as its page lists them: who gets which when, what was sent, how the mail went, and why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from accounts.models import User
from accounts.states import MailState
from engagements import ladder, reminders
from engagements.models import Engagement, Milestone, Reminder, ReminderPause
from engagements.reminders import RUNNING, Target
from engagements.states import ReminderState

VARIANTS = {
    MailState.SENT: "done",
    MailState.FAILED: "error",
    MailState.HELD: "warning",
    MailState.CANCELLED: "neutral",
}


@dataclass(frozen=True)
class ReminderLine:
    """One reminder in words: its day, its step, its recipient, and how far it is; `note` says more where there is more to say."""

    day: date
    step: str
    recipient: str
    status: str
    variant: str
    note: str = ""
    at: datetime | None = None  # when it was sent

    @property
    def symbol(self) -> str:
        """The icon of the badge where it is not that of the variant."""
        return "minus" if self.status == ReminderState.CANCELLED.label else ""


@dataclass(frozen=True)
class ReminderLog:
    """What the page prints. `silent` says why nobody is reminded, or is ""."""

    lines: list[ReminderLine]
    cancelled: list[ReminderLine]
    pause: ReminderPause | None
    silent: str


def log_of(milestone: Milestone) -> ReminderLog:
    """Everything about the milestone's reminders, those to come too; a fixed number of queries."""
    engagement = milestone.engagement
    found = Milestone.objects.filter(pk=milestone.pk)
    target = reminders.targets_of([engagement], found)[milestone.pk]
    rows = list(milestone.reminders.select_related("recipient", "notice__mail", "notice__recipient"))
    lines = [_line(row, engagement) for row in rows if row.state != ReminderState.CANCELLED]
    lines += _beyond(target, {(row.due_on, row.step, row.recipient_id) for row in rows})
    cancelled = [_line(row, engagement) for row in rows if row.state == ReminderState.CANCELLED]
    pause = ReminderPause.objects.filter(milestone=milestone, until__gte=timezone.localdate()).select_related("by").first()
    return ReminderLog(sorted(lines, key=_order), sorted(cancelled, key=_order), pause if milestone.is_open else None, _silent(target))


def _line(row: Reminder, engagement: Engagement) -> ReminderLine:
    day, step = timezone.localdate(row.due_at), ladder.STEPS.get(row.step)
    status, variant, note, at = _status(row, engagement)
    if row.notice and row.notice.recipient_id != row.recipient_id:
        note = " ".join(part for part in (f"Gik til {row.notice.recipient.full_name}, som er stedfortræder.", note) if part)
    return ReminderLine(
        step.day(row.due_on) if step else day, step.label if step else row.step, row.recipient.full_name, status, variant, note, at
    )


def _status(row: Reminder, engagement: Engagement) -> tuple[str, str, str, datetime | None]:
    """(word, variant, what more there is to say, when it was sent)"""
    if row.state == ReminderState.CANCELLED:
        return ReminderState.CANCELLED.label, "neutral", row.cancelled_because, None
    if row.state == ReminderState.WAITING:
        return ReminderState.WAITING.label, "neutral", "" if engagement.state in RUNNING else "Forløbet er sat på pause", None
    mail = row.notice.mail if row.notice else None
    if mail is None:
        later = row.notice.mail_at if row.notice else None
        return "I Beskeder", "info", "Mailen samles med andre" if later else "", row.dispatched_at
    word = {MailState.SENT: "Sendt", MailState.CANCELLED: "Ikke sendt"}.get(MailState(mail.state), mail.get_state_display())
    note = "Var ikke længere sand, da mailen skulle sendes" if mail.state == MailState.CANCELLED else ""
    return word, VARIANTS.get(MailState(mail.state), "info"), note, mail.sent_at


def _beyond(target: Target, known: set[tuple[date, str, int]]) -> Iterable[ReminderLine]:
    """Those that will be made when their day comes within sight."""
    today = timezone.localdate()
    coming = [one for one in target.true() if one.day > today + ladder.HORIZON and one.key not in known]
    names = dict(User.objects.filter(pk__in={one.recipient for one in coming}).values_list("pk", "full_name"))
    for one in coming:
        yield ReminderLine(one.day, ladder.STEPS[one.step].label, names[one.recipient], ReminderState.WAITING.label, "neutral")


def _silent(target: Target) -> str:
    """Why nobody is reminded, whatever the list says."""
    facts = target.facts
    if not facts.is_open:
        return ""
    if facts.optional:
        return "Ingen bliver påmindet om en eventuel milepæl."
    if facts.ends_on is None:
        return "Ingen bliver påmindet, før milepælen har en dato."
    if facts.ends_on < facts.dated_on:
        return "Ingen bliver påmindet om en dato, der var passeret, da den blev sat."
    return "" if target.state in RUNNING else f"Forløbet er {target.state.label.lower()}, så ingen bliver påmindet."


def _order(line: ReminderLine) -> tuple[date, str, str]:
    return line.day, line.step, line.recipient
