"""Drift: every line in words, what failed can run again, and the log of all mails; for administrators, without content."""

from __future__ import annotations

import socket
from collections import namedtuple
from datetime import timedelta

import psycopg2
import pytest
from django.core import mail as sent
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import jobs, notices, outbox, tasks
from accounts.models import AccessLog, AuditEntry, Job, OutboxMail, SweepRun
from accounts.refusal import Denied
from accounts.states import JobState, MailState, Role
from documents.models import Document
from engagements import tasks as sweeps
from engagements.models import Reminder
from taskforce import mail_log, operations, probes
from taskforce.actions import operations as actions
from taskforce.operations import Health
from tests import factories
from tests.taskforce.test_addresses import fingerprints

pytestmark = pytest.mark.django_db
SECRET = "Tidsplan for Hedensted Kommune som PDF"


@pytest.fixture
def admin(db):
    return factories.person(Role.ADMIN, name="Ane Administrator")


@pytest.fixture
def client(log_in, admin):
    return log_in(admin)


@pytest.fixture
def beating(db):
    tasks.note_heartbeat()
    sweeps.plan_reminders()
    sweeps.dispatch_reminders()


@pytest.fixture
def job(consultant):
    made = factories.job(factories.engagement(consultant), consultant, kind="timetable.pdf", title=SECRET)
    Job.objects.filter(pk=made.pk).update(state=JobState.FAILED, finished_at=timezone.now(), error="Noget gik galt hos os.", attempts=3)
    return made


def mail(to="hanne@example.dk", state=MailState.WAITING, **fields) -> OutboxMail:
    made = outbox.queue(kind="accounts.test", to_email=to, recipient=None, about=factories.municipality())
    fields |= {"sent_at": timezone.now()} if state == MailState.SENT else {}
    OutboxMail.objects.filter(pk=made.pk).update(state=state, **fields)
    return made


@pytest.fixture(autouse=True)
def _no_worker_runs(monkeypatch):
    """So none is waited for; a page with a real one stands in tests/faults/test_operations.py."""
    monkeypatch.setattr(probes, "ANSWERS_WITHIN", 0.05)


def line(name: str) -> operations.Line:
    of_the_queue = {"Kø (broker)", "Worker"}  # which takes a second to ask
    asked = [probe for probe in operations.PROBES if (probe in of_the_queue) == (name in of_the_queue)]
    [found] = [one for probe in asked for one in operations.ask(probe) if one.name == name]
    return found


def tell(name: str) -> tuple[Health, str]:
    found = line(name)
    return found.health, found.text


# Who


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("url", ["/drift/", "/drift/mails/"])
def test_only_administrators_see_it(log_in, role, url):
    client = log_in(factories.person(role))
    response, may = client.get(url), role == Role.ADMIN
    assert response.status_code == (200 if may else 403)
    assert ("Driften er kun for administratorer." in response.text) is not may
    assert ("Drift" in [item["label"] for item in client.get("/").context["frame"]["navigation"]]) is may


# The lines


@pytest.mark.usefixtures("beating")
def test_each_line_says_in_words_how_it_is(client, settings):
    page = client.get("/drift/")
    assert "1 ting skal ses efter." in page.text
    assert [one.name for one in page.context["lines"]] == [
        "Database", "Kø (broker)", "Worker", "Ur (beat)", "Mailserver", "Mails i kø", "Fejlede mails", "Holdt tilbage",
        "Påmindelser planlagt", "Påmindelser sendt", "Forfaldne påmindelser", "Kontrol af filer", "Job i kø", "Fejlede job",
        "Plads til filer", "Nøgle til filer", "Version",
    ]  # fmt: skip
    assert [one.name for one in page.context["lines"] if one.health != Health.GOOD] == ["Worker"]
    assert settings.VERSION in page.text


def test_a_clock_that_never_struck_and_sweeps_that_never_ran_are_told_with_what_to_do():
    found = line("Ur (beat)")
    assert (found.health, found.text, found.since, found.section) == (Health.BAD, "Uret har aldrig slået", None, "The clock")
    assert found.advice == "Se, om beat og en worker kører, og start den, der mangler."
    assert tell("Påmindelser planlagt") == tell("Påmindelser sendt") == (Health.BAD, "Er aldrig kørt")


