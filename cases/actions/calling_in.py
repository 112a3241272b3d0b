"""*Indkaldelsesbrev*: a consultant writes what the call asks for and sends it; that opens the slots Sag 01 … Sag N."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit, jobs
from accounts.models import Job, User
from accounts.refusal import Refused
from cases import access, criteria, letter, told
from cases.actions import moving
from cases.models import Case, Round
from cases.states import SEQUENCE, RoundKind, RoundState
from engagements import holders
from engagements.actions.milestones import meet_purpose
from engagements.models import Engagement, ServiceArea
from engagements.states import EngagementState, Purpose

NO_CASES = "Programmet har ingen sagsgennemgang, så der er ingen sager at indkalde."
ALREADY = "Der er allerede begyndt en indkaldelse i forløbet. Genindlæs siden."
NO_MEASUREMENT = "Programmet har ingen statusmåling."
TOO_EARLY = "Statusmålingen kan begynde, når hovedgennemgangen er lukket, så der er noget at sammenligne med."
NOBODY = "Kommunen har ingen koordinator eller leder i løsningen endnu. Invitér en, før du sender brevet."
NOT_RUNNING = "Brevet kan kun sendes, mens forløbet er planlagt eller i gang."


@transaction.atomic
def prepare(
    *,
    engagement: Engagement,
    areas: Collection[ServiceArea],
    decided_from: date,
    decided_to: date,
    by: User,
    mix: str = "",
    note: str = "",
    kind: RoundKind = RoundKind.MAIN,
) -> Round:
    """Begin a call for as many cases as the programme version says. The municipality sees nothing of it until the letter is sent.

    A status measurement begins when the main round is closed, and asks by the same versions of the criteria.
    """
    number = engagement.programme_version.case_count
    made = Round(engagement=engagement, kind=kind, case_count=number, decided_from=decided_from, decided_to=decided_to)
    made.mix, made.note, made.created_by = mix, note, by
    access.require_round(by, access.CALL_IN, made)
    if problem := why_not_begin(engagement, kind):
        raise Refused(problem)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise Refused(ALREADY) from error
    if kind == RoundKind.STATUS:
        criteria.pin(made)
    made.areas.set(areas)
    names = sorted(area.name for area in areas)
    changes = {"antal sager": [None, number], "ydelsesområder": [None, names]}
    audit.record(by=by, verb="round.prepare", target=made, scope=engagement.scope, changes=changes)
    return made


def why_not_begin(engagement: Engagement, kind: RoundKind) -> str:
    """The sentence that says why a round of that kind cannot begin (yet), or ""."""
    if not engagement.programme_version.case_count:
        return NO_CASES
    if kind == RoundKind.MAIN:
        return ""
    if not engagement.programme_version.uses_status_measurement:
        return NO_MEASUREMENT
    main = Round.objects.filter(engagement=engagement, kind=RoundKind.MAIN, state=RoundState.CLOSED)
    return "" if main.exists() else TOO_EARLY


@transaction.atomic
def revise(
    *, round: Round, areas: Collection[ServiceArea], decided_from: date, decided_to: date, by: User, mix: str = "", note: str = ""
) -> Round:
    """Change what the letter asks for; refused once it is sent."""
    locked = moving.lock(round.pk)
    access.require_round(by, access.CALL_IN, locked)
    days = {"afgørelser fra": (locked.decided_from, decided_from), "afgørelser til og med": (locked.decided_to, decided_to)}
    changes: dict[str, Any] = {label: [old.isoformat(), new.isoformat()] for label, (old, new) in days.items() if old != new}
    names = sorted(area.name for area in locked.areas.all()), sorted(area.name for area in areas)
    if names[0] != names[1]:
        changes["ydelsesområder"] = list(names)
    texts = [label for label, changed in (("fordeling", locked.mix != mix), ("bemærkning", locked.note != note)) if changed]
    if texts:
        changes["tekster"] = [None, texts]
    locked.decided_from, locked.decided_to, locked.mix, locked.note = decided_from, decided_to, mix, note
    locked.save(update_fields=["decided_from", "decided_to", "mix", "note"])
    locked.areas.set(areas)
    if changes:
        audit.record(by=by, verb="round.revise", target=locked, scope=locked.engagement.scope, changes=changes)
    return locked


@transaction.atomic
def send(*, round: Round, by: User) -> Round:
    """Send the letter: the slots open, the milestone is met, coordinators and leaders are told. A worker makes the PDF."""
    locked = moving.lock(round.pk)
    access.require_round(by, access.CALL_IN, locked)
    engagement = locked.engagement
    if engagement.state not in {EngagementState.PLANNED, EngagementState.ACTIVE}:
        raise Refused(NOT_RUNNING)
    people = holders.people_of([engagement])[engagement.pk]
    if not told.municipal(people):
        raise Refused(NOBODY)
    moving.move(locked, to=RoundState.OPEN, by=by)
    locked.called_in_at, locked.called_in_by = timezone.now(), by
    locked.save(update_fields=["called_in_at", "called_in_by"])
    slots = [Case(round=locked, number=number) for number in range(1, locked.case_count + 1)]
    Case.objects.bulk_create(slots, ignore_conflicts=True)
    meet_purpose(engagement=engagement, purpose=Purpose.CALL_IN_LETTER, sequence=SEQUENCE[RoundKind(locked.kind)], by=by)
    told.of_call_in(locked, people)
    order_pdf(locked, by)
    return locked


def order_pdf(round: Round, by: User) -> Job:
    """Ask a worker for the PDF of the letter, or of its draft; the caller has checked that `by` may see it."""
    what = "Udkast til indkaldelsesbrev" if round.state == RoundState.PREPARING else "Indkaldelsesbrev"
    return jobs.order(
        kind=letter.LETTER_PDF,
        title=f"{what} til {round.engagement.municipality.display_name} som PDF",
        scope=round.engagement.scope,
        object_id=round.pk,
        back_url=told.call_in_url(round),
        by=by,
    )
