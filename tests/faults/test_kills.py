"""Reminders while everything around them dies: none is lost, and a twin is only what was on its way at that moment.

KILL_REMINDERS=3000 KILLS=18 for the long version. The counts are printed as JSON (pytest -s).
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from tests.faults.cluster import Cluster
from tests.faults.sink import MailServer, Sink
from tests.servers import Redis, Server, until

REMINDERS = int(os.environ.get("KILL_REMINDERS", "240"))
KILLS = int(os.environ.get("KILLS", "4"))
SENDERS = 2
OUTAGE = 2.0  # seconds
SLOW = 0.02  # seconds between a mail taken and the answer, so that kills fall there too


class Child(Server):
    """A process of the product against servers of the test's own."""

    def __init__(self, folder: Path, environment: dict[str, str], arguments: list[str]) -> None:
        super().__init__(folder)
        self._environment, self._arguments = environment, arguments

    def environment(self) -> dict[str, str]:
        return self._environment

    def start(self) -> None:
        self.launch([sys.executable, *self._arguments])


class Chaos:
    """The product in pieces: PostgreSQL, Redis, a mail server, two senders and the clock."""

    def __init__(self, folder: Path, cluster: Cluster, broker: Redis) -> None:
        self.folder, self.cluster, self.broker = folder, cluster, broker
        self.sink = Sink(delay=SLOW)
        self.server = MailServer(self.sink)
        self.server.start()
        self.dice = random.Random(4)
        self.senders: list[Child] = []
        self.clock = self.child("clock", "beat", "--schedule", str(folder / "schedule"), "--pidfile", "")
        self.did: Counter[str] = Counter()

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.cluster.places.database_url,
            "REDIS_URL": self.broker.url,
            "EMAIL_URL": self.server.url,
            "PRIVATE_FILES_DIR": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "tests.faults.quick",
        }

    def child(self, name: str, *arguments: str) -> Child:
        celery = ["-m", "celery", "-A", "tests.faults.quick_celery", *arguments, "--loglevel", "WARNING"]
        return Child(self.folder / name, self.environment(), celery)

    def add_sender(self) -> None:
        name = f"sender{len(list(self.folder.glob('sender*')))}"
        options = ["--pool", "solo", "--hostname", f"{name}@test", "--without-gossip", "--without-mingle"]
        self.senders.append(self.child(name, "worker", *options))
        self.senders[-1].start()

    def make(self, number: int) -> None:
        command = [sys.executable, "-m", "tests.faults.kill_world", str(number)]
        subprocess.run(command, env=self.environment(), check=True, capture_output=True)

    def kill_a_sender(self) -> None:
        """SIGKILL; another one takes its place."""
        self.senders.pop(self.dice.randrange(len(self.senders))).kill()
        self.add_sender()

    def flush_the_broker(self) -> None:
        with redis.Redis(unix_socket_path=str(self.broker.socket)) as line:
            line.flushall()

    def cut_the_database(self) -> None:
        self.cluster.stop_immediately()
        self.cluster.start()

    def refuse_mail(self) -> None:
        """Nobody listens for a while; what was being taken is cut off."""
        self.server.stop()
        time.sleep(OUTAGE)
        self.server.start()

    def run(self) -> None:
        """Each event when so much of the work is done that they are spread evenly."""
        events: list[Callable[[], None]] = [self.kill_a_sender] * KILLS
        for place, event in ((0.2, self.flush_the_broker), (0.4, self.refuse_mail), (0.7, self.cut_the_database)):
            events.insert(round(place * len(events)), event)
        for number, event in enumerate(events, start=1):
            due = REMINDERS * number // (len(events) + 2)
            until(lambda due=due: len(set(self.sink.names())) >= due, f"{due} mails at the mail server")
            event()
            self.did[event.__name__] += 1

    def end(self) -> None:
        for each in [*self.senders, self.clock]:
            each.kill()
        self.server.stop()


@pytest.fixture
def chaos(tmp_path: Path) -> Iterator[Chaos]:
    cluster = Cluster()
    broker = Redis(Path(tempfile.mkdtemp(prefix="tf-", dir="/tmp")))
    broker.start()
    cluster.start()
    cluster.create()
    made = Chaos(tmp_path, cluster, broker)
    yield made
    made.end()
    broker.kill()
    cluster.throw_away()
    shutil.rmtree(broker.folder)


def settled(cluster: Cluster) -> bool:
    """Nothing waits any more, and nothing is on its way."""
    ((reminders,),) = cluster.ask("SELECT count(*) FROM engagements_reminder WHERE state = 'waiting' AND due_at < now()")
    ((mails,),) = cluster.ask("SELECT count(*) FROM accounts_outboxmail WHERE state IN ('waiting', 'sending')")
    ((notices,),) = cluster.ask("SELECT count(*) FROM accounts_notice WHERE mail_id IS NULL")
    return (reminders, mails, notices) == (0, 0, 0)


def test_reminders_survive_kills_a_flushed_queue_a_cut_database_and_a_mail_server_that_is_away(chaos: Chaos) -> None:
    begun = time.monotonic()
    chaos.make(REMINDERS)
    chaos.clock.start()
    for _ in range(SENDERS):
        chaos.add_sender()
    chaos.run()
    until(lambda: settled(chaos.cluster), "an end with nothing stuck")

    given = Counter(message["X-Taskforce-Outbox"] for message in chaos.sink.given)
    names = {(message["X-Taskforce-Outbox"], message["Message-ID"], message["To"]) for message in chaos.sink.given}
    states = dict(chaos.cluster.ask("SELECT state, count(*) FROM accounts_outboxmail GROUP BY state"))
    dispatched = dict(chaos.cluster.ask("SELECT state, count(*) FROM engagements_reminder WHERE due_at < now() GROUP BY state"))
    ((most_tries,),) = chaos.cluster.ask("SELECT max(attempts) FROM accounts_outboxmail")
    report = {
        "reminders": REMINDERS,
        **chaos.did,
        "mails at the server": sum(given.values()),
        "lost": REMINDERS - len(given),
        "twins": sum(given.values()) - len(given),
        "mails by state": states,
        "most tries of a mail": most_tries,
        "seconds": round(time.monotonic() - begun, 1),
    }
    print(json.dumps(report))
    assert chaos.did["kill_a_sender"] == KILLS
    assert (states, dispatched) == ({"sent": REMINDERS}, {"dispatched": REMINDERS})
    assert report["lost"] == 0
    assert len(names) == REMINDERS, "a twin has the Message-ID and the receiver of the first one"
    # One for each sender that was killed; for each sender when the database or the mail server went away.
    assert report["twins"] <= KILLS + 2 * SENDERS
    assert most_tries <= 20
