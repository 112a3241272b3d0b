"""The product's Celery with a clock that rings for mails every second."""

from taskforce.celery import app

for name in ("reminders to dispatch", "notices waiting", "mails waiting"):
    app.conf.beat_schedule[name]["schedule"] = 1.0
