"""*VISO-udvalg*: VISO proposes, a jurist locks, later a jurist puts one case in the place of another, with a reason (domain rule 20)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.access import Permission
from accounts.models import User
from accounts.refusal import Refused
from cases import choosing, review_access, selecting, viso_told
from cases.actions import finding, moving
from cases.models import Case, Review, Round, VisoPick, VisoSelection, reach
from cases.states import RECEIVED, Profession, RoundState, SelectionState

NO_STEP = "VISO vælger ikke sager i det her program."
NOT_YET = "Sagerne er ikke indsendt endnu, så der er ikke noget at vælge imellem."
CLOSED = "Runden er afsluttet, så VISO-udvalget kan ikke ændres."
CHANGED = "Udvalget er ændret, siden du åbnede siden. Genindlæs den, og se, hvad der er valgt nu."
NO_REASON = "Skriv, hvorfor sagen skiftes ud. Begrundelsen gemmes sammen med den."
NO_PLACE = "Der er ingen ledig plads i udvalget. Vælg, hvilken sag den nye kommer i stedet for."
OUT = "Sagen er taget ud af VISO-udvalget"


@transaction.atomic
def propose(*, round: Round, picks: Mapping[int, str], by: User, seen: str | None = None) -> VisoSelection:
    """Choose the cases with these numbers, each with its reason; fewer than the programme's number are kept, and are no proposal yet.

    Refused above that number, and when somebody chose anew since the page that `seen` stands for was shown.
    """
    selection = _begin(round, review_access.PROPOSE, by, seen)
    chosen = _choose(selection, picks, by)
    if problem := selecting.why_not_propose(chosen, selection.size):
        raise Refused(problem)
    was_proposed = selection.proposed_at is not None
    is_whole = chosen == selection.size
    selection.proposed_by, selection.proposed_at = (by, timezone.now()) if is_whole else (None, None)
    selection.save(update_fields=["proposed_by", "proposed_at"])
    if is_whole and not was_proposed:
        viso_told.of_proposal(selection)
    return selection


@transaction.atomic
def lock(*, round: Round, picks: Mapping[int, str], by: User, seen: str | None = None) -> VisoSelection:
    """Choose exactly these cases and lock the choice: from now on VISO sees them and no others. Of several at once one does it."""
    selection = _begin(round, review_access.LOCK, by, seen)
    chosen = _choose(selection, picks, by)
    if problem := selecting.why_not_lock(chosen, selection.size):
        raise Refused(problem)
    selection.locked_by, selection.locked_at = by, timezone.now()
    selection.save(update_fields=["locked_by", "locked_at"])
    moving.move(selection, to=SelectionState.LOCKED, by=by)
    viso_told.of_cases(selection)
    return selection


@transaction.atomic
def change(*, round: Round, out: int | None, into: int, reason: str, by: User) -> VisoPick:
    """After the lock: put case number `into` in the place of `out` (None: in one that is empty since a case was taken back).

    VISO's review of the one that goes is kept and ends; VISO loses the case at once.
    """
    selection = _begin(round, review_access.CHANGE_SELECTION, by, None)
    if not reason.strip():
        raise Refused(NO_REASON)
    picks = {pick.case.number: pick for pick in choosing.live(selection)}
    case = _received(selection.round, by).get(into)
    if case is None or into in picks:
        raise Refused(f"Sag {into:02} kan ikke vælges. Den er ikke indsendt, eller den er allerede valgt.")
    slot = _vacate(picks, out, selection, reason, by)
    own = reason[:300] if out is None else ""  # why a case went stands with the one that went: VISO reads of its own alone
    made = VisoPick.objects.create(selection=selection, case=case, slot=slot, size=selection.size, reason=own, by=by)
    changes = {"taget ud": [f"Sag {out:02}" if out else None, None], "sat ind": [None, str(case)]}
    audit.record(by=by, verb="selection.change", target=selection, scope=selection.round.engagement.scope, changes=changes, reason=reason)
    viso_told.of_cases(selection)
    return made


def _begin(round: Round, permission: Permission, by: User, seen: str | None) -> VisoSelection:
    """The round's selection, both locked, when the person may do that with it now, and it is as the page showed it."""
    locked = moving.lock(round.pk)
    review_access.require_round(by, permission, locked)
    size = choosing.size_of(locked)
    if not size:
        raise Refused(NO_STEP)
    if locked.state not in choosing.CHOOSABLE:
        raise Refused(CLOSED if locked.state == RoundState.CLOSED else NOT_YET)
    selection, _ = VisoSelection.objects.select_for_update().get_or_create(round=locked, defaults={"size": size})
    if seen is not None and seen != choosing.seen_of(choosing.standing(locked, by).picks):
        raise Refused(CHANGED)
    selection.round = locked
    if selection.state == SelectionState.OPEN and selection.size != size:  # a dispensation since the last time
        selection.size = size
        selection.save(update_fields=["size"])
    return selection


