"""Udbakke, and the mails of an engagement: those that wait for a consultant, what was sent, and how it went."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require
from accounts.danish import count
from accounts.models import OutboxMail
from accounts.refusal import Refused
from accounts.requests import Request
from accounts.states import MailState, Relation
from engagements import access, mailbox
from engagements.actions import mailing
from engagements.mail_forms import HoldForm, MailFilter, MailForm, PostponeForm
from engagements.models import Engagement
from engagements.states import MailHold
from engagements.views.engagement import frame_of

MAILS_ON_A_PAGE = 50
# Each shows its text, which its builder makes with some queries: a page holds what one reads through anyway.
HELD_ON_A_PAGE = 20


@require_safe
def outgoing(request: Request) -> HttpResponse:
    """Udbakke: what waits for the person across their engagements, each mail as it would go out now."""
    if not mailbox.has_outgoing(request.user):
        require(request.user, access.MAILS, relations=set[Relation]())
    page = Paginator(mailbox.held_for(request.user), HELD_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "groups": mailbox.by_engagement(page.object_list), "failed": mailbox.failed_in(request.user)}
    return render(request, "engagements/outgoing.html", context)


@require_safe
def log(request: Request, pk: int) -> HttpResponse:
    """The engagement's mails, and how long those to the municipality wait."""
    engagement = access.get_engagement(request.user, pk, access.MAILS)
    form = HoldForm(initial={"hours": engagement.mail_hold_hours})
    return _log_page(request, engagement, form)


@require_POST
def hold(request: Request, pk: int) -> HttpResponse:
    engagement = access.get_engagement(request.user, pk, access.MAILS)
    form = HoldForm(request.POST)
    if not form.is_valid():
        return _log_page(request, engagement, form)
    mailing.hold(engagement=engagement, hours=MailHold(form.cleaned_data["hours"]), by=request.user)
    messages.success(request, "Valget er gemt. Det gælder mails, der bliver skrevet fra nu af.")
    return redirect("engagement-mails", pk)


def _log_page(request: Request, engagement: Engagement, form: HoldForm) -> HttpResponse:
    found = mailbox.mails_of(engagement)
    filter_form = MailFilter(request.GET or None)
    if filter_form.is_bound and filter_form.is_valid() and filter_form.cleaned_data["state"]:
        found = found.filter(state=filter_form.cleaned_data["state"])
    page = Paginator(found, MAILS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = frame_of(request, engagement) | {
        "form": form,
        "filter_form": filter_form,
        "page": page,
        "rows": mailbox.rows(list(page.object_list), engagement),
    }
    return render(request, "engagements/mails.html", context, status=422 if form.is_bound else 200)


@require_safe
def show(request: Request, pk: int, mail: UUID) -> HttpResponse:
    """One mail: to whom, how it went, and its text."""
    engagement = access.get_engagement(request.user, pk, access.MAILS)
    found = get_object_or_404(mailbox.mails_of(engagement), pk=mail)
    is_own = found.scope_id == engagement.scope_id
    waits = is_own and found.state in {MailState.HELD, MailState.WAITING}
    message = mailbox.present(found) if waits else None
    context = frame_of(request, engagement) | {
        "mail": found,
        "title": message.subject if message else mailbox.subject_of(found, engagement),
        "row": mailbox.rows([found], engagement)[0],
        "held": mailbox.held_row(found) if is_own and found.state == MailState.HELD else None,
        "is_own": is_own,
        "text": (message.text if message else mailbox.NOTHING_LEFT) if waits else found.text if is_own else "",
        "notices": [] if is_own else found.own_notices,  # type: ignore[attr-defined]
    }
    return render(request, "engagements/mail.html", context)


def load(request: Request, pk: int, mail: UUID) -> tuple[Engagement, OutboxMail]:
    """A mail about an engagement whose mails the user looks after, and about no other."""
    engagement = access.get_engagement(request.user, pk, access.MAILS)
    found = OutboxMail.objects.filter(scope=engagement.scope_id).select_related("recipient", "edited_by")
    return engagement, get_object_or_404(found, pk=mail)


@require_POST
def send(request: Request, pk: int, mail: UUID) -> HttpResponse:
    engagement, found = load(request, pk, mail)
    mailing.send_now(engagement=engagement, mail=found, by=request.user)
    messages.success(request, f"Mailen til {mailbox.addressee(found)} sendes nu.")
    return redirect("outgoing")


@require_POST
def again(request: Request, pk: int, mail: UUID) -> HttpResponse:
    engagement, found = load(request, pk, mail)
    mailing.again(engagement=engagement, mail=found, by=request.user)
    messages.success(request, f"Mailen til {mailbox.addressee(found)} sendes igen.")
    return redirect("engagement-mails", pk)


@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int, mail: UUID) -> HttpResponse:
    """Ret og send."""
    engagement, found = load(request, pk, mail)
    held = _held(found)
    if held.message is None:
        raise Refused(mailbox.NOTHING_LEFT)
    form = MailForm(request.POST or None, initial={"subject": held.message.subject, "text": held.message.text})
    if request.method == "POST" and form.is_valid():
        mailing.edit_and_send(engagement=engagement, mail=found, **form.cleaned_data, by=request.user)
        messages.success(request, f"Mailen til {held.to} er rettet og sendes nu.")
        return redirect("outgoing")
    return _form_page(request, engagement, held, form, "engagements/mail_edit.html")


