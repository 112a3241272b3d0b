"""manage.py parse_timetable FILE [--year Y] [--json]: how a timetable is understood. Stores nothing, needs no database."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from engagements.expressions import write
from engagements.pasted import MAX_BYTES, Unreadable, decode
from engagements.timetable import Row, Timetable, read, to_json

SUBJECT_WIDTH, DATE_WIDTH = 48, 36


class Command(BaseCommand):
    help = "Viser, hvordan en tidsplan forstås: rækker, datoer, årstal og advarsler. Gemmer intet."
    requires_system_checks: list[str] = []  # reads a file and prints; the state of the installation is beside the point

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="Tekstfil med tidsplanen (UTF-8 eller CP1252); - læser fra standard input.")
        parser.add_argument("--year", help="Årstallet for den første dato. Uden det udledes året.")
        parser.add_argument("--json", action="store_true", help="Skriv resultatet som JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = decode(_bytes(options["file"]))
            timetable = read(text, year=_year(options["year"]), today=timezone.localdate())
        except Unreadable as problem:
            self.stderr.write(str(problem))
            sys.exit(2)
        if options["json"]:
            self.stdout.write(json.dumps(to_json(timetable), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(_lines(timetable)))


def _bytes(name: str) -> bytes:
    """The content of the file, or of standard input; one byte more than allowed at most."""
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        raise Unreadable(f"Filen “{name}” kan ikke åbnes.") from None


def _year(text: str | int | None) -> int | None:
    if text is None:
        return None
    if not str(text).isdecimal() or len(str(text)) != 4:
        raise Unreadable(f"“{text}” er ikke et årstal. Skriv fx --year 2026.")
    return int(text)


def _lines(timetable: Timetable) -> Iterator[str]:
    """A table to read in a terminal; warnings stand under their row."""
    yield f"År: {timetable.year_reason}"
    yield from (f"! {remark.message}" for remark in timetable.warnings)
    texts = [write(row.occurrences, row.precision) or _short(row.source_text, DATE_WIDTH) or "–" for row in timetable.rows]
    width = max(map(len, [*texts, "Dato"]))
    phase = None
    for row, text in zip(timetable.rows, texts):
        if row.phase != phase:
            phase = row.phase
            yield ""
            yield phase.label
        yield f"{row.number:>4}  {text:<{width}}  {_short(row.subject, SUBJECT_WIDTH):<{SUBJECT_WIDTH}}  {_who_and_what(row)}"
        yield from (f"      {'':<{width}}  ! {remark.code.label}: {remark.message}" for remark in row.warnings)


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _who_and_what(row: Row) -> str:
    return f"{row.party.label} · {row.kind.label}{' · evt.' if row.optional else ''}"
