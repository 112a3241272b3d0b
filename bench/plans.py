"""The steps of `bench.planning` that need the models: import it after django.setup."""

from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import due_reminders
from engagements import reminders
from engagements.models import Engagement, Milestone, Reminder
from engagements.states import Kind, Mode, Party, Phase, Precision


def prepare(number: int, each: int) -> None:
    """The tables, the catalogue, and so many engagements with `each` coming milestones, four days apart."""
    call_command("migrate", verbosity=0)
    due_reminders.make(number)
    today = timezone.localdate()
    values = {"phase": Phase.ANALYSIS, "kind": Kind.DEADLINE, "party": Party.TASK_FORCE, "precision": Precision.DAY, "mode": Mode.FIXED}
    days = [today + timedelta(days=4 * place) for place in range(1, each)]
    Milestone.objects.bulk_create(
        [
            Milestone(engagement=of, position=place, subject=f"Frist {place}", occurrences=[[day, day]], **values)
            for of in Engagement.objects.all()
            for place, day in enumerate(days, 2)
        ],
        batch_size=1000,
    )


def forget() -> None:
    """As before the first sweep."""
    Reminder.objects.all().delete()


def sweep() -> int:
    return reminders.plan_all()


def count() -> int:
    return Reminder.objects.count()


def queries() -> int:
    """Those of one sweep."""
    with CaptureQueriesContext(connection) as asked:
        sweep()
    return len(asked)
