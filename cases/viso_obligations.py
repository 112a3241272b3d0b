"""What VISO's choice of cases asks of people: VISO to propose, a jurist to lock it, and to fill a place that is empty again.
Registered with accounts.obligations."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.danish import count
from accounts.models import User
from accounts.obligations import Obligation
from cases import choosing, viso_told
from cases.models import Round, reach
from cases.review_access import CHANGE_SELECTION, LOCK, PROPOSE, SELECTION
from cases.states import SelectionState
from engagements.states import EngagementState, Party

RUNNING = (EngagementState.PLANNED, EngagementState.ACTIVE)


def find(user: User, today: date) -> list[Obligation]:
    """Every choice that waits for the person; three queries, however many there are."""
    propose = _rounds(user, PROPOSE.action).filter(selection__proposed_at__isnull=True)
    lock = _rounds(user, LOCK.action).filter(selection__proposed_at__isnull=False)
    refill = _rounds(user, CHANGE_SELECTION.action).filter(Q(chosen__lt=F("selection__size")))
    return [
        *(_of(round, "propose", f"Vælg {count(choosing.size_of(round), 'sag', 'sager')} til VISO", Party.VISO) for round in propose),
        *(_of(round, "lock", "Lås VISO-udvalget", Party.ANKESTYRELSEN) for round in lock),
        *(_of(round, "refill", "Vælg en ny sag til VISO", Party.ANKESTYRELSEN) for round in refill),
    ]


def _rounds(user: User, action: str) -> QuerySet[Round]:
    """The rounds with whose choice the person may do `action` now, in engagements that run; what nobody has begun is open."""
    chosen = Count("selection__picks", filter=Q(selection__picks__removed_at__isnull=True))
    with_choice = Round.objects.filter(
        state__in=choosing.CHOOSABLE, engagement__state__in=RUNNING, engagement__programme_version__viso_count__gt=0
    ).annotate(choice=Coalesce("selection__state", Value(SelectionState.OPEN.value)), chosen=chosen)
    may = with_choice.filter(reach.given(user, SELECTION, action, engagement="engagement", state="choice"))
    return may.select_related("engagement__municipality", "engagement__programme_version").order_by("called_in_at")


def _of(round: Round, key: str, verb: str, party: Party) -> Obligation:
    engagement = round.engagement
    return Obligation(
        key=f"viso-{key}-{round.pk}",
        verb=verb,
        url=viso_told.page_of(round),
        place=str(engagement),
        municipality=engagement.municipality.display_name,
        scope_id=engagement.scope_id,
        due_on=None,
        dates="",
        weeks="",
        responsible="VISO-konsulenter" if party == Party.VISO else "Jurister",
        party=party.label,
        is_own=True,
        action="Åbn VISO-udvalget",
    )
