"""Wiring, and the pages that gather many apps."""

from taskforce.celery import app as celery_app

__all__ = ["celery_app"]
