"""A PostgreSQL of a test's own, which can be stopped in the middle of everything."""

from __future__ import annotations

import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import psycopg2

from tests.servers import Server, until

sys.path.append(str(Path(__file__).resolve().parents[2] / "bin"))

import services


class Cluster(Server):
    """Data and socket in a folder of its own under /tmp. As root it runs as the user of Debian's package, as in bin/run."""

    def __init__(self) -> None:
        self.places = services.throwaway_places()
        super().__init__(self.places.home)
        self.data = self.places.home / "postgresql"
        self.programs = services.postgresql_programs(self.data)
        services.make_cluster(self.programs, self.data, self.places, durable=False)

    def environment(self) -> dict[str, str]:
        return services.server_environment(self.places.sockets)

    def start(self) -> None:
        options = {**services.THROWN_AWAY, "unix_socket_directories": str(self.places.sockets)}
        command = [str(self.programs / "postgres"), "-D", str(self.data), *(f"--{key}={value}" for key, value in options.items())]
        self.launch(services.as_server_user(command))
        until(self.answers, f"an answer of PostgreSQL; see {self.log}")

    def create(self) -> None:
        """The empty database of our name."""
        services.ensure_database(self.programs, self.places)

    def stop_immediately(self) -> None:
        """As if the power went: no checkpoint, every connection cut, recovery at the next start."""
        assert self.process is not None
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()

    def throw_away(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.stop_immediately()
        shutil.rmtree(self.places.home)

    def answers(self) -> bool:
        try:
            psycopg2.connect(host=str(self.places.sockets), user=services.NAME, dbname="postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        line = psycopg2.connect(host=str(self.places.sockets), user=services.NAME, dbname=services.NAME)
        try:
            with line.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall()
        finally:
            line.close()
