"""What a visitor sees on *Brugere og roller*: an invitation that waits, a role that begins later, somebody who is inhabil."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from accounts.actions import conflicts, inviting, roles
from accounts.models import Organisation, User
from accounts.states import Role
from engagements.calendar import add_months

INVITED = "ditte@demo.example"


def seed(people: Mapping[str, User], today: date) -> None:
    """Lars, who leads in Hedensted, invites Ditte and makes Emil coordinator from next month on; Amalie is inhabil towards Svendborg."""
    lars, hedensted = people["lars"], Organisation.objects.municipalities().get(name="Hedensted")
    inviting.invite(
        email=INVITED,
        full_name="Ditte Aagaard",
        organisation=hedensted,
        role=Role.EMPLOYEE,
        valid_from=today,
        valid_to=None,
        by=lars,
    )
    next_month = add_months(today, 1).replace(day=1)
    roles.add_role(
        person=people["emil"],
        organisation=hedensted,
        role=Role.COORDINATOR,
        valid_from=next_month,
        valid_to=add_months(next_month, 12),
        by=lars,
    )
    svendborg = Organisation.objects.municipalities().get(name="Svendborg")
    conflicts.declare(person=people["amalie"], municipality=svendborg, reason="Min bror er leder i kommunen.", by=people["amalie"])
