"""manage.py check_document FILE… [--json]: the whole check of an upload, as the product does it. Stores nothing, needs no database."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from documents import reasons, sandbox, scanning, verdict
from documents.limits import Limits
from documents.sandbox import Checked
from documents.states import TYPES, CprLevel, CprMode, CprPlace, DocumentState, FileClass, FileType, ScanState
from documents.verdict import Verdict

PIECE = 1024 * 1024
REFUSED, UNREADABLE = 1, 2  # what the command ends with


class Command(BaseCommand):
    help = "Kontrollerer filer, som når de uploades: type, indhold, virus og CPR-numre. Gemmer intet."
    requires_system_checks: list[str] = []  # reads files and prints; the state of the installation is beside the point

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FIL", help="Filer, der skal kontrolleres.")
        parser.add_argument("--json", action="store_true", help="Skriv en linje JSON for hver fil.")
        parser.add_argument("--case", action="store_true", help="Som sagsakt: kun PDF, JPEG og PNG tages imod.")
        parser.add_argument("--cpr", choices=CprMode.values, default=CprMode.WARN, help="Afvis filer med CPR-numre, eller advar.")

    def handle(self, *args: Any, **options: Any) -> None:
        file_class = FileClass.CASE if options["case"] else FileClass.GENERAL
        ends = {self._check(name, file_class, options["cpr"], as_json=options["json"]) for name in options["files"]}
        if code := max(ends):
            sys.exit(code)

    def _check(self, name: str, file_class: FileClass, cpr_mode: str, *, as_json: bool) -> int:
        """One file; returns what the command is to end with because of it."""
        shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        try:
            with Path(name).open("rb") as file:
                scan = scanning.scan(_pieces(file), size=Path(name).stat().st_size)
                file.seek(0)
                checked = _checked(file, Path(name).name, file_class)
        except (OSError, ValueError):
            self.stderr.write(f"Filen “{shown}” kan ikke åbnes.")
            return UNREADABLE
        except (scanning.Away, sandbox.Interrupted):
            self.stderr.write(f"Filen “{shown}” kunne ikke kontrolleres færdig. Prøv igen.")
            return UNREADABLE
        found = verdict.of(checked, scan, cpr_mode=cpr_mode, scan_required=settings.AV_REQUIRED)
        if as_json:
            self.stdout.write(json.dumps(as_line(shown, checked, found), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_for_people(shown, checked, found, scan)))
        return REFUSED if found.state == DocumentState.REFUSED else 0


def as_line(name: str, checked: Checked, found: Verdict) -> dict[str, Any]:
    """What a program reads."""
    return {
        "file": name,
        "state": found.state.value,
        "type": checked.file_type or None,
        "pages": checked.pages,
        "reasons": [{"code": code, "message": " ".join(_told(code, checked))} for code in found.reasons],
        "cpr": [{"page": one.page, "where": one.place, "level": one.level} for one in checked.found],
    }


def _checked(file: BinaryIO, name: str, file_class: FileClass) -> Checked:
    limits = Limits(size=settings.UPLOAD_MAX_BYTES)
    with sandbox.check(_pieces(file), name=name, types=TYPES[file_class], today=timezone.localdate(), limits=limits) as results:
        return results.checked


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _told(code: str, checked: Checked) -> list[str]:
    """The sentence of a reason, and the way out."""
    told = [reasons.message(code, pages=verdict.pages_of(code, checked)), reasons.way_out(code)]
    return [sentence for sentence in told if sentence]


def _for_people(name: str, checked: Checked, found: Verdict, scan: scanning.Scan) -> Iterator[str]:
    """A heading, and under it what was found."""
    kind = FileType(checked.file_type).label if checked.file_type else "ukendt type"
    pages = "" if checked.pages is None else f", {checked.pages} {'side' if checked.pages == 1 else 'sider'}"
    printable = "".join(sign if sign.isprintable() else "\ufffd" for sign in name)
    yield f"{printable}: {found.state.label} ({kind}{pages}, {ScanState(scan.state).label.lower()})"
    yield from (f"  {sentence}" for code in found.reasons for sentence in [" ".join(_told(code, checked))])
    for one in checked.found:
        where = f"side {one.page}, {CprPlace(one.place).label}" if one.page else CprPlace(one.place).label
        yield f"  – {where}: {_small(CprLevel(one.level).label)} ({one.count})"


def _small(label: str) -> str:
    """A label inside a sentence: its first letter small, abbreviations as they are."""
    return label[:1].lower() + label[1:]
