"""Møde: time, place and people of a milestone that is an event; invite, change, cancel; the milestone as a calendar file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.danish import count
from accounts.refusal import Refused
from accounts.requests import Request
from engagements import access, meeting_mails, meetings, overview
from engagements.actions import meeting as actions
from engagements.calendar_events import calendar_of, events_of
from engagements.forms import ReasonForm
from engagements.meeting_form import MeetingForm
from engagements.models import Meeting, Milestone
from engagements.states import MeetingState
from engagements.views.engagement import frame_of
from engagements.views.milestones import load


def _meeting_of(milestone: Milestone) -> Meeting | None:
    found = Meeting.objects.filter(milestone=milestone).first()
    if found:
        found.milestone = milestone
    return found


def _context(request: Request, milestone: Milestone, meeting: Meeting | None) -> dict[str, Any]:
    return frame_of(request, milestone.engagement) | {
        "milestone": milestone,
        "row": overview.row_of(milestone, timezone.localdate()),
        "meeting": meeting,
        "is_called": meeting is not None and meeting.state == MeetingState.INVITED,
        "reach": meeting_mails.reach_of(meeting) if meeting else None,
    }


def _sent(number: int) -> str:
    return f"{count(number, 'mail', 'mails')} er lagt i kø." if number else "Der sendes ingen mails."


@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int, milestone: int) -> HttpResponse:
    """Write the meeting: a draft, or, once people are invited, a change that they are told of."""
    found = load(request, pk, milestone)
    actions.require_event(found)
    meeting = _meeting_of(found)
    form = MeetingForm(request.POST or None, milestone=found, meeting=meeting, people=meetings.people_of(found.engagement))
    if request.method == "POST" and form.is_valid():
        if meeting is not None and meeting.state == MeetingState.INVITED:
            number = actions.update(milestone=found, details=form.details(), by=request.user)
            messages.success(request, f"Mødet er ændret. {_sent(number)}")
        else:
            actions.save(milestone=found, details=form.details(), by=request.user)
            messages.success(request, "Kladden er gemt. Ingen er indkaldt endnu.")
        return redirect(found)
    context = _context(request, found, meeting) | {"form": form, "parties": [form[name] for name in form.parties]}
    return render(request, "engagements/meeting.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def invite(request: Request, pk: int, milestone: int) -> HttpResponse:
    """Say how many mails it takes, then send them."""
    found = load(request, pk, milestone)
    actions.require_event(found)
    if request.method == "POST":
        number = actions.invite(milestone=found, by=request.user)
        messages.success(request, f"Indkaldelsen er sendt. {_sent(number)}")
        return redirect(found)
    meeting = _meeting_of(found)
    if meeting is None:
        return redirect("milestone-meeting", pk, milestone)
    if meeting.state == MeetingState.INVITED:  # an old tab: nobody is asked to send it once more
        return redirect(found)
    card = meetings.card_of(found, sees_link=True, plans=True)
    context = _context(request, found, meeting) | {"card": card, "cancel_url": found.get_absolute_url()}
    return render(request, "engagements/meeting_invite.html", context)


@require_http_methods(["GET", "POST"])
def cancel(request: Request, pk: int, milestone: int) -> HttpResponse:
    """Call it off, with a reason for the history."""
    found = load(request, pk, milestone)
    actions.require_event(found)
    form = ReasonForm(request.POST or None, label="Hvorfor aflyses mødet?")
    if request.method == "POST" and form.is_valid():
        number = actions.cancel(milestone=found, reason=form.cleaned_data["reason"].strip(), by=request.user)
        messages.success(request, f"Mødet er aflyst. {_sent(number)}")
        return redirect(found)
    meeting = _meeting_of(found)
    context = _context(request, found, meeting) | {"form": form, "mails": meeting_mails.told_by_mail(meeting) if meeting else 0}
    return render(request, "engagements/meeting_cancel.html", context, status=422 if form.is_bound else 200)


@require_safe
def ics(request: Request, pk: int, milestone: int) -> HttpResponse:
    """The milestone for one's own calendar; a link for those who may see it alone."""
    found = load(request, pk, milestone, access.VIEW)
    meeting = _meeting_of(found)
    if not found.occurrences:
        raise Refused("Milepælen har ingen dato endnu, så der er intet at lægge i kalenderen.")
    events = events_of(found, changed_at=timezone.now(), meeting=meeting)
    content = calendar_of(events).to_ical()
    headers = {"Content-Disposition": content_disposition_header(True, f"milepael-{found.pk}.ics") or ""}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
