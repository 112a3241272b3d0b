"""Several management commands in one process, because loading Django takes longer than most of them.

usage: prepare.py FOLDER STEP...   FOLDER: where `demo_people` leaves its table. STEP: check, collectstatic, migrate, seed_demo, demo_people
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskforce.settings")

import django  # noqa: E402
import static_files  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from processes import Trouble  # noqa: E402
from progress import say  # noqa: E402


def collect_static() -> None:
    """Collect the static files, only when one changed since the last time."""
    if static_files.fresh():
        return
    with static_files.collected() as stale:
        if stale:
            call_command("collectstatic", interactive=False, verbosity=0)
            say("static files collected")


def step(name: str, folder: Path) -> None:
    """Run one step and say so."""
    if name == "collectstatic":
        collect_static()
    elif name == "demo_people":
        table = io.StringIO()
        call_command("demo_people", stdout=table)
        (folder / "demo_people.txt").write_text(table.getvalue())
    elif name == "migrate":
        call_command("migrate", interactive=False, verbosity=0)
        say("database migrated")
    elif name == "seed_demo":
        call_command("seed_demo", stdout=io.StringIO())
        say("demo seeded")
    elif name == "check":
        call_command("check", stdout=io.StringIO())
        say("manage.py check: no errors")
    else:
        raise Trouble(f"unknown step {name}")


def main(folder: Path, steps: list[str]) -> int:
    """Run the steps; 1 with a message when a command refuses."""
    django.setup()
    for name in steps:
        try:
            step(name, folder)
        except CommandError as error:
            print(f"manage.py {name}: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
