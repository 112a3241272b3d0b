"""manage.py policy --format md|csv: the table that says who may do what. Needs no database and no secrets."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.urls import URLPattern, URLResolver, get_resolver

from accounts import access
from taskforce import policy_table
from taskforce.policy_table import AddressLine, as_csv, as_markdown

PREAMBLE = Path(policy_table.__file__).with_name("policy_preamble.md")


class Command(BaseCommand):
    help = "Skriver adgangstabellen: hvem må gøre hvad med hvad. docs/roles.md er denne udskrift."
    requires_system_checks: list[str] = []  # prints what is in the code; the state of the installation is beside the point

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["md", "csv"], default="md", help="Markdown til mennesker (md) eller en tabel (csv).")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["format"] == "csv":
            self.stdout.write(as_csv(access.POLICY, access.OBJECTS), ending="")
        else:
            addresses = list(_addresses(get_resolver().url_patterns, "/"))
            preamble = PREAMBLE.read_text(encoding="utf-8")
            self.stdout.write(as_markdown(access.POLICY, access.OBJECTS, addresses, preamble=preamble), ending="")


def _addresses(patterns: list[Any], prefix: str) -> Iterator[AddressLine]:
    """Every address of the URLconf; those of a namespace that is declared as a whole as one."""
    for one in patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            yield AddressLine(route, one.name or "", access.taken_by(one.name or ""))
        elif isinstance(one, URLResolver) and one.namespace:
            yield AddressLine(f"{route}…", f"{one.namespace}:", access.taken_by(f"{one.namespace}:"))
        elif isinstance(one, URLResolver):
            yield from _addresses(one.url_patterns, route)
