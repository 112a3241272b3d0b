"""How long the planner of reminders takes over many engagements: when everything is to be made, and when nothing has changed."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable

import django

from bench.registry import Figure, benchmark, figure

MILESTONES = 30  # of each engagement, half of them within the horizon
ROUNDS = 3


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@benchmark("planning", "plan the reminders of many engagements, anew and when nothing has changed", size=500)
def planning(number: int) -> list[Figure]:
    """Seconds of a whole sweep of the planner, and its queries for each engagement."""
    django.setup()
    plans = importlib.import_module("bench.plans")  # it holds models, which Django must know first
    plans.prepare(number, MILESTONES)
    first, again = [], []
    for _ in range(ROUNDS):
        plans.forget()
        first.append(seconds(plans.sweep))
        again.append(seconds(plans.sweep))
    return [
        figure("engagements", [number], "engagements"),
        figure("reminders", [plans.count()], "rows"),
        figure("sweep, everything to be made", first, "s"),
        figure("sweep, nothing to do", again, "s"),
        figure("queries of a sweep with nothing to do", [plans.queries() / number], "queries/engagement"),
    ]
