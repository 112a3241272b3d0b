"""Sweeps of this app."""

from __future__ import annotations

from celery import shared_task

from documents import actions, uploading


@shared_task
def delete_expired_files() -> None:
    """Results that were made to be fetched, such as a timetable as PDF, are deleted when their time has passed."""
    actions.delete_expired()


@shared_task
def sweep_uploads() -> None:
    """Uploads that stood still for a day are forgotten, and with them bytes that belong to nothing."""
    uploading.sweep()
