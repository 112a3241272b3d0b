"""An engagement's own life: its state and its phase."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from accounts import audit
from accounts.danish import count
from accounts.models import User
from accounts.refusal import Refused
from engagements import access, reminders
from engagements.models import Engagement
from engagements.states import ENGAGEMENT_MOVES, EngagementState, Phase


@dataclass(frozen=True)
class Check:
    """One line of the checklist of a phase change; `veto` blocks it, otherwise it is a thing to know."""

    sentence: str
    is_met: bool
    veto: bool = False


# A higher app registers what it must have seen before a phase is left: (engagement, to) → checks. It may only veto.
PhaseHook = Callable[[Engagement, Phase], list[Check]]
PHASE_HOOKS: list[PhaseHook] = []


def register_phase_hook(hook: PhaseHook) -> None:
    """Called once in the AppConfig.ready of a higher app."""
    PHASE_HOOKS.append(hook)


@transaction.atomic
def move(engagement: Engagement, *, to: EngagementState, by: User, reason: str = "") -> None:
    """The one gate through which an engagement changes state. Everything but starting and resuming needs a reason."""
    locked = Engagement.objects.select_for_update().select_related("scope").get(pk=engagement.pk)
    access.require_engagement(by, access.STEER, locked)
    if to not in ENGAGEMENT_MOVES[EngagementState(locked.state)]:
        raise Refused(f"Forløbet er {locked.get_state_display().lower()} og kan ikke blive {to.label.lower()}.")
    needs_reason = to != EngagementState.ACTIVE or locked.state in {EngagementState.COMPLETED, EngagementState.ABORTED}
    if needs_reason and not reason:
        raise Refused("Skriv en begrundelse. Den vises i forløbets historik.")
    old, locked.state, locked.state_reason = locked.state, to, reason
    locked.save(update_fields=["state", "state_reason"])
    audit.record(by=by, verb="engagement.state", target=locked, scope=locked.scope, changes={"status": [old, to]}, reason=reason)
    reminders.reconcile([locked])
    engagement.state, engagement.state_reason = locked.state, locked.state_reason


def phases_to(engagement: Engagement) -> list[Phase]:
    """The phases that the engagement can change to: the next of its programme's list, and the one before."""
    phases = engagement.programme_version.phase_list()
    here = phases.index(Phase(engagement.phase))
    return phases[here + 1 : here + 2] + (phases[here - 1 : here] if here else [])


def checklist(engagement: Engagement, to: Phase) -> list[Check]:
    """What to know before the phase is left: our own lines and those of the registered hooks."""
    open_now = engagement.milestones.open().filter(phase=engagement.phase, optional=False).count()
    still_open = "i fasen er stadig åben. Den" if open_now == 1 else "i fasen er stadig åbne. De"
    sentence = f"{count(open_now, 'milepæl', 'milepæle')} {still_open} bliver stående i tidsplanen."
    own = Check(sentence if open_now else "Alle milepæle i fasen er opfyldt", is_met=not open_now)
    return [own, *(check for hook in PHASE_HOOKS for check in hook(engagement, to))]


@transaction.atomic
def change_phase(*, engagement: Engagement, to: Phase, by: User, reason: str = "") -> None:
    """Move the engagement to the next phase of its programme (or one back, with a reason). Hooks may veto with a sentence."""
    locked = Engagement.objects.select_for_update().select_related("scope", "programme_version").get(pk=engagement.pk)
    access.require_engagement(by, access.CHANGE_PHASE, locked)
    phases = locked.programme_version.phase_list()
    if to not in phases_to(locked):
        raise Refused(f"Forløbet er i fasen {locked.get_phase_display()} og kan ikke skifte til {to.label}.")
    if phases.index(to) < phases.index(Phase(locked.phase)) and not reason:
        raise Refused("Skriv, hvorfor forløbet går en fase tilbage.")
    for check in checklist(locked, to):
        if check.veto and not check.is_met:
            raise Refused(check.sentence)
    old, locked.phase = locked.phase, to
    if locked.state == EngagementState.PLANNED:
        locked.state = EngagementState.ACTIVE
    locked.save(update_fields=["phase", "state"])
    audit.record(by=by, verb="engagement.phase", target=locked, scope=locked.scope, changes={"fase": [old, to]}, reason=reason)
    reminders.reconcile([locked])
    engagement.phase, engagement.state = locked.phase, locked.state
