"""Private servers and the supervision of children, below bin/run, bin/test and bin/bench."""

from __future__ import annotations

import base64
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import environ
import psycopg2
import pytest
import redis

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.append(str(CHECKOUT / "bin"))

import household  # noqa: E402
import processes  # noqa: E402
import services  # noqa: E402

PARENT = """
import os, sys, time
sys.path.append({folder!r})
from pathlib import Path
from processes import Supervisor
with Supervisor(Path({ledger!r})) as supervisor:
    supervisor.ledger.add_leftover(Path({leftover!r}))
    supervisor.spawn("sleeper", ["sh", "-c", "sleep 600 & sleep 600"], env=dict(os.environ), log=Path("/dev/null"))
    print("started", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short folder that the server user can pass."""
    with tempfile.TemporaryDirectory(prefix="tf-", dir="/tmp") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def handlers_kept() -> Iterator[None]:
    """Leaving a supervisor deafens its process; this one goes on."""
    kept = {number: signal.getsignal(number) for number in processes.Interruptions.NUMBERS}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


keep_handlers = pytest.fixture(autouse=True)(handlers_kept)
keep_handlers_after_module = pytest.fixture(autouse=True, scope="module")(handlers_kept)


def naming(text: Path) -> list[int]:
    """Live processes whose environment or command line names `text`."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            said = (each / "environ").read_bytes() + (each / "cmdline").read_bytes()
        except OSError:
            continue
        if str(text).encode() in said and int(each.name) != os.getpid():
            found.append(int(each.name))
    return found


def wait_until_gone(text: Path, seconds: float = 15) -> list[int]:
    """The processes that still name `text` when time is up."""
    until = time.monotonic() + seconds
    while naming(text) and time.monotonic() < until:
        time.sleep(0.05)
    return naming(text)


def wait_until_many(text: Path, count: int, seconds: float = 15) -> None:
    """Until `count` processes name `text`."""
    until = time.monotonic() + seconds
    while len(naming(text)) < count:
        assert time.monotonic() < until
        time.sleep(0.05)


def start_parent(folder: Path) -> subprocess.Popen[bytes]:
    """A process that supervises a sleeper and its child."""
    (folder / "leftover").mkdir(exist_ok=True)
    script = PARENT.format(folder=str(CHECKOUT / "bin"), ledger=str(folder / "ledger"), leftover=str(folder / "leftover"))
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"started\n"
    return parent


@pytest.fixture(scope="module")
def places() -> Iterator[services.Places]:
    """Thrown-away servers, as bin/test starts them."""
    found = services.throwaway_places()
    with processes.Supervisor(found.home / "processes.json") as supervisor:
        services.start(supervisor, found, found.home, durable=False)
        yield found
    assert not found.home.exists()
    assert wait_until_gone(found.home) == []


def ask(places: services.Places, statement: str) -> list[str]:
    """The first column of what PostgreSQL answers, addressed as Django addresses it."""
    config = environ.Env.db_url_config(places.database_url)
    with psycopg2.connect(host=config["HOST"], user=config["USER"], dbname=config["NAME"]) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return [str(row[0]) for row in cursor.fetchall()]


def test_throwaway_postgresql_saves_fsync_but_keeps_acknowledged_commits(places: services.Places) -> None:
    assert ask(places, "SHOW fsync") == ["off"]
    assert ask(places, "SHOW synchronous_commit") == ["on"]


def test_postgresql_has_room_for_many_threads_and_no_port(places: services.Places) -> None:
    assert ask(places, "SHOW max_connections") == ["200"]
    assert ask(places, "SHOW listen_addresses") == [""]


def test_postgresql_sorts_danish(places: services.Places) -> None:
    words = "SELECT word FROM (VALUES ('Ærø'), ('Aarhus'), ('Ø'), ('Vejle'), ('Allerød')) AS w (word) ORDER BY word COLLATE \"da-x-icu\""
    assert ask(places, words) == ["Allerød", "Vejle", "Ærø", "Ø", "Aarhus"]


def test_postgresql_never_runs_as_root(places: services.Places) -> None:
    pid = int((places.home / "postgresql" / "postmaster.pid").read_text().split()[0])
    assert Path(f"/proc/{pid}").stat().st_uid != 0


def test_nobody_else_reaches_the_sockets(places: services.Places) -> None:
    assert places.sockets.stat().st_mode & 0o777 == 0o700


def test_redis_answers_over_its_socket(places: services.Places) -> None:
    path = places.redis_url.removeprefix("redis+socket://")
    assert redis.Redis(unix_socket_path=path).ping() is True


def test_data_outlive_a_stop_and_a_durable_server_keeps_its_promises(folder: Path) -> None:
    for round_ in (1, 2):
        with processes.Supervisor(folder / "processes.json") as supervisor:
            places = services.places_for(folder)
            services.start(supervisor, places, folder, durable=True)
            if round_ == 1:
                config = environ.Env.db_url_config(places.database_url)
                connection = psycopg2.connect(host=config["HOST"], user=config["USER"], dbname=config["NAME"])
                connection.cursor().execute("CREATE TABLE kept AS SELECT 42 AS answer")
                connection.commit()
                connection.close()
            assert ask(places, "SHOW fsync") == ["on"]
            assert ask(places, "SELECT answer FROM kept") == ["42"]
        assert not places.sockets.exists()


def test_an_interrupted_initdb_leaves_nothing_that_looks_like_a_cluster(folder: Path) -> None:
    home = services.give(folder / "servers")
    (home / "postgresql.new").mkdir()
    (home / "postgresql.new" / "PG_VERSION").write_text("15\n")
    places = services.Places(home, services.give(Path(tempfile.mkdtemp(prefix="tf-", dir="/tmp"))))
    with processes.Supervisor(folder / "processes.json") as supervisor:
        services.start(supervisor, places, folder, durable=False)
        assert ask(places, "SELECT 1") == ["1"]


def test_data_of_another_postgresql_are_refused_with_advice(folder: Path) -> None:
    (folder / "PG_VERSION").write_text("9\n")
    with pytest.raises(processes.Trouble, match=r"postgresql-9.*--reset"):
        services.postgresql_programs(folder)


def test_only_root_keeps_data_under_var_lib_when_the_server_user_cannot_reach_the_data_folder(folder: Path) -> None:
    """Only root hands its servers to another user; everybody else's servers run as themselves."""
    assert services.home_for(folder) == folder / "servers"
    folder.chmod(0o700)
    by_root = os.geteuid() == 0
    assert (services.home_for(folder).parent == Path("/var/lib")) is by_root
    assert (services.home_for(folder) == folder / "servers") is not by_root


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_nothing_outlives_a_parent_that_ends(folder: Path, number: int) -> None:
    parent = start_parent(folder)
    wait_until_many(folder, 4)  # parent, guardian, sleeper, its child
    parent.send_signal(number)
    parent.wait()
    assert wait_until_gone(folder) == []
    assert not (folder / "leftover").exists()
    assert not (folder / "ledger").exists()