def _choose(selection: VisoSelection, picks: Mapping[int, str], by: User) -> int:
    """Make these the chosen ones, and give how many are. What the person is *inhabil* in stays as it is: they see nothing of it."""
    cases = _received(selection.round, by)
    if unknown := sorted(set(picks) - set(cases)):
        raise Refused(f"Sag {unknown[0]:02} er ikke indsendt, så den kan ikke vælges.")
    standing = {pick.case.number: pick for pick in choosing.live(selection)}
    conflicted = reach.conflicted_cases(by)
    hidden = {number: pick.reason for number, pick in standing.items() if pick.case_id in conflicted}
    wanted = {**hidden, **picks}
    if len(wanted) > selection.size:
        return len(wanted)  # the caller refuses
    for number, pick in standing.items():
        if number not in wanted:
            pick.delete()
    _fill(selection, {number: pick for number, pick in standing.items() if number in wanted}, wanted, cases, by)
    if set(standing) != set(wanted):
        changes = {"sager": [_names(standing), _names(wanted)]}
        audit.record(by=by, verb="selection.choose", target=selection, scope=selection.round.engagement.scope, changes=changes)
    return len(wanted)


def _fill(selection: VisoSelection, kept: Mapping[int, VisoPick], wanted: Mapping[int, str], cases: Mapping[int, Case], by: User) -> None:
    """Every wanted case in a place of its own; one that is kept stays in its place, where the selection still has it."""
    size = selection.size
    free = iter(sorted(set(range(1, size + 1)) - {pick.slot for pick in kept.values()}))
    for number, reason in sorted(wanted.items()):
        pick = kept.get(number) or VisoPick(selection=selection, case=cases[number], by=by, slot=size + 1)
        pick.slot = pick.slot if pick.slot <= size else next(free)
        pick.size, pick.reason = size, reason.strip()
        pick.save()


def _received(round: Round, by: User) -> dict[int, Case]:
    """The cases that can be chosen, by number; none that the person is *inhabil* in."""
    found = Case.objects.filter(round=round, state__in=RECEIVED).exclude(pk__in=reach.conflicted_cases(by))
    return {case.number: case for case in found}


def _vacate(picks: Mapping[int, VisoPick], out: int | None, selection: VisoSelection, reason: str, by: User) -> int:
    """A free place: the one of the case that goes, or one that is empty."""
    if out is not None:
        pick = picks.get(out)
        if pick is None or pick.case_id in reach.conflicted_cases(by):
            raise Refused(CHANGED)
        take_out(pick, reason, by=by)
        return pick.slot
    taken = {pick.slot for pick in picks.values()}
    free = [slot for slot in range(1, selection.size + 1) if slot not in taken]
    if not free:
        raise Refused(NO_PLACE)
    return free[0]


def take_out(pick: VisoPick, reason: str, *, by: User) -> None:
    """The case is VISO's no more; the row stays and says why, and so does VISO's review of it. Call it under the lock of the round."""
    pick.removed_at, pick.removed_by, pick.removed_reason = timezone.now(), by, reason
    pick.save(update_fields=["removed_at", "removed_by", "removed_reason"])
    review = Review.objects.standing().select_for_update().filter(case=pick.case_id, profession=Profession.VISO).first()
    if review is None:
        return
    finding.drop_drafts(review=review, by=by, reason=OUT)
    review.ended_at, review.ended_reason = timezone.now(), f"{OUT}: {reason}"[:500]
    review.save(update_fields=["ended_at", "ended_reason"])
    audit.record(by=by, verb="review.end", target=review, scope=pick.selection.round.engagement.scope, reason=reason)


def _names(numbers: Mapping[int, object]) -> str:
    return ", ".join(f"Sag {number:02}" for number in sorted(numbers))