def test_files_that_wait_long_for_their_check_are_told_without_their_names(client, consultant):
    scope = factories.engagement(consultant).scope
    values = {"scope": scope, "name": SECRET, "size": 1, "sha256": "", "file_class": "case", "uploaded_by": consultant}
    waiting, _ = Document.objects.create(**values), Document.objects.create(**values)
    assert tell("Kontrol af filer") == (Health.GOOD, "Ingen venter for længe")
    at = timezone.now() - timedelta(minutes=11)
    Document.objects.filter(pk=waiting.pk).update(uploaded_at=at)
    found = line("Kontrol af filer")
    assert (found.health, found.text, found.since) == (Health.BAD, "1 fil har ventet længe på kontrol. Den ældste siden", at)
    assert SECRET not in client.get("/drift/").text


def test_a_silent_clock_tells_since_when():
    at = timezone.now() - timedelta(minutes=6)
    for name in probes.SILENT_AFTER:
        SweepRun.objects.create(name=name, at=at - timedelta(hours=1))
    found = line("Ur (beat)")
    assert (found.health, found.text, found.since) == (Health.BAD, "Uret har været tavst siden", at - timedelta(hours=1))
    assert tell("Påmindelser planlagt") == (Health.BAD, "Er ikke kørt siden")


def test_a_worker_that_does_not_answer_is_told_apart_from_the_queue():
    assert tell("Kø (broker)")[0] == Health.GOOD
    assert tell("Worker") == (Health.BAD, "Ingen worker svarer")


def test_a_long_queue_is_watched(monkeypatch):
    monkeypatch.setattr(operations, "LONG_QUEUE", -1)
    health, text = tell("Kø (broker)")
    assert (health, text.split(",")[0]) == (Health.WATCH, "Svarer")


