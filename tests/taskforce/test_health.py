"""/healthz answers for the process, /readyz for everything that it needs, without a word to strangers about why not."""

import socket
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts import tasks
from accounts.models import SweepRun
from engagements import tasks as sweeps
from taskforce import probes
from taskforce.views import health


@pytest.fixture
def beating(db):
    tasks.note_heartbeat()
    sweeps.plan_reminders()
    sweeps.dispatch_reminders()


@pytest.fixture
def mute_broker(settings):
    """A broker that takes the call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        yield


def test_the_process_answers_without_its_database(client, monkeypatch):
    monkeypatch.setattr(connection, "cursor", None)
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.usefixtures("beating")
def test_all_is_well(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (
        200,
        dict.fromkeys(["database", "migrations", "vault", "broker", "beat", "sweeps"], "ok"),
    )


@pytest.mark.usefixtures("beating")
@pytest.mark.parametrize(("silent_for", "status"), [(timedelta(minutes=4, seconds=50), 200), (timedelta(minutes=5, seconds=1), 503)])
def test_a_clock_is_silent_after_five_minutes_without_a_beat(client, silent_for, status):
    SweepRun.objects.filter(name="heartbeat").update(at=timezone.now() - silent_for)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["beat"]) == (status, "ok" if status == 200 else "fail")
    assert (response.json()["database"], response.json()["sweeps"]) == ("ok", "ok")


@pytest.mark.django_db
def test_a_clock_that_has_never_struck_is_told(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()["beat"], response.json()["sweeps"]) == (503, "fail", "fail")


@pytest.mark.usefixtures("beating")
@pytest.mark.parametrize("name", sorted(probes.SILENT_AFTER.keys() - {probes.HEARTBEAT}))
def test_each_sweep_that_falls_silent_is_told_while_the_clock_strikes(client, name):
    SweepRun.objects.filter(name=name).update(at=timezone.now() - probes.SILENT_AFTER[name] - timedelta(seconds=1))
    response = client.get("/readyz")
    assert (response.status_code, response.json()["beat"], response.json()["sweeps"]) == (503, "ok", "fail")


@pytest.mark.usefixtures("beating")
def test_a_broker_that_is_away_is_told(client, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    response = client.get("/readyz")
    assert (response.status_code, response.json()["broker"]) == (503, "fail")


@pytest.mark.usefixtures("beating", "mute_broker")
def test_a_broker_that_says_nothing_is_given_up(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()["broker"], response.json()["database"]) == (503, "fail", "ok")


@pytest.mark.usefixtures("beating")
def test_a_migration_that_is_missing_is_told(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'taskforce'")
    assert client.get("/readyz").json()["migrations"] == "fail"


@pytest.mark.usefixtures("beating")
def test_why_it_is_not_ready_is_logged_and_not_shown(client, monkeypatch, caplog):
    def broken() -> bool:
        raise RuntimeError("password of the database")

    monkeypatch.setitem(health.PROBES, "database", broken)
    response = client.get("/readyz")
    assert response.json()["database"] == "fail"
    assert "password of the database" not in response.text
    assert "password of the database" in caplog.text
