"""The Celery application and the only clock: every sweep that runs by itself is a line in BEAT."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, celeryd_init
from django.core.exceptions import ImproperlyConfigured
from kombu.exceptions import OperationalError

from taskforce.checks import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskforce.settings")

app = Celery("taskforce")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "jobs waiting": {"task": "accounts.tasks.run_waiting_jobs", "schedule": 10.0},
    "reminders to plan": {"task": "engagements.tasks.plan_reminders", "schedule": 300.0},
    "reminders to dispatch": {"task": "engagements.tasks.dispatch_reminders", "schedule": 60.0},
    "meetings to tell": {"task": "engagements.tasks.tell_participants", "schedule": 600.0},
    "notices waiting": {"task": "accounts.tasks.gather_notices", "schedule": 30.0},
    "mails waiting": {"task": "accounts.tasks.send_waiting_mails", "schedule": 30.0},
    "expired counters": {"task": "accounts.tasks.forget_expired_counters", "schedule": 3600.0},
    "beat heartbeat": {"task": "accounts.tasks.note_heartbeat", "schedule": 30.0},
    "expired sessions": {"task": "accounts.tasks.delete_expired_sessions", "schedule": 3600.0},
    "expired files": {"task": "documents.tasks.delete_expired_files", "schedule": 3600.0},
    "uploads left": {"task": "documents.tasks.sweep_uploads", "schedule": 3600.0},
    "documents waiting": {"task": "documents.tasks.check_waiting_documents", "schedule": 10.0},
    "expired log rows": {"task": "accounts.tasks.delete_expired_logs", "schedule": crontab(hour=3, minute=40)},
}


@celeryd_init.connect
@beat_init.connect
def refuse(**told: Any) -> None:
    """A worker and the clock start as carefully as the web server (Celery would log any other exception and go on)."""
    try:
        refuse_unsafe_start()
    except ImproperlyConfigured as reason:
        raise SystemExit(f"Refused to start: {reason}") from reason


@beat_init.connect
def strike_at_once(**told: Any) -> None:
    """Run what /readyz looks for when the clock starts, not only after its first interval. A broker that is away is asked again then."""
    for name in ("beat heartbeat", "reminders to plan", "reminders to dispatch"):
        try:
            app.send_task(app.conf.beat_schedule[name]["task"], retry=False)
        except OperationalError:
            return
