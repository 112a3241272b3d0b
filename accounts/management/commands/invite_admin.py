"""manage.py invite_admin EMAIL --name NAME --organisation sbst|ankestyrelsen: the invitation of the first administrator."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts import invitations
from accounts.actions import inviting
from accounts.danish import plain_date
from accounts.models import Organisation
from accounts.refusal import Refused
from accounts.states import ROLE_KINDS, Role


class Command(BaseCommand):
    help = "Invite an administrator and print the link on which they choose a password. No mail is sent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="the person's name")
        parser.add_argument("--organisation", required=True, choices=sorted(kind.value for kind in ROLE_KINDS[Role.ADMIN]))

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is not an e-mail address.") from error
        organisation = Organisation.objects.get(kind=options["organisation"])
        try:
            made = inviting.make(email, options["name"], organisation, Role.ADMIN, timezone.localdate(), None, by=None)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"Open this link before {plain_date(timezone.localdate(made.expires_at))}; whoever has it becomes administrator:")
        self.stdout.write(invitations.link_of(made))
