"""bin/bench after its set-up: a benchmark of `bench/` against servers that keep their promises to disk, thrown away afterwards."""

from __future__ import annotations

import os
import sys

import services
from household import CHECKOUT, inherited_environment, new_vault_key, private_folder
from processes import Stopped, Supervisor, Trouble, interruptions


def environment(places: services.Places) -> dict[str, str]:
    """Production settings: no demo, no debugging, an https address."""
    settings = {
        "DATABASE_URL": places.database_url,
        "REDIS_URL": places.redis_url,
        "SECRET_KEY": "only-for-benchmarks-and-thrown-away-with-their-database",
        "VAULT_KEY": new_vault_key(),
        "SITE_URL": "https://localhost",
        "ALLOWED_HOSTS": "localhost",
        "PRIVATE_FILES_DIR": str(private_folder(places.home / "files")),
        "EMAIL_URL": f"filemail:///{private_folder(places.home / 'mail')}",
        "DJANGO_SETTINGS_MODULE": "taskforce.settings",
    }
    return {**inherited_environment({*settings, "DEMO"}), **settings}


def run(arguments: list[str]) -> int:
    """Servers up, benchmark, servers away. Without a name nothing needs a server."""
    command = [sys.executable, "-m", "bench", *arguments]
    if not any(not argument.startswith("-") for argument in arguments):
        os.chdir(CHECKOUT)
        os.execv(sys.executable, command)  # noqa: S606
    places = services.throwaway_places()
    with Supervisor(places.home / "processes.json") as supervisor:
        services.start(supervisor, places, private_folder(places.home / "log"), durable=True)
        return supervisor.spawn("benchmark", command, env=environment(places), cwd=CHECKOUT, group=False).wait()


def main(arguments: list[str]) -> int:
    """bin/bench."""
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
