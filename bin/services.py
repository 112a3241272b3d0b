"""A private PostgreSQL and Redis on unix sockets: for bin/run (kept), bin/test and bin/bench (thrown away). Standard library only.

PostgreSQL refuses to run as root, so root hands both servers to the system user that Debian's package made. Data lies in the data
folder when that user can reach it, else in a folder of its own under /var/lib. Socket paths are limited to some 107 characters, so
sockets lie in a short private folder; `servers.json` in the data folder names both.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from processes import PATIENCE, Supervisor, Trouble, last_lines, started_at

NAME = "taskforce"  # of the database and of its owner
START_PATIENCE = 60.0  # seconds; recovery after a power cut takes a while
SHORT = "/tmp"  # noqa: S108 - socket paths must be short; the folder in it is made by mkdtemp
DURABLE = {"max_connections": "200", "shared_buffers": "128MB", "listen_addresses": "", "unix_socket_permissions": "0700"}
THROWN_AWAY = {**DURABLE, "fsync": "off", "full_page_writes": "off"}  # synchronous_commit stays on: kill tests count acknowledged commits


@dataclass(frozen=True)
class Places:
    """Where the two servers keep their data and their sockets."""

    home: Path
    sockets: Path

    @property
    def database_url(self) -> str:
        """For django-environ, which reads a path before the database name as the folder of the socket."""
        return f"postgres://{NAME}@/{self.sockets}/{NAME}"

    @property
    def redis_url(self) -> str:
        """For Celery."""
        return f"redis+socket://{self.sockets}/redis.sock"


def server_user() -> pwd.struct_passwd | None:
    """The system user that runs the servers when we are root; None when we may run them ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        raise Trouble("There is no user 'postgres' to run PostgreSQL as. Install Debian's package: apt-get install postgresql") from None


def as_server_user(command: list[str]) -> list[str]:
    """`command`, run without root's rights."""
    user = server_user()
    if user is None:
        return command
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--", *command]


def server_environment(sockets: Path) -> dict[str, str]:
    """A bare environment: nothing of the person's own settings reaches the servers."""
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(sockets), "LC_ALL": "C.UTF-8"}


def give(folder: Path) -> Path:
    """Make `folder`, private to the user who runs the servers."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    user = server_user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o700)
    return folder


def home_for(data_dir: Path) -> Path:
    """The folder for server data: beside everything else, or under /var/lib when root's servers cannot reach that (decided once)."""
    note = data_dir / "servers.json"
    try:
        return Path(json.loads(note.read_text())["home"])
    except (OSError, ValueError, KeyError):
        pass
    reach = subprocess.run(as_server_user(["test", "-x", str(data_dir)]), check=False, cwd="/")  # noqa: S603
    if reach.returncode == 0:
        return data_dir / "servers"
    mark = hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]
    return Path("/var/lib") / f"{NAME}-{mark}"


def places_for(data_dir: Path) -> Places:
    """Places of a run that keeps its data. Names them in servers.json."""
    home = give(home_for(data_dir))
    places = Places(home, give(Path(tempfile.mkdtemp(prefix=f"{NAME}-", dir=SHORT))))
    (data_dir / "servers.json").write_text(json.dumps({"home": str(home), "sockets": str(places.sockets)}))
    return places


def throwaway_places() -> Places:
    """Places of a test or a benchmark: one folder, which the caller notes as leftover."""
    folder = give(Path(tempfile.mkdtemp(prefix=f"{NAME}-", dir=SHORT)))
    return Places(folder, folder)


def forget(data_dir: Path) -> None:
    """Remove the server data that belongs to `data_dir`."""
    home = home_for(data_dir)
    if home.name == "servers" or home.name.startswith(f"{NAME}-"):
        shutil.rmtree(home, ignore_errors=True)