@require_http_methods(["GET", "POST"])
def postpone(request: Request, pk: int, mail: UUID) -> HttpResponse:
    engagement, found = load(request, pk, mail)
    held = _held(found)
    form = PostponeForm(request.POST or None, due_at=found.due_at, initial={"how": "1"})
    if request.method == "POST" and form.is_valid():
        mailing.postpone(engagement=engagement, mail=found, until=form.until(), by=request.user)
        messages.success(request, f"Mailen til {held.to} venter længere.")
        return redirect("outgoing")
    return _form_page(request, engagement, held, form, "engagements/mail_postpone.html")


@require_http_methods(["GET", "POST"])
def cancel(request: Request, pk: int, mail: UUID) -> HttpResponse:
    """Send ikke."""
    engagement, found = load(request, pk, mail)
    held = _held(found)
    if request.method == "POST":
        mailing.cancel(engagement=engagement, mail=found, by=request.user)
        messages.success(request, f"Mailen til {held.to} bliver ikke sendt.")
        return redirect("outgoing")
    return _form_page(request, engagement, held, None, "engagements/mail_cancel.html")


@require_http_methods(["GET", "POST"])
def send_all(request: Request, pk: int) -> HttpResponse:
    """Send alle: a page that lists the names, and then those mails and no others."""
    engagement = access.get_engagement(request.user, pk, access.MAILS)
    if request.method == "POST":
        sent = mailing.send_all(engagement=engagement, keys=_keys(request.POST.getlist("mail")), by=request.user)
        messages.success(request, f"{count(sent, 'mail', 'mails')} sendes nu.")
        return redirect("outgoing")
    waiting = mailbox.held_for(request.user).filter(scope=engagement.scope_id)[:HELD_ON_A_PAGE]
    held = [one for one in map(mailbox.held_row, waiting) if one.message]
    if not held:
        raise Refused(mailing.ALL_GONE)
    context = frame_of(request, engagement) | {"rows": held, "cancel_url": reverse("outgoing")}
    return render(request, "engagements/mails_send_all.html", context)


def _held(mail: OutboxMail) -> mailbox.Held:
    """The mail as it waits; somebody else may have sent it since the person's page was loaded."""
    if mail.state != MailState.HELD:
        raise Refused(f"Mailen venter ikke længere: den har status »{mail.get_state_display()}«.")
    return mailbox.held_row(mail)


def _form_page(request: Request, engagement: Engagement, held: mailbox.Held, form: Any, template: str) -> HttpResponse:
    context = frame_of(request, engagement) | {"held": held, "form": form, "cancel_url": reverse("outgoing")}
    return render(request, template, context, status=422 if form is not None and form.is_bound else 200)


def _keys(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
