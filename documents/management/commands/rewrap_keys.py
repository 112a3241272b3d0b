"""manage.py rewrap_keys: after a new master key was written first in VAULT_KEY (docs/operations.md, "The master key")."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.danish import count
from documents.actions.keys import rewrap


class Command(BaseCommand):
    help = "Pakker nøglerne ind på ny med den første nøgle i VAULT_KEY. Ingen fil røres, og den kan køres igen."

    def handle(self, *args: Any, **options: Any) -> None:
        told = rewrap()
        self.stdout.write(count(told.anew, "nøgle er pakket ind på ny", "nøgler er pakket ind på ny"))
        self.stdout.write(count(told.already, "nøgle var det i forvejen", "nøgler var det i forvejen"))
        if told.unreadable:
            number = count(told.unreadable, "nøgle kan ikke åbnes", "nøgler kan ikke åbnes")
            raise CommandError(f"{number} med nogen af nøglerne i VAULT_KEY. Skriv den gamle nøgle med efter et komma, og kør igen.")
