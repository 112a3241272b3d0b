"""What a round of cases asks of people besides its milestones: supplementary files with their own deadline, a case instead of one that
was taken back, and for the team to say that nothing is missing. Registered with accounts.obligations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, F, Q
from django.urls import reverse

from accounts.danish import count, long_date, week
from accounts.models import User
from accounts.obligations import Obligation
from cases.models import Round, Supplement
from cases.states import RECEIVED, RoundState
from engagements.models import Engagement, Milestone
from engagements.places import Place
from engagements.states import EngagementState, Party

RUNNING = (EngagementState.PLANNED, EngagementState.ACTIVE)


def find(user: User, today: date) -> list[Obligation]:
    """Everything open of the rounds that the person works on; the number of queries does not depend on how much there is."""
    own = {round.pk: round for round in _rounds(user, "hand_in", RoundState.SUPPLEMENT)}
    waited = {round.pk: round for round in _rounds(user, "supplement", RoundState.SUPPLEMENT)}
    rounds = waited | own
    asked = Supplement.objects.filter(round__in=rounds, answered_in=None).select_related("case").order_by("due_on", "pk")
    return [
        *(_supplement(one, rounds[one.round_id], is_own=one.round_id in own) for one in asked),
        *(_replacement(round, is_own=pk in own) for pk, round in rounds.items() if round.received < round.needed),  # type: ignore[attr-defined]
        *(_check(round) for round in _rounds(user, "supplement", RoundState.HANDED_IN)),
    ]


def place_of(milestone: Milestone) -> Place:
    """Where the call-in letter is written and the cases are handed in: the engagement's page of cases. Asks the database nothing."""
    return Place(reverse("rounds", args=[milestone.engagement_id]), "Gå til sagerne")


def _rounds(user: User, action: str, state: RoundState) -> Iterable[Round]:
    """The rounds in that state with which the person may do `action`, in engagements that run."""
    found = Round.objects.allowing(user, action).filter(state=state, engagement__state__in=RUNNING)
    received = Count("cases", filter=Q(cases__state__in=RECEIVED))
    return found.select_related("engagement__municipality").annotate(received=received).order_by(F("called_in_at"))


def _supplement(supplement: Supplement, round: Round, *, is_own: bool) -> Obligation:
    case = supplement.case
    return _obligation(
        round,
        key=f"supplement-{supplement.pk}",
        verb=f"Indsend supplerende akter til {case}",
        url=reverse("supplement", args=[round.engagement_id, round.kind, case.number]),
        due_on=supplement.due_on,
        is_own=is_own,
    )


def _replacement(round: Round, *, is_own: bool) -> Obligation:
    missing = round.needed - round.received  # type: ignore[attr-defined]
    verb = f"Indsend {count(missing, 'sag', 'sager')} i stedet for {'den' if missing == 1 else 'dem'}, der er trukket tilbage"
    return _obligation(round, key=f"replace-{round.pk}", verb=verb, url=round.get_absolute_url(), is_own=is_own)


def _check(round: Round) -> Obligation:
    url = reverse("completeness", args=[round.engagement_id, round.kind])
    return _obligation(
        round, key=f"completeness-{round.pk}", verb="Kontrollér, om sagerne er komplette", url=url, is_own=True, of_team=True
    )


def _obligation(
    round: Round, *, key: str, verb: str, url: str, is_own: bool, due_on: date | None = None, of_team: bool = False
) -> Obligation:
    engagement: Engagement = round.engagement
    party = Party.TASK_FORCE if of_team else Party.MUNICIPALITY
    return Obligation(
        key=key,
        verb=verb,
        url=url,
        place=str(engagement),
        municipality=engagement.municipality.display_name,
        scope_id=engagement.scope_id,
        due_on=due_on,
        starts_on=due_on,
        dates=long_date(due_on).split(" (")[0] if due_on else "",
        weeks=week(due_on) if due_on else "",
        responsible="Konsulenter og jurister" if of_team else "Kommunens koordinator",
        party=party.label,
        of_municipality=not of_team,
        is_own=is_own,
    )
