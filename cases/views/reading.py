"""Reading the files of a case: page by page, or the file itself. A fresh factor, and a row in the access log, come first."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.refusal import Refused
from accounts.requests import Request
from accounts.step_up import fresh_factor_required
from cases import access
from cases.models import CaseDocument
from documents import page_images, viewing
from documents.delivery import deliver
from documents.tasks import draw_pages


@require_safe
@fresh_factor_required
def show(request: Request, pk: int, kind: str, number: int, document: UUID) -> HttpResponse:
    """One page of the file, with search and the way to the other pages."""
    file = _load(request.user, pk, kind, number, document)
    if _open(file, request.user):
        draw_pages(file.document)
    asked, words = request.GET.get(viewing.PAGE, ""), request.GET.get(viewing.WORDS, "")
    shown = viewing.viewer(
        file.document, by=request.user, asked=asked, sealed_words=words, addresses=_addresses(pk, kind, number, document)
    )
    above = f"{file.case} · {file.document_type.name}" if file.document_type else str(file.case)
    context = {"file": file, "case": file.case, "above": above, "viewer": shown, "crumbs": _crumbs(request.user, file)}
    return render(request, "cases/reading.html", context)


@require_safe
@fresh_factor_required
def picture(request: Request, pk: int, kind: str, number: int, document: UUID, page: int) -> HttpResponseBase:
    """A page as a picture; part of an opening, so it has no row of its own."""
    file = _load(request.user, pk, kind, number, document)
    if not 1 <= page <= (file.document.pages or 0):
        raise Http404
    _open(file, request.user)
    return page_images.show(file.document, page)


@require_POST
@fresh_factor_required
def search(request: Request, pk: int, kind: str, number: int, document: UUID) -> HttpResponse:
    """To the next page on which the words stand. They are sent in the body and sealed in the address: they may be a name."""
    file = _load(request.user, pk, kind, number, document)
    _open(file, request.user)
    words = request.POST.get("ord", "")[: viewing.LONGEST_WORDS]
    at = viewing.first_place(file.document, words, from_page=viewing.number_of(request.POST.get(viewing.PAGE, ""), file.document))
    page = reverse("case-file", args=[pk, kind, number, document])
    return redirect(viewing.page_url(page, at, viewing.sealed(words, by=request.user)))


@require_safe
@fresh_factor_required
def download(request: Request, pk: int, kind: str, number: int, document: UUID) -> HttpResponseBase:
    """The file itself, without active content, as the check rebuilt it."""
    file = _load(request.user, pk, kind, number, document)
    if file.document.cleaned is None:
        raise Refused("Filen kan ikke hentes.")
    return deliver(file.document.cleaned, by=request.user, purpose=f"Akt i {file.case}", name=file.document.name)


def _load(user: User, pk: int, kind: str, number: int, document: UUID) -> CaseDocument:
    """The file when the user may read what is in it, and it can be read. The address tells which case it is in."""
    file = access.get_file(user, document, access.READ_BYTES)
    if file.case is None or (file.round.engagement_id, file.round.kind, file.case.number) != (pk, kind, number):
        raise Http404
    viewing.require_readable(file.document)
    return file


def _open(file: CaseDocument, user: User) -> bool:
    return viewing.open_for(file.document, by=user, purpose=f"Akt i {file.case}", name=f"{file.case}, dokument {str(file.document_id)[:8]}")


def _addresses(*args: object) -> viewing.Addresses:
    def picture_url(page: int) -> str:
        return reverse("case-file-picture", args=[*args, page])

    to = partial(reverse, args=args)
    return viewing.Addresses(page=to("case-file"), picture=picture_url, search=to("case-file-search"), download=to("case-file-download"))


def _crumbs(user: User, file: CaseDocument) -> list[tuple[str, str]]:
    """A colleague who is invited to the case alone has no pages above it."""
    assert file.case is not None
    trail = [(str(file.case), file.case.get_absolute_url()), (file.document.name, "")]
    engagement = file.round.engagement
    if access.why_not_list(user, engagement):
        return trail
    rounds = reverse("rounds", args=[engagement.pk])
    return [
        ("Forløb", reverse("engagements")),
        (engagement.municipality.display_name, engagement.get_absolute_url()),
        ("Sager", rounds),
        *trail,
    ]
