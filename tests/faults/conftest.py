"""A queue of the test's own that can be killed, workers that can be killed, and a person who orders PDFs over HTTP."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.states import Role
from taskforce.celery import app as celery
from tests import factories
from tests.servers import Redis, Worker


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    server = Redis(Path(tempfile.mkdtemp(prefix="tf-", dir="/tmp")))
    server.start()
    monkeypatch.setenv("CELERY_BROKER_URL", server.url)
    monkeypatch.delitem(vars(celery), "amqp", raising=False)  # it holds connections to the queue of before
    yield server
    server.kill()
    shutil.rmtree(server.folder)


@pytest.fixture
def new_worker(catalogue: None, broker: Redis, settings: Any, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Starts a worker process that hears the bell; kills what is left of them."""
    made: list[Worker] = []

    def make(**options: Any) -> Worker:
        worker = Worker(tmp_path / f"worker{len(made)}", broker, Path(settings.PRIVATE_FILES_DIR))
        made.append(worker)
        worker.start(**options)
        return worker

    yield make
    for worker in made:
        worker.kill()


@pytest.fixture
def orderer(catalogue: None) -> User:
    return factories.person(Role.CONSULTANT, name="Katrine Konsulent")


@pytest.fixture
def browser(orderer: User) -> Client:
    client = Client()
    client.force_login(orderer)
    return client
