"""/healthz answers for the process, /readyz for everything that it needs, without a word to strangers about why not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts import tasks
from accounts.models import SweepRun
from taskforce.views import health


@pytest.fixture
def beating(db):
    tasks.note_heartbeat()


def test_the_process_answers_without_its_database(client, monkeypatch):
    monkeypatch.setattr(connection, "cursor", None)
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.usefixtures("beating")
def test_all_is_well(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, dict.fromkeys(["database", "migrations", "broker", "beat"], "ok"))


@pytest.mark.django_db
@pytest.mark.parametrize("silent_for", [None, timedelta(minutes=4)])
def test_a_clock_that_has_fallen_silent_is_told(client, silent_for):
    if silent_for:
        SweepRun.objects.create(name="heartbeat", at=timezone.now() - silent_for)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["beat"], response.json()["database"]) == (503, "fail", "ok")


@pytest.mark.usefixtures("beating")
def test_a_broker_that_is_away_is_told(client, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    response = client.get("/readyz")
    assert (response.status_code, response.json()["broker"]) == (503, "fail")


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
