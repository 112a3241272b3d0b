"""manage.py send_due_reminders [--dry-run]: dispatches and sends what is due, or says what would go to whom."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts import notices, outbox
from accounts.danish import count
from engagements import dispatching, ladder


class Command(BaseCommand):
    help = "Sender de påmindelser, hvis tid er inde, ligesom uret gør hvert minut."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Vis med navne, hvad der ville gå til hvem, og skriv intet.")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        if dry_run:
            self._tell()
            return
        told, mails = dispatching.dispatch_due(), notices.gather()
        tried = 0
        while outbox.send_next():
            tried += 1
        lines = (
            count(told, "påmindelse er afsendt", "påmindelser er afsendt"),
            count(mails, "mail er lavet", "mails er lavet"),
            count(tried, "mail er forsøgt sendt", "mails er forsøgt sendt"),
        )
        self.stdout.write("\n".join(lines))

    def _tell(self) -> None:
        """No addresses: a terminal's scrollback is no place for them."""
        due = dispatching.due_now()
        for one in due:
            deputy = f" (stedfortræder for {one.reminder.recipient.full_name})" if one.to.pk != one.reminder.recipient_id else ""
            self.stdout.write(f"{one.to.full_name}{deputy}: {one.title} [{ladder.STEPS[one.reminder.step].label}]")
        self.stdout.write(count(len(due), "påmindelse ville gå nu", "påmindelser ville gå nu"))
