"""Which mails about an engagement wait for its consultant: those to the municipality, as long as the engagement says."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import Scope, User
from accounts.states import MUNICIPAL_ROLES
from engagements.models import Engagement


def hold_of(scope: Scope, recipient: User) -> timedelta | None:
    """How long a mail to the person waits in the *Udbakke*; None = it goes at once (the setting says so, or they are of the Task Force)."""
    engagement = Engagement.objects.filter(scope=scope, mail_hold_hours__gt=0).first()
    if engagement is None or engagement.municipality_id not in recipient.organisation_ids(*MUNICIPAL_ROLES):
        return None
    return timedelta(hours=engagement.mail_hold_hours)
