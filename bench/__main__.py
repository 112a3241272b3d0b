"""python -m bench [NAME] [--n NUMBER] [--json], with the environment that bin/bench prepares."""

from __future__ import annotations

import argparse
import os
import sys

from bench import checks, planning, reading, reminders, review, startup, upload  # noqa: F401 - importing registers
from bench.registry import as_json, as_text, registered


def main() -> int:
    """Run one benchmark, or list them."""
    parser = argparse.ArgumentParser(prog="bin/bench", description="Runs a benchmark on private servers with production settings.")
    parser.add_argument("name", nargs="?", choices=sorted(registered))
    parser.add_argument("--n", type=int, help="how many, where the benchmark takes a number")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    if options.name is None:
        for each in sorted(registered.values(), key=lambda one: one.name):
            print(f"{each.name:<12} {each.about}")
        return 0
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskforce.settings")
    chosen = registered[options.name]
    figures = chosen.measure() if chosen.size is None else chosen.measure(options.n or chosen.size)
    print((as_json if options.json else as_text)(options.name, figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