def test_a_broker_that_is_away_or_mute_is_one_line_and_the_page_is_there(client, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert tell("Kø (broker)") == (Health.BAD, "Svarer ikke, eller svarer for langsomt")
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        page = client.get("/drift/")
    assert page.status_code == 200
    assert [one.health for one in page.context["lines"] if one.name in {"Kø (broker)", "Database"}] == [Health.GOOD, Health.BAD]


def test_a_missing_migration_is_counted():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'taskforce' AND name LIKE '0003%'")
    assert tell("Database") == (Health.BAD, "Svarer, men 1 migrering mangler")


def test_mails_are_told_sent_late_failed_and_held():
    assert tell("Mailserver") == (Health.GOOD, "Der er ikke sendt nogen mails endnu")
    now = timezone.now()
    mail(state=MailState.SENT)
    mail(due_at=now - timedelta(minutes=9))
    assert tell("Mails i kø") == (Health.GOOD, "Ingen venter for længe")
    mail(due_at=now - timedelta(minutes=11))
    mail(state=MailState.FAILED)
    mail(state=MailState.HELD)
    assert tell("Mailserver") == (Health.GOOD, "Tager imod. Sidste mail sendt")
    assert tell("Mails i kø") == (Health.BAD, "2 mails skulle være sendt. Den ældste siden")
    assert line("Mails i kø").since == now - timedelta(minutes=11)
    assert tell("Fejlede mails") == (Health.WATCH, "1 mail kunne ikke sendes. Den ældste er fra")
    assert tell("Holdt tilbage") == (Health.GOOD, "1 mail venter på en konsulent")


def test_a_mail_server_that_went_away_after_the_last_mail_is_told():
    SweepRun.objects.create(name=outbox.SERVER_AWAY, at=timezone.now() - timedelta(minutes=1))
    assert tell("Mailserver") == (Health.BAD, "Svarede ikke")
    mail(state=MailState.SENT)
    assert tell("Mailserver")[0] == Health.GOOD


def test_a_reminder_that_should_have_gone_is_told(consultant, time_machine):
    today = timezone.localdate()
    person = factories.person(Role.COORDINATOR)
    made = factories.milestone(factories.engagement(consultant), on=today + timedelta(days=60), by=consultant)
    reminder = Reminder.objects.filter(milestone=made).order_by("due_at").first()
    assert person and reminder is not None
    assert tell("Forfaldne påmindelser") == (Health.GOOD, "Ingen venter for længe")
    time_machine.move_to(reminder.due_at + timedelta(minutes=11))
    found = line("Forfaldne påmindelser")
    assert (found.health, found.since) == (Health.BAD, reminder.due_at)


def test_jobs_are_told_late_and_failed(job, consultant):
    assert tell("Fejlede job")[0] == Health.WATCH
    Job.objects.update(state=JobState.WAITING, finished_at=None, created_at=timezone.now() - timedelta(minutes=11))
    assert tell("Job i kø") == (Health.BAD, "Det ældste har ventet siden")
    assert tell("Fejlede job") == (Health.GOOD, "Ingen")


def test_scarce_space_for_files_is_told(monkeypatch, settings, tmp_path):
    settings.PRIVATE_FILES_DIR = tmp_path / "not" / "made" / "yet"
    assert tell("Plads til filer")[1].endswith(" GB")
    usage = namedtuple("usage", "free total")
    monkeypatch.setattr("shutil.disk_usage", lambda folder: usage(free=3 * 1024**3, total=40 * 1024**3))
    assert tell("Plads til filer") == (Health.BAD, "3,0 GB ledig af 40,0 GB")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("catalogue")
def test_a_database_that_keeps_a_table_to_itself_does_not_hang_the_page(monkeypatch):
    monkeypatch.setattr(probes, "SLOWEST_QUERY", 200)
    settings = connection.get_connection_params()
    other = psycopg2.connect(dbname=settings["dbname"], user=settings["user"], host=settings["host"])
    with other.cursor() as cursor:
        cursor.execute("LOCK TABLE accounts_outboxmail IN ACCESS EXCLUSIVE MODE")
    found = {one.name: one.health for one in operations.lines()}
    other.close()
    assert (found["Mails"], found["Database"], found["Fejlede job"]) == (Health.BAD, Health.GOOD, Health.GOOD)
    assert "Mails i kø" not in found and line("Mails i kø").health == Health.GOOD


# No content


def test_what_failed_is_listed_without_what_it_holds(client, job):
    mail(to="hanne@hedensted.example", state=MailState.FAILED, error="550 No such user", text="Hemmelig tekst", subject="Hemmeligt emne")
    page = client.get("/drift/").text
    assert "hanne@hedensted.example" in page and "550 No such user" in page and "Tidsplan som PDF" in page
    assert "Katrine Konsulent" in page and "Noget gik galt hos os." in page
    for secret in (SECRET, "Hemmelig tekst", "Hedensted Kommune"):
        assert secret not in page


def test_every_kind_of_mail_and_job_has_its_words():
    assert mail_log.KINDS.keys() == {kind for kind in outbox.BUILDERS if "." in kind}
    assert operations.JOB_KINDS.keys() == {kind for kind in jobs.RUNNERS if "." in kind}
    assert notices.MAIL in mail_log.KINDS


# Run again


def test_a_failed_mail_runs_again_and_the_history_tells_who(client, admin):
    failed = mail(state=MailState.FAILED, attempts=9, error="550")
    assert client.post(f"/drift/mails/{failed.pk}/igen/")["Location"] == "/drift/"
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.error) == (MailState.WAITING, 0, "")
    assert AuditEntry.objects.filter(verb="mail.again", by=admin, target_id=str(failed.pk)).count() == 1
    assert client.post(f"/drift/mails/{failed.pk}/igen/").status_code == 409


def test_a_failed_job_runs_again_for_the_person_who_ordered_it(client, admin, job, consultant):
    assert client.post(f"/drift/job/{job.pk}/igen/")["Location"] == "/drift/"
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error, job.requested_by) == (JobState.WAITING, 0, "", consultant)
    entry = AuditEntry.objects.get(verb="operations.job_again")
    assert (entry.by, entry.changes, entry.scope) == (admin, {"job": [None, "timetable.pdf"]}, None)
    assert SECRET not in entry.target_name
    assert client.post(f"/drift/job/{job.pk}/igen/").status_code == 409


