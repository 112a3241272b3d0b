"""Uploads without scripts: one form, many files, a sentence for each that was refused."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from accounts import cpr
from accounts.danish import join
from accounts.models import Scope
from accounts.refusal import Denied, Refused
from accounts.requests import Request
from documents import receiving, tickets
from documents.sealed_form import Outcome, SealingHandler, take_in


@csrf_exempt  # the token is in the body, which is read by a handler that must be in its place first: _take_in is protected
@require_POST
def plain(request: Request) -> HttpResponse:
    """The ticket is in the address: it must be known before the first byte of the body."""
    try:
        handler = _handler(request)
    except (Refused, Denied, Http404) as refusal:
        return _refuse(request, refusal)
    request.upload_handlers = [handler]
    try:
        return _take_in(request, handler)
    finally:
        handler.discard()


def _handler(request: Request) -> SealingHandler:
    """Takes in what the ticket allows. Raises Refused, Denied or Http404."""
    ticket = tickets.read(request.GET.get("billet", ""), user=request.user)
    receiving.of(ticket.kind).allow(request.user, ticket.object_id)
    return SealingHandler(request, ticket=ticket, scope=get_object_or_404(Scope, pk=ticket.scope_id), by=request.user)


def _refuse(request: Request, refusal: Exception) -> HttpResponse:
    """A form without its token hears nothing else; of the body nothing is kept."""
    request.upload_handlers = []
    return _raise(request, refusal)


@csrf_protect
def _raise(request: HttpRequest, refusal: Exception) -> HttpResponse:
    raise refusal


@csrf_protect
def _take_in(request: HttpRequest, handler: SealingHandler) -> HttpResponse:
    request.POST  # noqa: B018 - reads the body, which the check of the token has done already unless the token came in a header
    take_in(handler.outcomes)
    _tell(request, handler.outcomes)
    return redirect(handler.ticket.back)


def _tell(request: HttpRequest, outcomes: list[Outcome]) -> None:
    """A sentence for each file that was refused, and one for the others."""
    taken = [outcome.name for outcome in outcomes if outcome.is_in]
    if taken:
        messages.success(request, f"{join(taken)} er modtaget og bliver nu kontrolleret.")
    for outcome in outcomes:
        if outcome.sentence:
            messages.error(request, f"{cpr.masked(outcome.name)}: {outcome.sentence}")
    if not outcomes:
        messages.error(request, "Vælg mindst én fil, før du uploader.")
