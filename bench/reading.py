"""How long pasted plans take to read: an honest one, and a megabyte of each kind of junk that slow patterns choke on."""

from __future__ import annotations

import contextlib
import time
from datetime import date

from bench.registry import Figure, benchmark, figure
from engagements.pasted import Unreadable
from engagements.timetable import read

ROUNDS = 5
MEGABYTE = 1024 * 1024
MONTHS = ("januar", "marts", "maj", "juni", "september")
PLAN = "\n".join(f"Taskforcen holder {row} interviews om emne {row}\t{row % 28 + 1}. {MONTHS[row // 60]}" for row in range(300))
JUNK = {
    "<": "<tr>" + "<" * MEGABYTE,
    "comments": "<tr>" + "<!--" * (MEGABYTE // 4),
    "open tags": "<tr>" + "<a " * (MEGABYTE // 3),
    "nested tables": "<table><tr><td>" * (MEGABYTE // 15),
    "unclosed rows": "<table>" + "<tr><td>x" * (MEGABYTE // 9),
    "declarations": "<tr>" + "<![a" * (MEGABYTE // 4),
    "entities": "<tr><td>" + "&#" * (MEGABYTE // 2),
    "tabs": "\t" * MEGABYTE,
    "quotes": '\t"a' + '\t""b' * (MEGABYTE // 5),
    "pipes": "|" * MEGABYTE,
    "spaces": " " * MEGABYTE,
    "word": "x" * MEGABYTE,
    "digits": "1" * MEGABYTE,
}


def seconds(text: str) -> float:
    """CPU time of reading the text, or of refusing it."""
    start = time.process_time()
    with contextlib.suppress(Unreadable):
        read(text[:MEGABYTE], year=None, today=date(2026, 1, 5))
    return time.process_time() - start


@benchmark("reading", "read a pasted plan of 300 rows, and refuse a megabyte of junk")
def reading() -> list[Figure]:
    """CPU seconds per text."""
    texts = {"300 rows": PLAN} | {f"1 MB of {name}": text for name, text in JUNK.items()}
    return [figure(name, [seconds(text) for _ in range(ROUNDS)], "s") for name, text in texts.items()]
