"""The Celery application and the only clock: every sweep that runs by itself is a line in BEAT."""

from __future__ import annotations

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskforce.settings")

app = Celery("taskforce")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "jobs waiting": {"task": "accounts.tasks.run_waiting_jobs", "schedule": 10.0},
    "mails waiting": {"task": "accounts.tasks.send_waiting_mails", "schedule": 30.0},
    "expired counters": {"task": "accounts.tasks.forget_expired_counters", "schedule": 3600.0},
    "beat heartbeat": {"task": "accounts.tasks.note_heartbeat", "schedule": 30.0},
    "expired files": {"task": "documents.tasks.delete_expired_files", "schedule": 3600.0},
    "expired log rows": {"task": "accounts.tasks.delete_expired_logs", "schedule": crontab(hour=3, minute=40)},
}
