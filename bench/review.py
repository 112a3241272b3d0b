"""How long a field of a review takes to be saved, while eight reviewers write at once in the same round."""

from __future__ import annotations

import http.client
import json
import os
import signal
import statistics
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

import django

from bench.registry import Figure, benchmark, figure
from bench.upload import start_web

REVIEWERS = 8
ROUNDS = 3
FIELD = "oplysning-reason"
TEXT = "Sagen mangler en aktuel beskrivelse af funktionsevnen. "


@benchmark("review", "save a field of a review through gunicorn while eight write at once: round trip p50 and p99", size=60)
def review(number: int) -> list[Figure]:
    """Milliseconds from the request to the answer. `number` is how often each reviewer saves in each round, without a pause for thought."""
    django.setup()
    from bench import reviewing  # noqa: PLC0415 - needs Django

    desks = [Desk(*place) for place in reviewing.prepare(REVIEWERS)]
    with tempfile.TemporaryDirectory(dir=os.environ["PRIVATE_FILES_DIR"]) as folder:
        web, port = start_web(Path(folder) / "log")
        try:
            at_once(desks, port, 5)  # everything is loaded
            alone, together = [], []
            for _ in range(ROUNDS):
                alone.append(at_once(desks[:1], port, number))
                together.append(at_once(desks, port, number))
        finally:
            web.send_signal(signal.SIGTERM)
            web.wait()
    reviewing.compare({desk.number: desk.text for desk in desks})
    return [
        figure("one reviewer, p50", [share(each, 50) for each in alone], "ms"),
        figure("eight at once, p50", [share(each, 50) for each in together], "ms"),
        figure("eight at once, p99", [share(each, 99) for each in together], "ms"),
        figure("eight at once, saves", [len(each) / sum(each) * REVIEWERS * 1000 for each in together], "saves/s"),
    ]


class Desk:
    """A reviewer with a page open: a connection that stays, and the fingerprint of what the page was last given."""

    def __init__(self, number: int, url: str, headers: dict[str, str], base: str) -> None:
        self.number, self.url, self.headers, self.base = number, url, headers, base
        self.text = ""
        self.line: http.client.HTTPConnection | None = None

    def sit_down(self, port: int) -> None:
        """Open the connection, which stays as long as somebody writes; the first save over it is not measured."""
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.save()

    def write(self, number: int) -> list[float]:
        """Save so often, a few letters more each time; the milliseconds of each."""
        return [self.save() for _ in range(number)]

    def save(self) -> float:
        assert self.line is not None
        written = len(self.text) + 7
        self.text = (TEXT * (written // len(TEXT) + 1))[:written].strip()
        body = urlencode({"field": FIELD, FIELD: self.text, f"base-{FIELD}": self.base})
        start = time.perf_counter()
        self.line.request("POST", self.url, body=body, headers=self.headers)
        answer = self.line.getresponse()
        told = answer.read()
        spent = time.perf_counter() - start
        if answer.status != 200:
            raise RuntimeError(f"Not saved: {answer.status} {told[:300]!r}")
        self.base = str(json.loads(told)["base"])  # for the next save
        return spent * 1000


def at_once(desks: list[Desk], port: int, number: int) -> list[float]:
    """All of them begin together; the milliseconds of every save."""
    found: list[float] = []
    ready = threading.Barrier(len(desks))

    def work(desk: Desk) -> None:
        desk.sit_down(port)
        ready.wait()
        found.extend(desk.write(number))

    threads = [threading.Thread(target=work, args=[desk]) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(found) != len(desks) * number:
        raise RuntimeError("Somebody could not save.")
    return found


def share(values: list[float], percent: int) -> float:
    """The value that so many of a hundred do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
