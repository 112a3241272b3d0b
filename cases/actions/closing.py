"""*Luk runden*: its results are frozen, and the phase changes in the same transaction where that is wished (domain rules 18 and 51)."""

from __future__ import annotations

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.refusal import Refused
from cases import end_check, results, review_access
from cases.actions import moving
from cases.models import Round, Snapshot
from cases.states import RoundKind, RoundState
from engagements.actions import lifecycle
from engagements.actions.lifecycle import Check
from engagements.actions.milestones import meet_purpose
from engagements.models import Engagement
from engagements.states import Phase, Purpose

# The phase that ends with the round, so that it cannot be left while the round is open (decision 3).
ENDS = {RoundKind.MAIN: Phase.ANALYSIS, RoundKind.STATUS: Phase.CLOSING}


@transaction.atomic
def close_round(*, round: Round, by: User, to: Phase | None = None, reason: str = "") -> Snapshot:
    """Freeze the results and close the round; with `to` the engagement changes to that phase at the same time, or nothing happens.

    Refused until exactly the needed number of cases is assured and VISO has finished what it began; and where the change of phase is.
    """
    locked = moving.lock(round.pk)
    if locked.state == RoundState.CLOSED:
        raise Refused(end_check.ALREADY)
    review_access.require_round(by, review_access.CLOSE, locked)
    if stop := end_check.of(locked).stop:
        raise Refused(stop)
    content = results.content_of(locked)
    made = Snapshot.objects.create(
        round=locked,
        by=by,
        legal_criteria=locked.legal_criteria,
        viso_criteria=locked.viso_criteria,
        content=content,
        sha256=results.fingerprint(content),
    )
    moving.move(locked, to=RoundState.CLOSED, by=by)
    changes = {"fingeraftryk af resultatet": [None, made.sha256]}
    audit.record(by=by, verb="round.close", target=locked, scope=locked.engagement.scope, changes=changes)
    if locked.kind == RoundKind.STATUS:
        meet_purpose(engagement=locked.engagement, purpose=Purpose.STATUS_MEASUREMENT, by=by)
    if to is not None:
        lifecycle.change_phase(engagement=locked.engagement, to=to, by=by, reason=reason)
    return made


def next_phase(round: Round) -> Phase | None:
    """The phase that the engagement can change to when the round is closed; None where the round does not end the present one."""
    engagement = round.engagement
    if engagement.phase != ENDS[RoundKind(round.kind)]:
        return None
    phases = engagement.programme_version.phase_list()
    place = phases.index(Phase(engagement.phase)) + 1
    return phases[place] if place < len(phases) else None


def before_leaving(engagement: Engagement, to: Phase) -> list[Check]:
    """The phase hook: a round that ends the present phase must be closed before the engagement goes on."""
    phases = engagement.programme_version.phase_list()
    if not engagement.programme_version.case_count or phases.index(to) < phases.index(Phase(engagement.phase)):
        return []
    ending = [kind for kind, phase in ENDS.items() if phase == engagement.phase]
    rounds = Round.objects.filter(engagement=engagement, kind__in=ending)
    return [_check(round) for round in rounds]


def _check(round: Round) -> Check:
    name = round.get_kind_display()
    if round.state == RoundState.CLOSED:
        return Check(f"{name} af sager er lukket, og resultatet er frosset", is_met=True)
    if round.state == RoundState.PREPARING:
        return Check(f"{name}: Indkaldelsesbrevet er skrevet, men ikke sendt", is_met=False)
    return Check(f"{name} af sager er ikke lukket. Luk runden under Sager, før fasen skifter.", is_met=False, veto=True)
