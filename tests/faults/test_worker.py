"""Workers and queues die; what was ordered is made nevertheless, and made once. PostgreSQL alone holds the truth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Job, User
from accounts.models.job import ATTEMPTS, LEASE
from accounts.states import JobState
from documents.models import StoredFile
from engagements.models import Engagement
from tests import pdf_checks
from tests.browser.world import large_plan
from tests.servers import Redis, Worker, until

MANY = 300  # rows: laying them out takes seconds, so that a worker can be killed in the middle
WAITS = "Venter på at komme til"
READY = "Filen er klar til at blive hentet."


@pytest.fixture
def long_plan(orderer: User) -> Engagement:
    return large_plan(orderer, MANY)


@pytest.fixture
def short_plan(orderer: User) -> Engagement:
    return large_plan(orderer, 3)


def order(browser: Client, engagement: Engagement) -> Job:
    answer = browser.post(reverse("timetable-pdf", args=[engagement.pk]))
    assert answer.status_code == 302
    job = Job.objects.get(object_id=engagement.pk)
    assert answer["Location"] == job.get_absolute_url()
    return job


def state_of(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def page_of(browser: Client, job: Job) -> str:
    return browser.get(job.get_absolute_url()).content.decode()


def grow_silent(job: Job) -> None:
    """Let the lease run out as if the time had passed."""
    Job.objects.filter(pk=job.pk).update(touched_at=timezone.now() - LEASE - timedelta(seconds=1))


def assert_one_result(job: Job, browser: Client, rows: int, settings: Any) -> None:
    assert [stored.pk for stored in StoredFile.objects.all()] == [job.result_id]
    assert len([path for path in Path(settings.PRIVATE_FILES_DIR).rglob("*") if path.is_file()]) == 1
    content = b"".join(browser.get(reverse("job-download", args=[job.pk])).streaming_content)
    assert pdf_checks.problems(content) == []
    text = pdf_checks.text(content)
    assert f"Række {rows - 1} i en lang tidsplan" in text


def test_another_worker_finishes_what_a_killed_one_began(
    browser: Client, long_plan: Engagement, new_worker: Callable[..., Worker], settings: Any
) -> None:
    first = new_worker()
    job = order(browser, long_plan)
    until(lambda: state_of(job) == JobState.RUNNING and job.done >= 1, "the first worker at work on the pages")
    first.kill()
    assert state_of(job) == JobState.RUNNING
    assert "Sætter siderne op" in page_of(browser, job)

    second = new_worker(with_beat=True)
    second.until_ready()
    assert state_of(job) == JobState.RUNNING, "nobody takes the work of one who may be alive"
    grow_silent(job)
    until(lambda: state_of(job) == JobState.DONE, "the second worker's result")
    assert job.attempts == 2
    assert READY in page_of(browser, job)
    assert_one_result(job, browser, MANY, settings)


def test_two_workers_make_it_once(browser: Client, short_plan: Engagement, new_worker: Callable[..., Worker], settings: Any) -> None:
    first, second = new_worker(with_beat=True), new_worker(with_beat=True)
    first.until_ready()
    second.until_ready()
    job = order(browser, short_plan)
    again = order(browser, short_plan)
    assert again.pk == job.pk or state_of(job) == JobState.DONE
    until(lambda: state_of(job) == JobState.DONE, "the result")
    assert job.attempts == 1
    assert_one_result(job, browser, 3, settings)


def test_without_a_worker_it_waits_and_says_so(
    browser: Client, short_plan: Engagement, new_worker: Callable[..., Worker], settings: Any
) -> None:
    job = order(browser, short_plan)
    assert WAITS in page_of(browser, job)
    assert browser.get(reverse("job-download", args=[job.pk])).status_code == 404
    new_worker()
    until(lambda: state_of(job) == JobState.DONE, "the result of the worker that came late")
    assert READY in page_of(browser, job)
    assert_one_result(job, browser, 3, settings)


def test_a_dead_queue_only_delays(
    browser: Client, short_plan: Engagement, broker: Redis, new_worker: Callable[..., Worker], settings: Any
) -> None:
    worker = new_worker(with_beat=True)
    worker.until_ready()
    broker.kill()
    job = order(browser, short_plan)
    assert WAITS in page_of(browser, job)
    broker.start()
    until(lambda: state_of(job) == JobState.DONE, "the sweep, when the queue is back")
    assert_one_result(job, browser, 3, settings)


def test_work_that_kills_every_worker_is_given_up_with_a_sentence(
    browser: Client, short_plan: Engagement, new_worker: Callable[..., Worker], settings: Any
) -> None:
    job = order(browser, short_plan)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=ATTEMPTS)  # the last worker that was allowed to try has died
    grow_silent(job)
    worker = new_worker()
    until(lambda: state_of(job) == JobState.FAILED, "the end of the attempts")
    page = page_of(browser, job)
    assert "Noget gik galt hos os" in page and "Prøv igen" in page
    assert not StoredFile.objects.exists()

    worker.until_ready()
    assert browser.post(reverse("job-again", args=[job.pk])).status_code == 302
    until(lambda: state_of(job) == JobState.DONE, "the result of the new try")
    assert_one_result(job, browser, 3, settings)
