"""How long the product takes to load, next to a bare Django in the same run."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from bench.registry import Figure, benchmark, figure

ROUNDS = 5
BARE = """
import django
from django.conf import settings
settings.configure(INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"], DATABASES={}, SECRET_KEY="bench")
django.setup()
"""
PROGRAMS = {
    "bare Django": ["-c", BARE],
    "our settings and apps": ["-c", "import django; django.setup()"],
    "manage.py check": ["manage.py", "check"],
}


def seconds(arguments: list[str]) -> float:
    """Wall time of a fresh Python."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=os.environ)  # noqa: S603
    return time.perf_counter() - start


@benchmark("startup", "load Django, our apps and manage.py check in fresh processes")
def startup() -> list[Figure]:
    """Programs in turn, round by round, so that a busy moment hits them all."""
    rounds = [{name: seconds(arguments) for name, arguments in PROGRAMS.items()} for _ in range(ROUNDS)]
    figures = [figure(name, [each[name] for each in rounds], "s") for name in PROGRAMS]
    ratios = [each["our settings and apps"] / each["bare Django"] for each in rounds]
    return [*figures, figure("our apps / bare Django", ratios, "×")]