def postgresql_programs(cluster: Path) -> Path:
    """The folder of the PostgreSQL that made `cluster`, else of the newest one installed."""
    folders = [program.parent for program in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    if not folders:
        raise Trouble("PostgreSQL is not installed. On Debian: apt-get install postgresql")
    made_by = cluster / "PG_VERSION"
    if made_by.exists():
        version = made_by.read_text().strip()
        for folder in folders:
            if folder.parent.name == version or folder.parent.parent.name == version:
                return folder
        raise Trouble(f"The private data were made by PostgreSQL {version}. Install postgresql-{version}, or start anew: bin/run --reset")
    return max(folders, key=lambda folder: (folder.parent.name.isdigit(), folder.parent.name.zfill(3)))


def complain(what: str, result: subprocess.CompletedProcess[str]) -> None:
    """Raise when a helper program failed, with what it said."""
    if result.returncode:
        raise Trouble(f"{what} failed: {(result.stderr or result.stdout).strip()}")


def make_cluster(programs: Path, cluster: Path, places: Places, *, durable: bool) -> None:
    """initdb beside the final place, then one rename: an interrupted initdb leaves nothing that looks like a cluster."""
    draft = cluster.with_suffix(".new")
    shutil.rmtree(draft, ignore_errors=True)
    give(draft)
    command = [str(programs / "initdb"), "-D", str(draft), "-U", NAME, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-instructions"]
    command += [] if durable else ["--no-sync"]
    result = subprocess.run(  # noqa: S603
        as_server_user(command), check=False, capture_output=True, text=True, env=server_environment(places.sockets), cwd=places.sockets
    )
    complain("initdb", result)
    draft.rename(cluster)


def working_in(folder: Path) -> list[int]:
    """Live processes whose working directory is `folder`, as that of every PostgreSQL process is its cluster."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if link.readlink() == folder and started_at(int(link.parent.name)) is not None:
                found.append(int(link.parent.name))
    return found


def stop_stray(cluster: Path) -> None:
    """End what still works on `cluster` though we hold its lock: a postmaster that no ledger names, or children of a killed one.

    Then its pid file is stale; PostgreSQL itself would be misled by a killed postmaster that nobody has waited for yet.
    """
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        for pid in working_in(cluster):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        until = time.monotonic() + PATIENCE
        while working_in(cluster) and time.monotonic() < until:
            time.sleep(0.05)
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def wait_until(ready: Callable[[], bool], child: subprocess.Popen[bytes], what: str, log: Path) -> None:
    """Poll `ready`; give up with the end of the log when the server dies or takes too long."""
    until = time.monotonic() + START_PATIENCE
    while not ready():
        if child.poll() is not None:
            raise Trouble(f"{what} stopped while starting (exit {child.returncode}):{last_lines(log)}")
        if time.monotonic() > until:
            raise Trouble(f"{what} did not become ready within {START_PATIENCE:.0f} s:{last_lines(log)}")
        time.sleep(0.01)


def start_postgresql(supervisor: Supervisor, places: Places, log: Path, *, durable: bool) -> None:
    """Start PostgreSQL, on its first start with an empty database of our name."""
    cluster = places.home / "postgresql"
    programs = postgresql_programs(cluster)
    fresh = not (cluster / "PG_VERSION").exists()
    if fresh:
        make_cluster(programs, cluster, places, durable=durable)
    stop_stray(cluster)
    settings = {**(DURABLE if durable else THROWN_AWAY), "unix_socket_directories": str(places.sockets)}
    command = [str(programs / "postgres"), "-D", str(cluster), *(f"--{key}={value}" for key, value in settings.items())]
    child = supervisor.spawn(
        "PostgreSQL",
        as_server_user(command),
        env=server_environment(places.sockets),
        log=log,
        cwd=places.sockets,
        server=True,
        group=False,
        signals=(signal.SIGINT, signal.SIGQUIT),  # fast, then immediate shutdown
    )

    def ready() -> bool:
        try:
            lines = (cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(child.pid) and lines[7].strip() == "ready"

    wait_until(ready, child, "PostgreSQL", log)
    ensure_database(programs, places)


def ensure_database(programs: Path, places: Places) -> None:
    """Our database, and Danish sorting, which needs a PostgreSQL with ICU."""
    psql = [str(programs / "psql"), "-XAtq", "-h", str(places.sockets), "-U", NAME, "-d", "postgres", "-c"]

    def ask(statement: str) -> str:
        command = as_server_user([*psql, statement])
        env = server_environment(places.sockets)
        result = subprocess.run(command, check=False, capture_output=True, text=True, env=env, cwd=places.sockets)  # noqa: S603
        complain("psql", result)
        return result.stdout.strip()

    found = ask("SELECT collname FROM pg_collation WHERE collname = 'da-x-icu' UNION SELECT datname FROM pg_database").split()
    if "da-x-icu" not in found:
        raise Trouble("This PostgreSQL has no ICU collations (da-x-icu). Use Debian's package: apt-get install postgresql")
    if NAME not in found:
        ask(f"CREATE DATABASE {NAME}")


def answers(path: Path) -> bool:
    """Whether a Redis at `path` has loaded its data and answers."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(2)
        try:
            line.connect(str(path))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def start_redis(supervisor: Supervisor, places: Places, log: Path, *, durable: bool) -> None:
    """Start Redis; a lasting one writes its data at stop and every five minutes."""
    program = shutil.which("redis-server")
    if not program:
        raise Trouble("Redis is not installed. On Debian: apt-get install redis-server")
    folder = give(places.home / "redis")
    path = places.sockets / "redis.sock"
    command = [program, "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700", "--dir", str(folder)]
    command += ["--save", "300 1" if durable else "", "--appendonly", "no", "--daemonize", "no"]
    env = server_environment(places.sockets)
    child = supervisor.spawn("Redis", as_server_user(command), env=env, log=log, cwd=places.sockets, server=True, group=False)
    wait_until(lambda: answers(path), child, "Redis", log)


def start(supervisor: Supervisor, places: Places, logs: Path, *, durable: bool) -> None:
    """Start both servers. `durable`: the data shall survive a power cut; otherwise they are thrown away and fsync is saved."""
    supervisor.ledger.add_leftover(places.sockets)
    start_redis(supervisor, places, logs / "redis.log", durable=durable)
    start_postgresql(supervisor, places, logs / "postgresql.log", durable=durable)
