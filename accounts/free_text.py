"""Keeps CPR numbers out of free text: no field and no file name of ours takes one (shared rule: refused, never stored, never logged)."""

from __future__ import annotations

import re

from accounts import cpr

AROUND = 18  # characters shown on each side of a number
LINE = re.compile(r"\r\n|\r|\n")


def complaint(text: str, label: str) -> str | None:
    """What is wrong with a text that holds a CPR number, where, and what to do; its digits are masked. None when all is well."""
    hits = cpr.sure(text)
    if not hits:
        return None
    excerpt = _excerpt(cpr.masked(text), hits[0])
    others = f" Teksten har {len(hits)} af dem." if len(hits) > 1 else ""
    return (
        f"{_place(text, hits[0].start)} i »{label}« står noget, der ligner et CPR-nummer: »{excerpt}«.{others} "
        "Slet det. Er det et andet nummer, så skriv lige foran, hvad det er, fx »j.nr.«."
    )


def name_complaint(name: str) -> str | None:
    """The same of the name of a file."""
    if not cpr.holds_cpr(name):
        return None
    return f"Filnavnet ser ud til at indeholde et CPR-nummer: {cpr.masked(name)}. Omdøb filen, og vælg den igen."


def _place(text: str, start: int) -> str:
    """Tegn 34, or in a text of several lines: linje 3, tegn 12; counted as people count, from 1."""
    breaks = list(LINE.finditer(text))
    before = [one for one in breaks if one.end() <= start]
    column = start - (before[-1].end() if before else 0) + 1
    return f"På linje {len(before) + 1} ved tegn {column}" if breaks else f"Ved tegn {column}"


def _excerpt(masked: str, hit: cpr.Hit) -> str:
    """The number and the whole words around it, on one line."""
    begin, end = max(0, hit.start - AROUND), hit.end + AROUND
    before, after = masked[begin : hit.start], masked[hit.end : end]
    before = before.partition(" ")[2] if begin else before
    after = after.rpartition(" ")[0] if end < len(masked) else after
    shown = " ".join(f"{before}{masked[hit.start : hit.end]}{after}".split())
    return f"{'…' if begin else ''}{shown}{'…' if end < len(masked) else ''}"