def test_nothing_outlives_a_killed_parent_whose_data_folder_was_removed(folder: Path) -> None:
    parent = start_parent(folder)
    (folder / "ledger").unlink()
    parent.kill()
    parent.wait()
    assert wait_until_gone(folder) == []


def test_a_child_started_the_instant_before_a_kill_is_found_though_it_was_not_noted(folder: Path) -> None:
    ledger = processes.Ledger(folder / "ledger")
    key, _, value = ledger.marker.partition("=")
    child = subprocess.Popen(["sleep", "600"], env={**os.environ, key: value})
    ledger.clear()
    assert child.wait(5) == -signal.SIGKILL


def test_the_next_start_ends_what_a_killed_guardian_left(folder: Path) -> None:
    parent = start_parent(folder)
    guardian = next(pid for pid in naming(folder) if b"processes.py" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(guardian, signal.SIGKILL)
    parent.kill()
    parent.wait()
    assert naming(folder) != []
    with processes.Supervisor(folder / "ledger") as supervisor:
        assert supervisor.recovered is True
    assert wait_until_gone(folder) == []


def test_a_process_that_only_has_the_number_of_ours_is_left_alone(folder: Path) -> None:
    stranger = subprocess.Popen(["sleep", "600"], start_new_session=True)
    ledger = processes.Ledger(folder / "ledger")
    ledger.add(processes.Entry("old", stranger.pid, "another boot/1", True, True, (signal.SIGTERM,)))
    assert processes.Ledger.read(folder / "ledger").clear() is False
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_child_that_ignores_the_polite_signal_is_killed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PATIENCE", 0.3)
    command = ["sh", "-c", "trap '' TERM; while :; do sleep 600; done"]
    stubborn = subprocess.Popen(command, start_new_session=True)
    time.sleep(0.2)
    entry = processes.Entry("stubborn", stubborn.pid, processes.started_at(stubborn.pid) or "", True, True, (signal.SIGTERM,))
    processes.stop_together([entry])
    assert stubborn.wait() == -signal.SIGKILL


def test_an_unreadable_ledger_is_an_empty_one(folder: Path) -> None:
    (folder / "ledger").write_text('{"entries": [{"name"')
    assert processes.Ledger.read(folder / "ledger").entries == []


def test_a_signal_waits_for_the_end_of_a_step_that_must_not_be_torn() -> None:
    done = []
    processes.interruptions.listen()
    with pytest.raises(processes.Stopped) as stopped, processes.interruptions.hold():
        os.kill(os.getpid(), signal.SIGTERM)
        done.append("the step")
    assert done == ["the step"]
    assert stopped.value.number == signal.SIGTERM


def test_the_lock_names_the_address_of_its_holder(folder: Path) -> None:
    household.Lock(folder).take("http://localhost:8123")
    with pytest.raises(processes.Trouble, match="already runs at http://localhost:8123"):
        household.Lock(folder).take("http://localhost:8000")


def test_private_files_are_private_from_their_first_byte(folder: Path) -> None:
    household.write_private(folder / "environment.json", "{}")
    assert (folder / "environment.json").stat().st_mode & 0o777 == 0o600


def test_the_secret_key_is_made_once(folder: Path) -> None:
    first = household.secret_key(folder)
    assert household.secret_key(folder) == first
    assert len(first) >= 50


def test_the_key_of_the_vault_is_made_once_and_is_one(folder: Path) -> None:
    first = household.vault_key(folder)
    assert (household.vault_key(folder), len(base64.b64decode(first, validate=True))) == (first, 32)
    assert stat.S_IMODE((folder / "vault_key").stat().st_mode) == 0o600
    places = services.Places(folder, folder)
    assert household.product_environment(folder, places, 8000)["VAULT_KEY"] == first


def test_settings_in_the_persons_shell_do_not_reach_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY_FILE", "/elsewhere")
    monkeypatch.setenv("DEBUG", "1")
    assert not {"SECRET_KEY_FILE", "DEBUG"} & set(household.inherited_environment({"SECRET_KEY"}))
