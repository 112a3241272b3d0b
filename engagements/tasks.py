"""Sweeps of this app. Each is safe to run twice and at the same time in several processes."""

from __future__ import annotations

import structlog
from celery import Task, shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts import notices
from accounts.models import SweepRun
from engagements import dispatching, meeting_mails, reminders

log = structlog.get_logger(__name__)


@shared_task
def plan_reminders() -> None:
    """Let the reminders follow what changes by itself: days that come within sight, roles that begin and end."""
    reminders.plan_all()
    _ran("reminders planned")


@shared_task
def dispatch_reminders(after: int = 0) -> None:
    """Tell everybody who is due, one mail each: some people at a time (those after the id `after`), so that mails leave meanwhile."""
    told, after_these = dispatching.dispatch_some(after=after)
    if told:
        notices.gather()
    if after_these:
        _ring(dispatch_reminders, after_these)
    _ran("reminders dispatched")


@shared_task
def tell_participants() -> None:
    """Tell the people of meetings what no event told them: that their role ended, or what was changed during a pause."""
    meeting_mails.catch_up()
    _ran("meetings told")


def _ring(task: Task, *arguments: int) -> None:
    """Ask for the rest. A broker that is away only delays it: the rows are the queue, and beat sweeps them."""
    try:
        task.apply_async(arguments, retry=False)
    except OperationalError:
        log.warning("broker away, the rest waits for the sweep", task=task.name)


def _ran(name: str) -> None:
    SweepRun.objects.update_or_create(name=name, defaults={"at": timezone.now()})
