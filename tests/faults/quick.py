"""The product's settings with short waits, for workers that are killed: a lease of seconds, a back-off of seconds."""

from datetime import timedelta

from taskforce.settings import *  # noqa: F403

EMAIL_TIMEOUT = 2
MAIL_LEASE = timedelta(seconds=10)
MAIL_BACK_OFF = [timedelta(seconds=seconds) for seconds in [1] * 4 + [2] * 14]
