"""What the benchmark of reviews needs of Django: a round with a reviewer for each case, logged in, and a look at what was saved."""

from __future__ import annotations

from datetime import date

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.drafts import fingerprint
from accounts.models import Membership, Organisation, User
from accounts.states import OrganisationKind, Role
from bench import due_reminders, uploading
from cases import criteria
from cases.models import Answer, Case, Review, Round
from cases.states import CaseState, Profession, RoundState
from engagements.models import Engagement, TeamMember

Place = tuple[int, str, dict[str, str], str]  # number of the case, address, headers of a save, fingerprint


def prepare(number: int) -> list[Place]:
    """The tables, and an engagement with so many cases, each with a jurist of its own who is logged in."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    due_reminders.make(1)
    engagement = Engagement.objects.select_related("scope", "created_by").get()
    year = timezone.localdate().year
    values = {"decided_from": date(year - 1, 1, 1), "decided_to": date(year - 1, 12, 31), "created_by": engagement.created_by}
    round = Round.objects.create(engagement=engagement, case_count=number, state=RoundState.COMPLETE, **values)
    criteria.pin(round)
    return [_place(round, place) for place in range(1, number + 1)]


def _place(round: Round, number: int) -> Place:
    jurist = User.objects.create_user(f"jurist{number}@example.dk", full_name=f"Jurist {number}")
    authority = Organisation.objects.get(kind=OrganisationKind.ANKESTYRELSEN)
    Membership.objects.create(user=jurist, organisation=authority, role=Role.LEGAL_REVIEWER, valid_from=timezone.localdate())
    Authenticator.objects.create(user=jurist, type=Authenticator.Type.TOTP, data={})
    TeamMember.objects.create(engagement=round.engagement, user=jurist, role=Role.LEGAL_REVIEWER)
    case = Case.objects.create(round=round, number=number, state=CaseState.SUBMITTED, decided_on=round.decided_from)
    assert round.legal_criteria is not None
    Review.objects.create(case=case, profession=Profession.LEGAL, criteria=round.legal_criteria, reviewer=jurist)
    client = Client()
    client.force_login(jurist)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={uploading.TOKEN}"
    return number, reverse("review-field", args=[round.engagement_id, round.kind, number]), _headers(cookies), fingerprint("")


def _headers(cookies: str) -> dict[str, str]:
    """What a browser sends behind the proxy that ends TLS."""
    sent = {name: value for name, value in uploading.headers(cookies).items() if name != "Tus-Resumable"}
    return sent | {"Content-Type": "application/x-www-form-urlencoded"}


def compare(texts: dict[int, str]) -> None:
    """Every reviewer's last text is stored, and nobody else's in its place. Raises RuntimeError."""
    if dict(Answer.objects.values_list("review__case__number", "reason")) != texts:
        raise RuntimeError("What is stored is not what was written.")
