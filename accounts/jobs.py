"""Long jobs: ask for one, run those that wait, tell how far they are. A higher app registers what a kind of job does."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import structlog
from django.db import transaction
from django.utils import timezone

from accounts.models import Job, Scope, User
from accounts.models.job import ATTEMPTS
from accounts.refusal import Refused
from accounts.states import JOB_MOVES, JobState

log = structlog.get_logger(__name__)
# A runner does the work of one job and returns the id of the file it stored.
Runner = Callable[[Job], uuid.UUID]
RUNNERS: dict[str, Runner] = {}
FAILED_SENTENCE = "Noget gik galt hos os. Prøv igen, eller kontakt support, hvis det sker igen."


def register(kind: str, runner: Runner) -> None:
    """Say what a kind of job does; called once in an AppConfig.ready."""
    RUNNERS[kind] = runner


def move(job: Job, *, to: JobState) -> None:
    """The one gate through which a job changes state. The system itself does it, so there is no `by`."""
    if to not in JOB_MOVES[JobState(job.state)]:
        raise Refused(f"Jobbet er {job.get_state_display().lower()} og kan ikke blive {to.label.lower()}.")
    job.state = to
    job.touched_at = timezone.now()
    job.finished_at = job.touched_at if to in {JobState.DONE, JobState.FAILED} else None
    job.save()


@transaction.atomic
def order(*, kind: str, title: str, scope: Scope, object_id: int, back_url: str, by: User) -> Job:
    """Put a job in the queue. A second click while the same job waits or runs gives the first one back."""
    User.objects.active().select_for_update().get(pk=by.pk)
    waiting = Job.objects.filter(kind=kind, object_id=object_id, requested_by=by, state__in=[JobState.WAITING, JobState.RUNNING]).first()
    if waiting:
        return waiting
    return Job.objects.create(kind=kind, title=title, scope=scope, object_id=object_id, back_url=back_url, requested_by=by)


@transaction.atomic
def again(*, job: Job, by: User) -> None:
    """Try one's own failed job once more."""
    restart(job=Job.objects.visible_to(by).get(pk=job.pk))


@transaction.atomic
def restart(*, job: Job) -> None:
    """Let a failed job run once more, whoever ordered it; who may is decided by the caller."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    job.attempts, job.error, job.done, job.step = 0, "", 0, ""
    move(job, to=JobState.WAITING)


def tell(job: Job, *, step: str, done: int, total: int) -> None:
    """Write how far a running job is: visible at once, and a sign of life."""
    job.step, job.done, job.total, job.touched_at = step, done, total, timezone.now()
    job.save(update_fields=["step", "done", "total", "touched_at"])


def run_next() -> bool:
    """Take one job that is due and run it; False when none is. Safe to run in several processes at once."""
    job = _claim()
    if job is None:
        return False
    if job.is_over:
        return True
    try:
        result = RUNNERS[job.kind](job)
    except Exception as error:
        log.exception("job failed", job=str(job.pk), kind=job.kind)
        _fail(job, str(error) if isinstance(error, Refused) else FAILED_SENTENCE, for_good=isinstance(error, Refused))
    else:
        job.result_id, job.done, job.error = result, job.total, ""
        move(job, to=JobState.DONE)
    return True


@transaction.atomic
def _claim() -> Job | None:
    job = Job.objects.due().select_for_update(skip_locked=True).first()
    if job is None:
        return None
    if job.attempts >= ATTEMPTS:  # its worker died each time
        job.state = JobState.RUNNING
        job.error = FAILED_SENTENCE
        move(job, to=JobState.FAILED)
        return job
    if job.state == JobState.RUNNING:
        move(job, to=JobState.WAITING)
    job.attempts += 1
    move(job, to=JobState.RUNNING)
    return job


def _fail(job: Job, sentence: str, *, for_good: bool) -> None:
    job.error = sentence
    move(job, to=JobState.FAILED if for_good or job.attempts >= ATTEMPTS else JobState.WAITING)
