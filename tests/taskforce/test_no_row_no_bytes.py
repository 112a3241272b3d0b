"""A file leaves only after the access log has its row; when the row cannot be written, nothing leaves."""

import pytest
from django.test import Client

from accounts.models import AccessLog
from accounts.states import JobState, ReadAction, Role
from documents import actions as files
from tests import factories, races
from tests.conftest import show_factor
from tests.ledgers import closed

SECRET = b"%PDF a plan that nobody may take unseen"


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant)


@pytest.fixture
def job(engagement, consultant):
    stored = files.store(content=SECRET, name="plan.pdf", content_type="application/pdf", scope=engagement.scope, by=consultant)
    return factories.job(
        engagement, consultant, title="Tidsplan som PDF", state=JobState.DONE, finished_at=engagement.created_at, result_id=stored.pk
    )


@pytest.fixture
def addresses(engagement, job):
    return [f"/job/{job.pk}/hent/", f"/forloeb/{engagement.pk}/tidsplan.xlsx"]


def fragile(person) -> Client:
    """Shows the page that people see when something breaks."""
    client = Client(raise_request_exception=False)
    client.force_login(person)
    show_factor(client, person)
    return client


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.django_db
def test_no_row_no_bytes(consultant, addresses):
    client = fragile(consultant)
    with closed("accounts_accesslog"):
        refused = [client.get(address) for address in addresses]
    for response in refused:
        assert (response.status_code, response.streaming) == (500, False)
        assert "Noget gik galt hos os" in response.text
        assert SECRET not in response.content and not response.content.startswith(b"PK")
        assert "Content-Disposition" not in response
    assert [client.get(address).status_code for address in addresses] == [200, 200]


@pytest.mark.django_db
def test_the_log_itself_is_not_read_without_a_row():
    auditor = factories.person(Role.AUDITOR, name="Rikke Revisor")
    client = fragile(auditor)
    with closed("accounts_accesslog"):
        refused = [client.get(address) for address in ("/log/", "/log/?slags=opslag", "/log/excel/?formaal=Tilsyn")]
    assert [(response.status_code, "Rikke Revisor" in response.text) for response in refused] == [(500, False)] * 3


@pytest.mark.django_db
def test_each_row_says_what_was_taken_for_what(consultant, engagement, job, addresses):
    for address in addresses:
        fragile(consultant).get(address)
    export, download = AccessLog.objects.all()
    assert (download.by, download.action, download.target_name) == (consultant, ReadAction.DOWNLOAD, "plan.pdf")
    assert (download.purpose, download.scope) == ("Til egen brug: Tidsplan som PDF", engagement.scope)
    assert (export.action, export.target_name, export.purpose) == (ReadAction.EXPORT, str(engagement), "Til egen brug: tidsplan til Excel")


@pytest.mark.django_db
def test_who_gets_nothing_leaves_no_row(log_in, stranger, addresses):
    assert [log_in(stranger).get(address).status_code for address in addresses] == [404, 404]
    assert not AccessLog.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("catalogue")
def test_the_row_is_committed_before_the_first_byte_is_read():
    person = factories.person(Role.CONSULTANT)
    engagement = factories.engagement(person)
    stored = files.store(content=SECRET, name="plan.pdf", content_type="application/pdf", scope=engagement.scope, by=person)
    job = factories.job(engagement, person, state=JobState.DONE, finished_at=engagement.created_at, result_id=stored.pk)
    response = fragile(person).get(f"/job/{job.pk}/hent/")
    (seen,) = races.at_once(AccessLog.objects.count)  # from another connection
    assert (seen, body(response)) == (1, SECRET)
