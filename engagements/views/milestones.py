"""Redigér tidsplan: add, change, move with preview, meet, drop, reopen, delete, undo."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.danish import count
from accounts.models import User
from accounts.requests import Request
from engagements import access, meetings, overview, reminder_log, schedule
from engagements.actions import changes, milestones, moving, postponing
from engagements.delegation import card_of
from engagements.expressions import Expression, write
from engagements.forms import LONGEST_REASON, AcceptMoveForm, MeetForm, MilestoneForm, MoveForm, ReasonForm
from engagements.models import ChangeSet, Engagement, Milestone, Postponement
from engagements.plan import items_of, lists, milestones_of
from engagements.plan_items import Consequence
from engagements.postponements import wishes_of
from engagements.states import MilestoneState, Precision, Standing
from engagements.views.engagement import frame_of


def load(request: Request, pk: int, milestone: int, permission: Any = access.PLAN) -> Milestone:
    """The milestone of an engagement that the user may plan; 404 outside the scope, 403 with the sentence inside it."""
    engagement = access.get_engagement(request.user, pk, permission)
    found = get_object_or_404(engagement.milestones.prefetch_related("purposes"), pk=milestone)
    found.engagement = engagement
    return found


def told(request: Request, text: str, change_set: ChangeSet) -> None:
    """Say what was done, with the button that undoes it."""
    url = reverse("change-undo", args=[change_set.engagement_id, change_set.pk])
    messages.success(request, text, extra_tags=f"undo:{url}")


@require_safe
def timetable(request: Request, pk: int) -> HttpResponse:
    """The plan as it is edited: every row with its warnings and what can be done with it."""
    engagement = access.get_engagement(request.user, pk, access.PLAN)
    plan = milestones_of(engagement)
    remarks = schedule.remarks(items_of(plan))
    rows = overview.rows_of(engagement.milestones.chronological().prefetch_related("purposes"), timezone.localdate())
    lines: list[dict[str, Any]] = [
        {"row": row, "remarks": [sentence for _, sentence in remarks.get(str(row.milestone.pk), [])]} for row in rows
    ]
    standing = [line for line in lines if line["row"].standing != Standing.DROPPED]
    dropped = [line for line in lines if line["row"].standing == Standing.DROPPED]
    return render(request, "engagements/timetable.html", frame_of(request, engagement) | {"lines": standing, "dropped": dropped})


@require_safe
def show(request: Request, pk: int, milestone: int) -> HttpResponse:
    """One milestone: what, when, whose, what it follows, and how it came to be so."""
    found = load(request, pk, milestone, access.VIEW)
    frame = frame_of(request, found.engagement)
    past = [] if frame["why_not"]["history"] else found.changes.select_related("change_set__by").order_by("-pk")
    context = frame | {
        "milestone": found,
        "row": overview.row_of(found, timezone.localdate()),
        "followers": list(found.followers.order_by("position")),
        "past": [_past_line(change) for change in past],
        "is_event": meetings.is_event(found),
        "log": None if frame["why_not"]["reminders"] else reminder_log.log_of(found),
        "card": meetings.card_of(found, sees_link=not frame["why_not"]["notes"], plans=not frame["why_not"]["plan"]),
    }
    return render(request, "engagements/milestone.html", context | wishes_of(found, frame["why_not"]) | card_of(found, request.user))


def _past_line(change: Any) -> dict[str, Any]:
    before, after = _dates(change.before), _dates(change.after)
    return {
        "change_set": change.change_set,
        "why": change.why,
        "before": before if before != after else "",
        "after": after if before != after else "",
    }


def _dates(snapshot: dict[str, Any] | None) -> str:
    if not snapshot or not snapshot["occurrences"]:
        return ""
    pairs = tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in snapshot["occurrences"])
    return write(pairs, Precision(snapshot["precision"]))


@require_http_methods(["GET", "POST"])
def add(request: Request, pk: int) -> HttpResponse:
    engagement = access.get_engagement(request.user, pk, access.PLAN)
    form = MilestoneForm(request.POST or None, engagement=engagement, initial={"phase": engagement.phase})
    if request.method == "POST" and form.is_valid():
        made = milestones.add(engagement=engagement, values=form.values(), purpose=form.cleaned_data["purpose"], by=request.user)
        messages.success(request, f"Milepælen »{made.subject}« er tilføjet.")
        return redirect("timetable", pk)
    context = frame_of(request, engagement) | {"form": form, "is_new": True}
    return render(request, "engagements/milestone_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int, milestone: int) -> HttpResponse:
    found = load(request, pk, milestone)
    form = MilestoneForm(request.POST or None, engagement=found.engagement, milestone=found)
    if request.method == "POST" and form.is_valid():
        change_set = milestones.edit(
            milestone=found,
            values=form.values(),
            purpose=form.cleaned_data["purpose"],
            by=request.user,
            plan_number=_number(request.POST.get("plan_number")),
        )
        told(request, "Ændringerne er gemt.", change_set)
        return redirect(found)
    context = frame_of(request, found.engagement) | {"form": form, "milestone": found, "is_new": False}
    return render(request, "engagements/milestone_form.html", context, status=422 if form.is_bound else 200)


@require_safe
def move(request: Request, pk: int, milestone: int) -> HttpResponse:
    """Ask for the new date; with one in the address, preview every consequence. Nothing is written."""
    found = load(request, pk, milestone)
    moving.require_open(found)
    row = overview.row_of(found, timezone.localdate())
    context = frame_of(request, found.engagement) | {"milestone": found, "row": row}
    form = MoveForm(request.GET if "dates" in request.GET else None, milestone=found)
    if not form.is_bound:
        return render(request, "engagements/move.html", context | {"form": form})
    if not form.is_valid() or not form.cleaned_data["dates"].occurrences:
        if form.is_valid():
            form.add_error("dates", "Skriv en dato eller en periode. »Løbende« kan ikke flyttes til.")
        return render(request, "engagements/move.html", context | {"form": form}, status=422)
    dates: Expression = form.cleaned_data["dates"]
    text = write(dates.occurrences, dates.precision)
    wish = _wish(found, request.GET.get("udsaettelse"))
    values = {"postponement": wish.pk, "reason": wish.reason[:LONGEST_REASON]} if wish else {}
    accept = AcceptMoveForm(initial=values | {"dates": text, "plan_number": found.engagement.plan_number})
    return render(request, "engagements/move_preview.html", context | {"accept": accept, "wish": wish} | _preview(found, dates))


def _wish(milestone: Milestone, text: str | None) -> Postponement | None:
    """The wish for a later date that the move answers, if it answers one."""
    number = _number(text)
    return milestone.postponements.filter(pk=number).first() if number is not None else None


def _preview(milestone: Milestone, dates: Expression) -> dict[str, Any]:
    consequences = moving.preview(milestone=milestone, occurrences=dates.occurrences)
    plan = {str(row.pk): row for row in milestones_of(milestone.engagement)}
    own, *others = consequences
    rows = [_consequence(plan[own.key], own, dates.precision, "Valgt dato")]
    rows += [_consequence(plan[hit.key], hit, plan[hit.key].precision, "Følger med") for hit in others]
    return {
        "rows": rows,
        "followers": len(others),
        "clash_count": sum(len(hit.clashes) for hit in consequences),
        "moved": rows[0],
        "proposal": write(own.proposal, dates.precision) if own.proposal else "",
        "proposal_text": overview.dates_text(lists(own.proposal), dates.precision) if own.proposal else "",
    }


def _consequence(milestone: Milestone, hit: Consequence, precision: str, reason: str) -> dict[str, Any]:
    """A row of the preview; `precision` is that of the new dates, `reason` stands when the calendar gave none."""
    return {
        "subject": milestone.subject,
        "before": overview.dates_text(milestone.occurrences, milestone.precision),
        "before_weeks": overview.weeks_text(milestone.occurrences, milestone.precision),
        "after": overview.dates_text(lists(hit.new), precision),
        "after_weeks": overview.weeks_text(lists(hit.new), precision),
        "distance": overview.distance_text(milestone.occurrences, lists(hit.new)),
        "reason": "; ".join(hit.reasons) or reason,
        "clashes": hit.clashes,
    }


@require_POST
def accept_move(request: Request, pk: int, milestone: int) -> HttpResponse:
    found = load(request, pk, milestone)
    form, dates = AcceptMoveForm(request.POST), MoveForm(request.POST, milestone=found)
    if not form.is_valid() or not dates.is_valid():
        return redirect("milestone-move", pk, milestone)
    change_set = _accept(found, form.cleaned_data, dates.cleaned_data["dates"], request.user)
    moved = change_set.changes.exclude(why__startswith="Lod stå").count()
    answered = " Kommunen får besked om, at den har fået udsættelse." if form.cleaned_data["postponement"] else ""
    told(request, f"{count(moved, 'dato', 'datoer')} er flyttet.{answered}", change_set)
    return redirect("timetable", pk)


def _accept(milestone: Milestone, accepted: dict[str, Any], chosen: Expression, by: User) -> ChangeSet:
    """Move the milestone as previewed; with a wish for a later date the move is its answer."""
    values: dict[str, Any] = {
        "occurrences": chosen.occurrences,
        "precision": chosen.precision,
        "source_text": chosen.source_text,
        "with_followers": accepted["followers"] == "all",
        "reason": accepted["reason"].strip(),
        "by": by,
        "plan_number": accepted["plan_number"],
    }
    if accepted["postponement"] is None:
        return moving.move(milestone=milestone, **values)
    wish = get_object_or_404(milestone.postponements, pk=accepted["postponement"])
    wish.milestone = milestone
    return postponing.grant(postponement=wish, **values)


@require_http_methods(["GET", "POST"])
def meet(request: Request, pk: int, milestone: int) -> HttpResponse:
    found = load(request, pk, milestone)
    form = MeetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_set = milestones.meet(
            milestone=found, on=form.cleaned_data["on"], reason=form.cleaned_data["reason"].strip(), by=request.user
        )
        told(request, f"»{found.subject}« er opfyldt.", change_set)
        return redirect("timetable", pk)
    return _verb_page(request, found, form, "meet")


@require_http_methods(["GET", "POST"])
def drop(request: Request, pk: int, milestone: int) -> HttpResponse:
    found = load(request, pk, milestone)
    form = ReasonForm(request.POST or None, label="Hvorfor bortfalder milepælen?")
    if request.method == "POST" and form.is_valid():
        told(
            request,
            f"»{found.subject}« er bortfaldet.",
            milestones.drop(milestone=found, reason=form.cleaned_data["reason"].strip(), by=request.user),
        )
        return redirect("timetable", pk)
    return _verb_page(request, found, form, "drop")


@require_http_methods(["GET", "POST"])
def reopen(request: Request, pk: int, milestone: int) -> HttpResponse:
    found = load(request, pk, milestone)
    form = ReasonForm(request.POST or None, label="Hvorfor genåbnes milepælen?")
    if request.method == "POST" and form.is_valid():
        told(
            request,
            f"»{found.subject}« er åben igen.",
            milestones.reopen(milestone=found, reason=form.cleaned_data["reason"].strip(), by=request.user),
        )
        return redirect("timetable", pk)
    return _verb_page(request, found, form, "reopen")


@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: int, milestone: int) -> HttpResponse:
    found = load(request, pk, milestone)
    form = ReasonForm(request.POST or None, label="Hvorfor slettes milepælen?", optional=True)
    if request.method == "POST" and form.is_valid():
        subject = found.subject
        told(
            request,
            f"»{subject}« er slettet.",
            milestones.delete(milestone=found, reason=form.cleaned_data["reason"].strip(), by=request.user),
        )
        return redirect("timetable", pk)
    return _verb_page(request, found, form, "delete")


VERBS = {
    "meet": (
        "Markér som opfyldt",
        "button-primary",
        "Normalt opfyldes en milepæl af selve leveringen. Her kan du gøre det med en forklaring.",
    ),
    "drop": ("Lad milepælen bortfalde", "button-primary", "Milepælen bliver stående i historikken, men tæller ikke længere med."),
    "reopen": ("Genåbn milepælen", "button-primary", "Milepælen tæller igen med i planen."),
    "delete": ("Slet milepælen", "button-warning", "Slet kun det, der aldrig skulle have været i planen. Ellers lad den bortfalde."),
}


def _verb_page(request: Request, milestone: Milestone, form: Any, verb: str) -> HttpResponse:
    label, css, lead = VERBS[verb]
    context = frame_of(request, milestone.engagement) | {
        "milestone": milestone,
        "row": overview.row_of(milestone, timezone.localdate()),
        "form": form,
        "label": label,
        "button_css": css,
        "lead": lead,
        "followers": list(milestone.followers.filter(state=MilestoneState.OPEN).order_by("position")) if verb in {"drop", "delete"} else [],
    }
    return render(request, "engagements/milestone_verb.html", context, status=422 if form.is_bound else 200)


@require_POST
def undo(request: Request, pk: int, change: int) -> HttpResponse:
    engagement: Engagement = access.get_engagement(request.user, pk, access.PLAN)
    change_set = get_object_or_404(engagement.change_sets, pk=change)
    change_set.engagement = engagement
    changes.undo(change_set=change_set, by=request.user)
    messages.success(request, f"Fortrudt: {change_set.summary}. Tidsplanen er, som den var før.")
    return redirect("timetable", pk)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None
