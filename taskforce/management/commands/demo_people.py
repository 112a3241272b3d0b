"""manage.py demo_people: who can be played in the demo, as a table."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Membership


class Command(BaseCommand):
    help = "Print the demo people with their roles."

    def handle(self, *args: Any, **options: Any) -> None:
        memberships = Membership.objects.valid().filter(user__is_demo=True).select_related("user", "organisation")
        for membership in memberships.order_by("organisation__kind", "organisation__name", "role", "user__full_name"):
            self.stdout.write(
                f"  {membership.user.full_name:<20} {membership.get_role_display():<22} {membership.organisation.display_name}"
            )
