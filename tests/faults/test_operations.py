"""The operations page and /readyz while real processes come and go."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from accounts.states import Role
from tests import factories
from tests.servers import Redis, Worker, until


def test_readyz_is_green_as_soon_as_clock_and_worker_run_and_the_page_says_so(
    new_worker: Callable[..., Worker], broker: Redis, settings, log_in, client: Client
) -> None:
    settings.CELERY_BROKER_URL = broker.url
    page = log_in(factories.person(Role.ADMIN))
    assert client.get("/readyz").json()["beat"] == "fail"
    worker = new_worker(with_beat=True)
    worker.until_ready()
    until(lambda: client.get("/readyz").status_code == 200, "readyz to turn green")
    assert not worker.logged("Sending due task beat heartbeat"), "the clock struck before its first interval was over"
    assert "Alt er, som det skal være." in page.get("/drift/").text
    worker.kill()
    lines = {line.name: line.text for line in page.get("/drift/").context["lines"]}
    assert (lines["Worker"], lines["Database"]) == ("Ingen worker svarer", "Svarer, og alle migreringer er kørt")
    broker.kill()
    assert client.get("/readyz").json() == dict.fromkeys(["database", "migrations", "vault", "beat", "sweeps"], "ok") | {"broker": "fail"}
    lines = {line.name: line.text for line in page.get("/drift/").context["lines"]}
    assert lines["Kø (broker)"] == "Svarer ikke, eller svarer for langsomt"
