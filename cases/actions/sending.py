"""Sending all of one's own finished reviews of a round to assurance at once."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.refusal import Refused
from cases import my_cases, review_access
from cases.actions import moving, reviewing
from cases.models import Review, Round

NOTHING = "Ingen af dine gennemgange er færdige. En gennemgang er færdig, når alle kriterier er besvaret og begrundet."


@transaction.atomic
def send_finished(*, round: Round, by: User) -> list[Review]:
    """Send every own review in which nothing is missing; returns them. Refused when there is none."""
    locked = moving.lock(round.pk)
    review_access.require_round(by, review_access.SEND, locked)
    found = list(my_cases.finished(by, locked).select_related("case"))
    for review in found:
        reviewing.submit(review=review, by=by)
    if not found:
        raise Refused(NOTHING)
    return found
