"""One engagement: its page, its team, its state, its phase, its history."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.history import lines
from accounts.refusal import Refused
from accounts.requests import Request
from accounts.states import Role
from engagements import access, overview, page, timeline
from engagements.actions import lifecycle
from engagements.actions import team as team_actions
from engagements.forms import ReasonForm, StateForm, TeamForm, disqualified
from engagements.models import Engagement
from engagements.states import ENGAGEMENT_MOVES, EngagementState, Phase

ZOOMS = {timeline.Zoom.WHOLE: "Hele forløbet", timeline.Zoom.YEAR: "I år"}


@require_safe
def show(request: Request, pk: int) -> HttpResponse:
    """Where are we in two years: phases, the next dates, and the plan as timeline or list (the tab is in the address)."""
    engagement = access.get_engagement(request.user, pk)
    today = timezone.localdate()
    rows = overview.rows_of(engagement.milestones.chronological().prefetch_related("purposes"), today)
    met, overdue, total = overview.counted(rows)
    context = frame_of(request, engagement) | {
        "today": today,
        "rows": rows,
        "next_rows": overview.next_rows(rows, today),
        "overdue_rows": [row for row in rows if row.standing == "overdue"],
        "met": met,
        "overdue": overdue,
        "total": total,
        "phases": overview.phase_marks(engagement),
        "moved_count": sum(1 for row in rows if row.before),
    }
    if request.GET.get("visning") == "liste":
        return render(request, "engagements/engagement_list.html", context | {"groups": overview.by_phase(rows, engagement)})
    bars = overview.bars(rows)
    zoom = next((choice for choice in ZOOMS if choice == request.GET.get("udsnit")), timeline.Zoom.WHOLE)
    first, last = timeline.window(bars, today, zoom) if bars else (None, None)
    drawn = timeline.draw(bars, today=today, first=first, last=last)
    zooms = [{"label": label, "url": f"?udsnit={key}", "current": key == zoom} for key, label in ZOOMS.items()]
    return render(request, "engagements/engagement.html", context | {"timeline": drawn, "zooms": zooms})


def frame_of(request: Request, engagement: Engagement) -> dict[str, Any]:
    """What stands around every page of an engagement."""
    return page.frame(request.user, engagement)


@require_http_methods(["GET", "POST"])
def team(request: Request, pk: int) -> HttpResponse:
    """Who works on it; a consultant of the team adds people."""
    engagement = access.get_engagement(request.user, pk, access.VIEW if request.method == "GET" else access.STAFF)
    form = TeamForm(request.POST or None, engagement=engagement)
    if request.method == "POST" and form.is_valid():
        user, role = form.person()
        team_actions.join(engagement=engagement, user=user, role=role, by=request.user)
        messages.success(request, f"{user.full_name} er nu på teamet.")
        return redirect("engagement-team", pk)
    context = frame_of(request, engagement) | {"form": form, "disqualified": disqualified(engagement.municipality)}
    return render(request, "engagements/team.html", context, status=422 if form.is_bound else 200)


@require_POST
def team_lead(request: Request, pk: int, member: int) -> HttpResponse:
    engagement = access.get_engagement(request.user, pk, access.STAFF)
    chosen = get_object_or_404(engagement.team_members.valid(), pk=member, role=Role.CONSULTANT)
    team_actions.lead(member=chosen, by=request.user)
    messages.success(request, f"{chosen.user.full_name} er nu projektleder.")
    return redirect("engagement-team", pk)


@require_POST
def team_leave(request: Request, pk: int, member: int) -> HttpResponse:
    engagement = access.get_engagement(request.user, pk, access.STAFF)
    leaving = get_object_or_404(engagement.team_members.valid(), pk=member)
    team_actions.leave(member=leaving, by=request.user)
    messages.success(request, f"{leaving.user.full_name} er ikke længere på teamet.")
    return redirect("engagement-team", pk) if leaving.user != request.user else redirect(engagement)


@require_http_methods(["GET", "POST"])
def state(request: Request, pk: int) -> HttpResponse:
    """Start, pause, complete, abort, reopen: what the present state allows."""
    engagement = access.get_engagement(request.user, pk, access.STEER)
    moves = [(to.value, STATE_VERBS[to]) for to in EngagementState if to in ENGAGEMENT_MOVES[EngagementState(engagement.state)]]
    form = StateForm(request.POST or None, choices=moves)
    if request.method == "POST" and form.is_valid():
        lifecycle.move(engagement, to=EngagementState(form.cleaned_data["to"]), by=request.user, reason=form.cleaned_data["reason"].strip())
        messages.success(request, f"Forløbet er nu {engagement.get_state_display().lower()}.")
        return redirect(engagement)
    context = frame_of(request, engagement) | {"form": form}
    return render(request, "engagements/state.html", context, status=422 if form.is_bound else 200)


STATE_VERBS = {
    EngagementState.PLANNED: "Sæt tilbage til planlagt",
    EngagementState.ACTIVE: "Sæt i gang",
    EngagementState.PAUSED: "Sæt på pause",
    EngagementState.COMPLETED: "Afslut forløbet",
    EngagementState.ABORTED: "Afbryd forløbet",
}


@require_http_methods(["GET", "POST"])
def phase(request: Request, pk: int) -> HttpResponse:
    """Change of phase with its checklist."""
    engagement = access.get_engagement(request.user, pk, access.CHANGE_PHASE)
    targets = lifecycle.phases_to(engagement)
    chosen = request.POST.get("to", request.GET.get("til", ""))
    to = next((target for target in targets if target == chosen), targets[0] if targets else None)
    form = ReasonForm(request.POST or None, label="Bemærkning", optional=True)
    if request.method == "POST" and form.is_valid():
        lifecycle.change_phase(engagement=engagement, to=_phase(chosen), by=request.user, reason=form.cleaned_data["reason"].strip())
        messages.success(request, f"Forløbet er nu i fasen {engagement.get_phase_display()}.")
        return redirect(engagement)
    phases = engagement.programme_version.phase_list()
    context = frame_of(request, engagement) | {
        "form": form,
        "to": to,
        "others": [target for target in targets if target != to],
        "is_back": to is not None and phases.index(to) < phases.index(Phase(engagement.phase)),
        "checks": lifecycle.checklist(engagement, to) if to else [],
        "phases": overview.phase_marks(engagement),
    }
    return render(request, "engagements/phase.html", context, status=422 if form.is_bound else 200)


def _phase(text: str) -> Phase:
    """The phase that the person chose: never another one, or a second click would change the phase twice."""
    if text not in Phase.values:
        raise Refused("Vælg den fase, som forløbet skal skifte til.")
    return Phase(text)


@require_safe
def history(request: Request, pk: int) -> HttpResponse:
    """Historik: who did what, when and why, in words; not what is unheard by the person."""
    engagement = access.get_engagement(request.user, pk, access.HISTORY)
    entries = audit.history(engagement.scope).exclude(verb__in=access.unheard(request.user, engagement))
    shown = Paginator(entries, 50).get_page(request.GET.get("page"))
    return render(request, "engagements/history.html", frame_of(request, engagement) | {"page": shown, "lines": lines(shown.object_list)})
