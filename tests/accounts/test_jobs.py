"""Long jobs: the row is the queue. Two workers never run the same job, and a dead worker's job is taken up again."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts import jobs, tasks
from accounts.models import Job, SweepRun
from accounts.models.job import ATTEMPTS, LEASE
from accounts.refusal import Refused
from accounts.states import JOB_MOVES, JobState
from tests import factories
from tests.races import at_once

RESULT = uuid.UUID(int=7)


@pytest.fixture
def runs(monkeypatch):
    """The jobs that the runner of the kind "test" has run."""
    seen: list[Job] = []

    def runner(job: Job) -> uuid.UUID:
        jobs.tell(job, step="Halvvejs", done=1, total=2)
        seen.append(job)
        return RESULT

    monkeypatch.setitem(jobs.RUNNERS, "test", runner)
    return seen


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant)


def ordered(engagement, by, object_id=1, kind="test") -> Job:
    return jobs.order(kind=kind, title="En prøve", scope=engagement.scope, object_id=object_id, back_url="/", by=by)


def fails_with(error: Exception):
    def runner(job: Job) -> uuid.UUID:
        raise error

    return runner


def silent(job: Job, **fields) -> None:
    """The job of a worker that took it and was never heard of again."""
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, touched_at=timezone.now() - LEASE - timedelta(seconds=1), **fields)


def test_a_job_waits_is_run_and_is_done(runs, engagement, consultant):
    job = ordered(engagement, consultant)
    assert (job.state, str(job), job.get_absolute_url()) == (JobState.WAITING, "En prøve", f"/job/{job.pk}/")
    assert jobs.run_next() is True
    job.refresh_from_db()
    assert (job.state, job.result_id, job.attempts, job.step, job.done, job.total) == (JobState.DONE, RESULT, 1, "Halvvejs", 2, 2)
    assert job.is_over and job.finished_at and not job.error
    assert jobs.run_next() is False
    assert len(runs) == 1


def test_progress_is_seen_while_it_runs(monkeypatch, engagement, consultant):
    job, seen = ordered(engagement, consultant), []

    def runner(running: Job) -> uuid.UUID:
        jobs.tell(running, step="Første", done=1, total=3)
        seen.extend(Job.objects.filter(pk=job.pk).values_list("state", "step", "done", "total"))
        return RESULT

    monkeypatch.setitem(jobs.RUNNERS, "test", runner)
    jobs.run_next()
    assert seen == [("running", "Første", 1, 3)]


def test_a_second_click_gives_the_first_job_back_while_it_waits_or_runs(runs, engagement, consultant, coordinator):
    first = ordered(engagement, consultant)
    assert ordered(engagement, consultant) == first
    assert len({first, ordered(engagement, consultant, object_id=2), ordered(engagement, coordinator)}) == 3
    while jobs.run_next():
        pass
    assert ordered(engagement, consultant) != first


def test_a_job_is_seen_by_the_person_who_asked_for_it(engagement, consultant, coordinator):
    job = ordered(engagement, consultant)
    assert list(Job.objects.visible_to(consultant)) == [job]
    assert list(Job.objects.visible_to(coordinator)) == []


def test_a_runner_that_breaks_is_tried_three_times_and_then_given_up(monkeypatch, engagement, consultant):
    monkeypatch.setitem(jobs.RUNNERS, "test", fails_with(ValueError("secret detail")))
    job = ordered(engagement, consultant)
    states = []
    for _ in range(ATTEMPTS):
        assert jobs.run_next() is True
        job.refresh_from_db()
        states.append((job.state, job.attempts))
    assert states == [("waiting", 1), ("waiting", 2), ("failed", 3)]
    assert job.error == "Noget gik galt hos os. Prøv igen, eller kontakt support, hvis det sker igen."
    assert jobs.run_next() is False


def test_a_refusal_fails_at_once_with_its_sentence(monkeypatch, engagement, consultant):
    monkeypatch.setitem(jobs.RUNNERS, "test", fails_with(Refused("Forløbet er lukket.")))
    job = ordered(engagement, consultant)
    jobs.run_next()
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == (JobState.FAILED, "Forløbet er lukket.", 1)


def test_a_job_of_a_kind_that_nobody_runs_fails_and_stops_no_other(runs, engagement, consultant):
    unknown = ordered(engagement, consultant, kind="nobody knows")
    known = ordered(engagement, consultant)
    tasks.run_waiting_jobs()
    assert Job.objects.get(pk=unknown.pk).state == JobState.FAILED
    assert Job.objects.get(pk=known.pk).state == JobState.DONE


def test_a_failed_job_can_be_tried_again_from_the_start(monkeypatch, runs, engagement, consultant):
    job = ordered(engagement, consultant)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.FAILED, attempts=3, error="Av", step="To", done=1, total=2, finished_at=timezone.now()
    )
    jobs.again(job=job, by=consultant)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error, job.step, job.done, job.finished_at) == (JobState.WAITING, 0, "", "", 0, None)
    jobs.run_next()
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_only_the_person_who_asked_tries_again(engagement, consultant, coordinator):
    job = ordered(engagement, consultant)
    with pytest.raises(Job.DoesNotExist):
        jobs.again(job=job, by=coordinator)


@pytest.mark.parametrize(("start", "to"), [(start, to) for start in JobState for to in JobState if to not in JOB_MOVES[start]])
def test_a_job_moves_only_as_its_table_says(start, to):
    job = Job(state=start, title="x")
    with pytest.raises(Refused) as refused:
        jobs.move(job, to=to)
    assert str(refused.value) == f"Jobbet er {start.label.lower()} og kan ikke blive {to.label.lower()}."
    assert job.state == start


def test_a_job_whose_worker_died_is_taken_up_after_the_lease(runs, engagement, consultant):
    job = ordered(engagement, consultant)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=1, touched_at=timezone.now() - LEASE + timedelta(seconds=30))
    assert jobs.run_next() is False
    silent(job)
    assert jobs.run_next() is True
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)


def test_a_job_whose_worker_died_three_times_is_given_up(runs, engagement, consultant):
    job = ordered(engagement, consultant)
    silent(job, attempts=ATTEMPTS)
    assert jobs.run_next() is True
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "Noget gik galt hos os. Prøv igen, eller kontakt support, hvis det sker igen.")
    assert runs == []


def test_one_sweep_runs_all_that_waits_but_not_for_ever(runs, engagement, consultant):
    for number in range(tasks.MOST_JOBS_IN_ONE_SWEEP + 1):
        ordered(engagement, consultant, object_id=number)
    tasks.run_waiting_jobs()
    assert len(runs) == tasks.MOST_JOBS_IN_ONE_SWEEP
    tasks.run_waiting_jobs()
    assert len(runs) == tasks.MOST_JOBS_IN_ONE_SWEEP + 1


def test_a_broker_that_is_away_loses_nothing(monkeypatch, runs, engagement, consultant):
    def away(**options):
        raise OperationalError("connection refused")

    monkeypatch.setattr(tasks.run_waiting_jobs, "apply_async", away)
    job = ordered(engagement, consultant)
    tasks.ring()
    tasks.run_waiting_jobs()
    assert Job.objects.get(pk=job.pk).state == JobState.DONE


@pytest.mark.django_db
def test_the_heartbeat_is_one_row_with_the_latest_time():
    before = timezone.now()
    tasks.note_heartbeat()
    tasks.note_heartbeat()
    beat = SweepRun.objects.get()
    assert str(beat) == "heartbeat" and beat.at >= before


@pytest.mark.parametrize(
    "fields",
    [{"state": JobState.DONE}, {"state": JobState.WAITING, "finished_at": timezone.now()}, {"done": 2, "total": 1}],
    ids=["done but not finished", "waiting but finished", "more done than there is"],
)
def test_the_database_refuses_a_job_that_contradicts_itself(engagement, consultant, fields):
    job = ordered(engagement, consultant)
    with pytest.raises(IntegrityError):
        Job.objects.filter(pk=job.pk).update(**fields)


@pytest.mark.usefixtures("catalogue")
def test_two_workers_run_every_job_once(monkeypatch):
    consultant = factories.person(factories.Role.CONSULTANT)
    engagement, runs, lock = factories.engagement(consultant), [], threading.Lock()

    def runner(job: Job) -> uuid.UUID:
        with lock:
            runs.append(job.pk)
        return RESULT

    monkeypatch.setitem(jobs.RUNNERS, "test", runner)
    waiting = {ordered(engagement, consultant, object_id=number).pk for number in range(12)}
    assert at_once(*[tasks.run_waiting_jobs] * 4) == [None] * 4
    tasks.run_waiting_jobs()  # what a worker left lying because the other one held it
    assert (len(runs), set(runs)) == (12, waiting)


@pytest.mark.usefixtures("catalogue")
def test_two_clicks_at_the_same_time_order_one_job():
    consultant = factories.person(factories.Role.CONSULTANT)
    engagement = factories.engagement(consultant)
    assert set(at_once(*[lambda: ordered(engagement, consultant)] * 4)) == {Job.objects.get()}
