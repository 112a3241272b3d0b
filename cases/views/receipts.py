"""Receipts of hand-ins and of withdrawals: pages and PDF, to be fetched for ever."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.refusal import Denied, Refused
from accounts.requests import Request
from accounts.tasks import ring
from cases import access, receipts
from cases.models import HandIn
from cases.views.frame import papers
from documents.delivery import deliver

NAMES_HIDDEN = "Kvitteringen nævner akter i en sag, som du er inhabil i, så du kan ikke hente den som PDF."
NOT_MADE = "Kvitteringen er ved at blive lavet som PDF. Vent et øjeblik, og prøv igen."


@require_safe
def show(request: Request, pk: int, kind: str, receipt: UUID) -> HttpResponse:
    found = _load(request, pk, kind, receipt)
    hidden = _hidden(request, found)
    made = receipts.receipt_of(found, hidden=hidden)
    others = [one for one in found.round.hand_ins.order_by("sequence") if one.pk != found.pk]
    context = papers(request.user, found.round, f"Kvittering {found.number}") | {
        "receipt": made,
        "others": others,
        "is_whole": not hidden,
        "withdrawals": found.round.withdrawals.order_by("at"),
    }
    return render(request, "cases/receipt.html", context)


@require_safe
def pdf(request: Request, pk: int, kind: str, receipt: UUID) -> StreamingHttpResponse:
    found = _load_whole(request, pk, kind, receipt)
    if found.receipt is None:
        raise Refused(NOT_MADE)
    return deliver(found.receipt, by=request.user, purpose=f"Til egen brug: kvittering {found.number}")


@require_POST
def make_pdf(request: Request, pk: int, kind: str, receipt: UUID) -> HttpResponse:
    """Order the PDF where there is none: it is made anew when something was noted on it."""
    job = receipts.order_pdf(_load_whole(request, pk, kind, receipt), request.user)
    ring()
    return redirect(job)


@require_safe
def withdrawal(request: Request, pk: int, kind: str, withdrawal: UUID) -> HttpResponse:
    """What was taken back and erased: how many files, when and by whom; never what they were."""
    round = access.get_round(request.user, pk, kind)
    found = get_object_or_404(round.withdrawals.select_related("by", "case"), pk=withdrawal)
    context = papers(request.user, round, f"Kvittering {found.number}") | {"withdrawal": found}
    return render(request, "cases/withdrawal.html", context)


def _load(request: Request, pk: int, kind: str, receipt: UUID) -> HandIn:
    round = access.get_round(request.user, pk, kind, access.RECEIPT)
    found = get_object_or_404(HandIn.objects.select_related("by", "receipt__scope").filter(round=round), pk=receipt)
    found.round = round
    return found


def _load_whole(request: Request, pk: int, kind: str, receipt: UUID) -> HandIn:
    """For the PDF, which names the files of every case."""
    found = _load(request, pk, kind, receipt)
    if _hidden(request, found):
        raise Denied(NAMES_HIDDEN)
    return found


def _hidden(request: Request, hand_in: HandIn) -> set[int]:
    """The numbers of the round's cases that the person is *inhabil* in."""
    hidden = hand_in.round.cases.filter(pk__in=access.hidden_cases(request.user))
    return set(hidden.values_list("number", flat=True)) if access.hidden_cases(request.user) else set()
