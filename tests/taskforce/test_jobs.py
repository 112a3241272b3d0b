"""The page of a long job."""

import pytest
from django.utils import timezone

from accounts.models import Job
from accounts.states import JobState
from documents import actions
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant)


@pytest.fixture
def job(engagement, consultant):
    return factories.job(engagement, consultant)


def become(job, state, **fields) -> None:
    over = state in {JobState.DONE, JobState.FAILED}
    Job.objects.filter(pk=job.pk).update(state=state, finished_at=timezone.now() if over else None, **fields)


@pytest.mark.parametrize(
    ("state", "fields", "text"),
    [
        (JobState.WAITING, {}, "Venter på at komme til"),
        (JobState.RUNNING, {"step": "Sætter siderne op", "done": 1, "total": 3}, "Sætter siderne op"),
        (JobState.DONE, {}, "Filen er slettet igen"),
        (JobState.FAILED, {"error": "Forløbet er lukket."}, "Forløbet er lukket."),
    ],
)
def test_the_page_says_how_far_it_is(log_in, consultant, job, state, fields, text):
    become(job, state, **fields)
    response = log_in(consultant).get(job.get_absolute_url())
    assert text in response.text
    assert (f'hx-get="{job.get_absolute_url()}"' in response.text) is (state in {JobState.WAITING, JobState.RUNNING})
    assert ('http-equiv="refresh"' in response.text) is (state in {JobState.WAITING, JobState.RUNNING})


def test_a_job_that_is_done_offers_its_file(log_in, consultant, engagement, job):
    stored = actions.store(content=b"%PDF", name="plan.pdf", content_type="application/pdf", scope=engagement.scope, by=consultant)
    become(job, JobState.DONE, result_id=stored.pk)
    client, url = log_in(consultant), job.get_absolute_url()
    text = client.get(url).text
    assert "Klar" in text and f'href="{url}hent/"' in text and "plan.pdf" in text
    assert b"".join(client.get(f"{url}hent/").streaming_content) == b"%PDF"


def test_htmx_gets_the_panel_alone(log_in, consultant, job):
    response = log_in(consultant).get(job.get_absolute_url(), headers={"HX-Request": "true"})
    assert 'id="progress"' in response.text
    assert "<html" not in response.text


def test_a_failed_job_is_tried_again_by_the_person_who_asked(log_in, consultant, job):
    become(job, JobState.FAILED, error="Av", attempts=3)
    client = log_in(consultant)
    assert f'action="{job.get_absolute_url()}igen/"' in client.get(job.get_absolute_url()).text
    assert client.post(f"{job.get_absolute_url()}igen/")["Location"] == job.get_absolute_url()
    assert Job.objects.get(pk=job.pk).state == JobState.WAITING


@pytest.mark.parametrize("state", [JobState.WAITING, JobState.DONE])
def test_only_a_failed_job_is_tried_again(log_in, consultant, job, state):
    become(job, state)
    response = log_in(consultant).post(f"{job.get_absolute_url()}igen/")
    assert response.status_code == 409
    assert f"Jobbet er {state.label.lower()} og kan ikke blive venter." in response.text


def test_nobody_else_sees_fetches_or_repeats_it(log_in, coordinator, engagement, consultant, job):
    stored = actions.store(content=b"%PDF", name="a.pdf", content_type="application/pdf", scope=engagement.scope, by=consultant)
    become(job, JobState.DONE, result_id=stored.pk)
    client, url = log_in(coordinator), job.get_absolute_url()
    assert [client.get(url).status_code, client.get(f"{url}hent/").status_code, client.post(f"{url}igen/").status_code] == [404] * 3


def test_a_result_that_has_been_deleted_is_not_found(log_in, consultant, job):
    become(job, JobState.DONE)
    client = log_in(consultant)
    assert f'href="{job.get_absolute_url()}hent/"' not in client.get(job.get_absolute_url()).text
    assert client.get(f"{job.get_absolute_url()}hent/").status_code == 404


def test_a_job_that_is_not_done_has_nothing_to_fetch(log_in, consultant, job):
    assert log_in(consultant).get(f"{job.get_absolute_url()}hent/").status_code == 404
