"""manage.py check_files [--json]: names every stored file that is missing, stray or altered; exit 1 when there is one."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.danish import count
from documents import inventory
from documents.inventory import Fault

WORDS = {Fault.MISSING: "mangler", Fault.ALTERED: "er ændret", Fault.STRAY: "hører ikke til nogen"}


class Command(BaseCommand):
    help = "Læser alle gemte filer og nævner dem, der mangler, er ændret eller ikke hører til nogen. Skriver intet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Et JSON-objekt pr. linje: file (sti) og state (missing, stray, altered).")

    def handle(self, *args: Any, json: bool, **options: Any) -> None:
        number = 0
        for number, found in enumerate(inventory.faults(), 1):  # noqa: B007 - counted after the loop
            self.stdout.write(_as_json(found) if json else f"{found.file} {WORDS[found.fault]}")
        if not json:
            self.stdout.write(count(number, "fil er ikke, som den skal være", "filer er ikke, som de skal være"))
        if number:
            sys.exit(1)


def _as_json(found: inventory.Found) -> str:
    return json.dumps({"file": found.file, "state": str(found.fault)})
