"""manage.py seed_demo [--today DATE]: the demo people and engagements. Idempotent: what is there already stays as it is."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Invitation, Membership, Organisation, User
from taskforce.demo import documents, engagements, intake, looks, meetings, review, rights, tasks, told, wishes
from taskforce.demo.people import PEOPLE, Person

LONG_AGO = date(2016, 1, 1)


class Command(BaseCommand):
    help = "Seed the demo people and engagements (demo mode only). Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, help="the day the demo shall be in the middle of (YYYY-MM-DD)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Set DEMO=1 first: demo people can log in without a password.")
        today = options["today"] or timezone.localdate()
        with transaction.atomic():
            people = {person.key: _person(person) for person in PEOPLE}
            made = engagements.seed(people, today)
            if made and not Invitation.objects.filter(email=rights.INVITED).exists():
                rights.seed(people, timezone.localdate())
                tasks.seed(people)
                meetings.seed(people)
                documents.seed(people)
                intake.seed(people, today)
                review.seed(people, today)
                told.seed(people, timezone.localdate())
                wishes.seed(people, timezone.localdate())
        if made:
            looks.seed(people)
        self.stdout.write(f"{len(people)} demo people, {made} new engagements.")


def _person(person: Person) -> User:
    user, is_new = User.objects.get_or_create(
        email=person.email,
        defaults={
            "full_name": person.name,
            "phone": "70 00 00 00",
            "is_demo": True,
            "password": "!",
        },
    )
    if is_new:
        wanted = {"name": person.municipality} if person.municipality else {"kind": person.kind}
        Membership.objects.create(user=user, organisation=Organisation.objects.get(**wanted), role=person.role, valid_from=LONG_AGO)
    return user
