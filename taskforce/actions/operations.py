"""What administrators do on *Drift*: let a failed job or mail run once more. Neither shows them what it holds."""

from __future__ import annotations

from django.db import transaction

from accounts import audit, jobs
from accounts.actions import mails
from accounts.models import Job, OutboxMail, User
from accounts.tasks import ring
from taskforce import access


@transaction.atomic
def run_job_again(*, job: Job, by: User) -> None:
    """Let somebody's failed job run once more, for them. The history tells the kind, not the title: that tells of an engagement."""
    access.require_operations(by, access.RUN_AGAIN)
    jobs.restart(job=job)
    audit.record(by=by, verb="operations.job_again", target=Job, scope=None, changes={"job": [None, job.kind]})
    transaction.on_commit(ring)


@transaction.atomic
def send_mail_again(*, mail: OutboxMail, by: User) -> None:
    """Give a failed mail all its tries once more."""
    access.require_operations(by, access.RUN_AGAIN)
    mails.again(mail=mail, by=by)
