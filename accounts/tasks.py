"""Sweeps of this app. Each is safe to run twice and at the same time in several processes."""

from __future__ import annotations

import structlog
from allauth.usersessions.models import UserSession
from celery import shared_task
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts import audit, jobs, notices, outbox
from accounts.models import SweepRun

log = structlog.get_logger(__name__)
MOST_JOBS_IN_ONE_SWEEP = 20


@shared_task
def run_waiting_jobs() -> None:
    """Run the jobs that wait; also what a new job's bell rings."""
    for _ in range(MOST_JOBS_IN_ONE_SWEEP):
        if not jobs.run_next():
            return


def ring() -> None:
    """Tell a worker that a job waits. A broker that is away only delays it: the row is the queue, and beat sweeps it."""
    try:
        run_waiting_jobs.apply_async(retry=False)
    except OperationalError:
        log.warning("broker away, the job waits for the sweep")


@shared_task
def send_waiting_mails() -> None:
    """Send the mails that are due; also what a new mail's bell rings."""
    if outbox.send_due(most=outbox.SWEEP) == outbox.SWEEP:
        outbox.ring()  # more may wait: other tasks come in between


@shared_task
def gather_notices() -> None:
    """Make the mails of the notices whose time has come."""
    notices.gather()


@shared_task
def forget_expired_counters() -> None:
    """Rate limits count by addresses of devices: they go when their time is over, not when the table is full."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(str(settings.CACHES['default']['LOCATION']))} WHERE expires < now()")  # noqa: S608


@shared_task
def delete_expired_sessions() -> None:
    """Log-ins that are over go, and with them what is known of the devices they were on."""
    SessionStore.clear_expired()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


@shared_task
def note_heartbeat() -> None:
    """Beat and worker are alive: /readyz looks at this row."""
    SweepRun.objects.update_or_create(name="heartbeat", defaults={"at": timezone.now()})


@shared_task
def delete_expired_logs() -> None:
    """Rows of the history and of the access log go when the field register says that their time is over."""
    audit.delete_expired()
