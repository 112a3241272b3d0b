"""The steps of `bench.reminders` that need the models: import it after django.setup."""

from __future__ import annotations

import time
from collections.abc import Callable

from celery import current_app
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import notices, outbox
from accounts.letters import Message, letter
from accounts.models import Notice, OutboxMail
from accounts.states import MailState
from bench import due_reminders
from engagements import dispatching
from engagements.models import Reminder

PATIENCE = 1_800.0  # seconds
SENDERS = 2  # worker processes, as in docker-compose.yml


def prepare() -> None:
    """The tables and the catalogue."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def make_due(number: int) -> None:
    """So many reminders whose time has come, in tables that the database knows as well as those of a product in use."""
    due_reminders.make(number)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def queries() -> tuple[float, float]:
    """Queries for each mail, when 20 and when 40 are sent; in this process, without workers."""
    made = []
    for number in (20, 40):
        make_due(number)
        dispatching.dispatch_due()
        notices.gather()
        with CaptureQueriesContext(connection) as asked:
            sent = outbox.send_due(most=number)
        if sent != number:
            raise RuntimeError(f"{sent} mails were sent instead of {number}.")
        made.append(len(asked) / number)
    return made[0], made[1]


def sample() -> bytes:
    """One of the mails that were sent, as it was on the wire."""
    mail = OutboxMail.objects.filter(state=MailState.SENT).exclude(text="").order_by("created_at")[0]
    return letter(Message(mail.subject, mail.text), to=mail.to_email, name=str(mail.pk)).wire()


def run(number: int) -> tuple[float, float]:
    """Let the workers do it: seconds until all are dispatched and gathered into mails, and from then on until all are sent."""
    start = time.perf_counter()
    for _ in range(SENDERS):
        current_app.send_task("engagements.tasks.dispatch_reminders")
    until(lambda: not Reminder.objects.due().exists() and not Notice.objects.unmailed().exists())
    gathered = time.perf_counter()
    already = OutboxMail.objects.filter(state=MailState.SENT).count()
    until(lambda: not OutboxMail.objects.exclude(state=MailState.SENT).exists())
    sent = time.perf_counter() - gathered
    return gathered - start, sent * number / max(1, OutboxMail.objects.count() - already)


def until(happened: Callable[[], bool]) -> None:
    """Look until it happened."""
    deadline = time.perf_counter() + PATIENCE
    while not happened():
        if time.perf_counter() > deadline:
            raise TimeoutError("The mails were not sent in time.")
        time.sleep(0.1)
