"""manage.py processing_record --format md: the record of processing activities (article 30). Needs no database and no secrets."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand

from taskforce import retention
from taskforce.processing_record import as_markdown


class Command(BaseCommand):
    help = "Skriver fortegnelsen over behandlingsaktiviteter (databeskyttelsesforordningens artikel 30)."
    requires_system_checks: list[str] = []  # prints what is in the register; the state of the installation is beside the point

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["md"], default="md", help="Markdown.")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(as_markdown(retention.record(), retention.rules(), retention.register(), _names()), ending="")


def _names() -> dict[str, tuple[str, str]]:
    """ "app.Model.field" → the model's and the field's name in words."""
    return {
        f"{model._meta.label}.{field.name}": (str(model._meta.verbose_name), str(field.verbose_name))
        for model in apps.get_models(include_auto_created=True)
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
    }
