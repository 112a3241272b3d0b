"""How many reminders a second leave the house, next to a bare loop over one connection to the same mail server.

The server is an aiosmtpd in a process of its own. The reminders go through two worker processes as in production: dispatched and
gathered into mails; then each mail is made anew from what is true, handed over, and settled in a commit of its own.
"""

from __future__ import annotations

import importlib
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django

from bench.registry import Figure, benchmark, figure

BARE = 1_000  # mails in a round of the bare loop
ROUNDS = 3  # of it before, and as many after, so that a busy moment hits few of them
WORKER = ["-m", "celery", "-A", "taskforce", "worker", "--concurrency", "2", "--max-tasks-per-child", "20", "--loglevel", "ERROR"]


@contextmanager
def python(*arguments: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A child that ends with us."""
    with subprocess.Popen([sys.executable, *arguments], text=True, **options) as child:  # noqa: S603
        try:
            yield child
        finally:
            child.terminate()


def bare(port: int, message: bytes) -> float:
    """Mails a second of the same mail again and again over one connection."""
    with smtplib.SMTP("127.0.0.1", port) as line:
        line.ehlo()
        start = time.perf_counter()
        for number in range(BARE):
            line.sendmail("taskforce@localhost", [f"person{number}@example.dk"], message)
        return BARE / (time.perf_counter() - start)


@benchmark("reminders", "send due reminders to a mail server on loopback, and a bare loop beside it", size=10_000)
def reminders(number: int) -> list[Figure]:
    """Mails a second and their ratio to the bare loop; seconds of each step; queries for each mail among 20 and among 40."""
    with python("-m", "bench.sink", stdout=subprocess.PIPE) as sink:
        port = int(sink.stdout.readline()) if sink.stdout else 0
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        django.setup()
        sending = importlib.import_module("bench.sending")  # it holds models, which Django must know first
        sending.prepare()
        queries = sending.queries()
        sending.make_due(number)
        loop = [bare(port, sending.sample()) for _ in range(ROUNDS)]
        with python(*WORKER, stdout=sys.stderr):  # its greeting is no part of what we print
            dispatched, sent = sending.run(number)
        loop += [bare(port, sending.sample()) for _ in range(ROUNDS)]
    beside = figure("bare loop", loop, "mails/s")
    return [
        figure("mails", [number], "mails"),
        figure("dispatched and gathered", [number / dispatched], "reminders/s"),
        figure("sent", [number / sent], "mails/s"),
        beside,
        figure("sent / bare loop", [number / sent / beside.value], "×"),
        figure("queries per mail, 20 mails", [queries[0]], "queries"),
        figure("queries per mail, 40 mails", [queries[1]], "queries"),
    ]
