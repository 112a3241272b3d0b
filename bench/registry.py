"""The benchmarks by name, and how a result is written."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One measured number: `value` is the median of `rounds` rounds, in `unit`."""

    name: str
    value: float
    unit: str
    rounds: int
    spread: float  # largest less smallest


@dataclass(frozen=True)
class Benchmark:
    """A named measurement and the line that `bin/bench` prints about it; with a `size` it takes how many of what it measures."""

    name: str
    about: str
    measure: Callable[..., list[Figure]]
    size: int | None = None


registered: dict[str, Benchmark] = {}


def benchmark(name: str, about: str, *, size: int | None = None) -> Callable[[Callable[..., list[Figure]]], Callable[..., list[Figure]]]:
    """Register a function under `name`; with a `size` it gets the number that `--n` asks for, else that one."""

    def register(measure: Callable[..., list[Figure]]) -> Callable[..., list[Figure]]:
        registered[name] = Benchmark(name, about, measure, size)
        return measure

    return register


def figure(name: str, values: list[float], unit: str) -> Figure:
    """The figure of several rounds."""
    return Figure(name, round(statistics.median(values), 3), unit, len(values), round(max(values) - min(values), 3))


def as_text(name: str, figures: list[Figure]) -> str:
    """For a person: a line per figure."""
    width = max(len(each.name) for each in figures)
    lines = [f"{each.name:<{width}}  {each.value:g} {each.unit}  (median of {each.rounds}, spread {each.spread:g})" for each in figures]
    return "\n".join([name, *(f"  {line}" for line in lines)])


def as_json(name: str, figures: list[Figure]) -> str:
    """For a program: {"name", "figures": [{"name", "value", "unit", "rounds", "spread"}]}."""
    return json.dumps({"name": name, "figures": [asdict(each) for each in figures]}, ensure_ascii=False, indent=2)