def test_nobody_else_runs_anything_again(log_in, consultant, job):
    failed, client = mail(state=MailState.FAILED), log_in(consultant)
    urls = [f"/drift/mails/{failed.pk}/igen/", f"/drift/job/{job.pk}/igen/", "/drift/testmail/"]
    assert [client.post(url).status_code for url in urls] == [403, 403, 403]
    with pytest.raises(Denied):
        actions.run_job_again(job=job, by=consultant)
    with pytest.raises(Denied):
        actions.send_mail_again(mail=failed, by=consultant)
    failed.refresh_from_db()
    assert failed.state == MailState.FAILED


def test_a_test_mail_goes_to_oneself(client, admin):
    assert client.post("/drift/testmail/")["Location"] == "/drift/"
    assert f"En testmail til {admin.email} er lagt i kø." in client.get("/drift/").text
    outbox.send_next()
    assert [message.to for message in sent.outbox] == [[admin.email]]


# The log of mails


def recipients(client, query: str) -> list[str]:
    page = client.get(f"/drift/mails/?{query}")
    assert page.status_code == 200
    return [row.mail.to_email for row in page.context["rows"]]


def test_the_log_of_mails_is_narrowed_by_what_stands_in_the_address(client, admin):
    mail(to="a@example.dk", state=MailState.SENT, subject="Testmail fra Task Force")
    late = mail(to="b@example.dk", state=MailState.FAILED, error="550 No such user")
    OutboxMail.objects.filter(pk=late.pk).update(created_at=timezone.now() - timedelta(days=10), recipient=admin)
    week_ago = timezone.localdate() - timedelta(days=7)
    assert recipients(client, "") == ["a@example.dk", "b@example.dk"]
    assert recipients(client, "status=failed") == ["b@example.dk"]
    assert recipients(client, "type=accounts.test&modtager=A@example") == ["a@example.dk"]
    assert recipients(client, "modtager=ane admin") == ["b@example.dk"]
    assert recipients(client, f"fra={week_ago:%d.%m.%Y}") == ["a@example.dk"]
    assert recipients(client, f"til={week_ago:%d.%m.%Y}") == ["b@example.dk"]
    assert recipients(client, "type=engagements.meeting") == []
    page = client.get("/drift/mails/").text
    assert "Testmail fra Task Force" in page and "550 No such user" in page and "Fejlet" in page


def test_the_log_of_mails_never_shows_a_text(client):
    mail(state=MailState.SENT, text="Hemmelig tekst", subject="Emne")
    assert "Hemmelig tekst" not in client.get("/drift/mails/").text


def test_each_look_at_the_mails_is_logged_with_what_was_looked_for_and_nothing_else_is_written(client, admin):
    before = fingerprints()
    assert client.get("/drift/mails/?status=failed&type=accounts.test&modtager=hanne&fra=01.03.2026&til=02.03.2026").status_code == 200
    after = fingerprints()
    assert {label for label in after if after[label] != before[label]} - {"sessions.Session"} == {"accounts.AccessLog"}
    look = AccessLog.objects.get(by=admin)
    assert (look.purpose, look.target_type) == ("Tilsyn med mails", None)
    assert look.target_name == "Mailloggen; Status: Fejlet; Type: Testmail; Modtager: hanne; Fra: 01.03.2026; Til og med: 02.03.2026"


@pytest.mark.parametrize(
    "query", ["status=zzz", "type=zzz", "fra=i morgen tidlig", "fra=02.03.2026&til=01.03.2026", f"modtager={'x' * 61}"]
)
def test_a_filter_that_cannot_be_is_said_and_nothing_is_shown(client, admin, query):
    mail()
    response = client.get(f"/drift/mails/?{query}")
    assert (response.status_code, "Der er et problem" in response.text, "<tbody>" in response.text) == (422, True, False)
    assert not AccessLog.objects.filter(by=admin).exists()


def test_a_long_log_has_pages_of_fifty(client):
    for number in range(51):
        mail(to=f"person{number}@example.dk")
    assert len(recipients(client, "")) == 50
    assert recipients(client, "page=2") == ["person0@example.dk"]


@pytest.mark.parametrize("url", ["/drift/", "/drift/mails/"])
def test_the_pages_ask_as_much_for_thirty_rows_as_for_one(client, url):
    numbers = []
    for more in (1, 2, 27):
        for _ in range(more):
            OutboxMail.objects.filter(pk=mail(state=MailState.FAILED).pk).update(recipient=factories.person(Role.LEADER))
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] == numbers[2]
