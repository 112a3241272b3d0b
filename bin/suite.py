"""bin/test after its set-up: static checks and the suite against servers that are thrown away. pytest has the last word."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import services
import static_files
from household import CHECKOUT, inherited_environment, new_vault_key, private_folder
from processes import Stopped, Supervisor, Trouble, interruptions
from progress import say, tell

BIN = CHECKOUT / ".venv" / "bin"
MANAGE = [sys.executable, "manage.py"]
APPS = ["taskforce", "cases", "engagements", "documents", "accounts", "bench"]
CHECKS = {  # name → command; all run even when one fails
    "mypy": [str(BIN / "mypy"), *APPS, *sorted(f"bin/{path.name}" for path in (CHECKOUT / "bin").glob("*.py"))],
    "ruff check": [str(BIN / "ruff"), "check", "."],
    "ruff format": [str(BIN / "ruff"), "format", "--check", "."],
    "djlint": [str(BIN / "djlint"), "--lint", "--quiet", "templates"],
    "lint-imports": [str(BIN / "lint-imports")],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "manage.py check": [*MANAGE, "check", "--fail-level", "WARNING"],
}
SUMMARY = 5.0  # seconds that pytest may take for its last words after Ctrl-C
AT_ONCE = 2  # checks that run side by side
FULL_RUN = ["-n", "2", "--dist", "loadgroup", "--durations", "10", "--durations-min", "5", "-p", "tests.full_run", "--cov"]


def environment(places: services.Places) -> dict[str, str]:
    """Settings of the test run; a test that needs another value sets it itself."""
    settings = {
        "DATABASE_URL": places.database_url,
        "REDIS_URL": places.redis_url,
        "SECRET_KEY": "only-for-tests-and-thrown-away-with-their-database",
        "VAULT_KEY": new_vault_key(),
        "SITE_URL": "http://localhost",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
        "PRIVATE_FILES_DIR": str(private_folder(places.home / "files")),
        "COVERAGE_FILE": str(places.home / "coverage"),
    }
    hidden = {*settings, "DEMO", "EMAIL_URL", "TASKFORCE_DATA_DIR", "PYTEST_ADDOPTS"}
    return {**inherited_environment(hidden), **settings}


def check(supervisor: Supervisor, env: dict[str, str], folder: Path) -> bool:
    """Run the static checks, two at a time; print what the failing ones said. True when all passed."""
    waiting, passed = list(CHECKS.items()), True
    running: dict[str, subprocess.Popen[bytes]] = {}
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            name, command = waiting.pop(0)
            running[name] = supervisor.spawn(name, command, env=env, cwd=CHECKOUT, log=folder / f"{name}.log")
        for name, child in list(running.items()):
            if child.poll() is None:
                continue
            del running[name]
            say(f"{name}: {'passed' if child.returncode == 0 else 'FAILED'}")
            if child.returncode:
                passed = False
                tell((folder / f"{name}.log").read_text(errors="replace"))
        time.sleep(0.02)
    return passed


def collect_static(supervisor: Supervisor, env: dict[str, str], folder: Path) -> None:
    """Tests see the static files as production serves them: collected, with hashed names."""
    if static_files.fresh():
        return
    command = [sys.executable, "bin/prepare.py", str(folder), "collectstatic"]
    if supervisor.spawn("collectstatic", command, env=env, cwd=CHECKOUT).wait():
        raise Trouble("The static files could not be collected; what stands above says why.")


def pytest(supervisor: Supervisor, env: dict[str, str], arguments: list[str]) -> int:
    """Run pytest in the foreground, so that it has the keyboard (--pdb) and hears Ctrl-C itself."""
    command = [sys.executable, "-m", "pytest", *arguments]
    child = supervisor.spawn("pytest", command, env=env, cwd=CHECKOUT, group=False, signals=(signal.SIGINT, signal.SIGTERM))
    try:
        return child.wait()
    except Stopped as stopped:
        if stopped.number == signal.SIGINT:  # it was typed, so pytest is summing up
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(SUMMARY)
        raise


def run(arguments: list[str]) -> int:
    """Servers up, checks, suite, servers away. The exit code of pytest, or 1 when only a static check failed."""
    places = services.throwaway_places()
    with Supervisor(places.home / "processes.json") as supervisor:
        logs = private_folder(places.home / "log")
        services.start(supervisor, places, logs, durable=False)
        env = environment(places)
        collect_static(supervisor, env, logs)
        passed = True if arguments else check(supervisor, env, logs)
        code = pytest(supervisor, env, arguments or [*FULL_RUN, f"--cov-report=json:{places.home / 'coverage.json'}"])
        return code or int(not passed)


def main(arguments: list[str]) -> int:
    """bin/test."""
    os.umask(0o022)
    interruptions.listen()
    try:
        return run(arguments)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except Stopped as stopped:
        return 128 + stopped.number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
