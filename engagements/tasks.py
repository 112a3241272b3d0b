"""Sweeps of this app. Each is safe to run twice and at the same time in several processes."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts import notices
from accounts.models import SweepRun
from engagements import dispatching, meeting_mails, reminders


@shared_task
def plan_reminders() -> None:
    """Let the reminders follow what changes by itself: days that come within sight, roles that begin and end."""
    reminders.plan_all()
    _ran("reminders planned")


@shared_task
def dispatch_reminders() -> None:
    """Tell everybody who is due, one mail each."""
    if dispatching.dispatch_due():
        notices.gather()
    _ran("reminders dispatched")


@shared_task
def tell_participants() -> None:
    """Tell the people of meetings what no event told them: that their role ended, or what was changed during a pause."""
    meeting_mails.catch_up()
    _ran("meetings told")


def _ran(name: str) -> None:
    SweepRun.objects.update_or_create(name=name, defaults={"at": timezone.now()})
