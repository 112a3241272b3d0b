"""Reading a document of the engagement page by page. A fresh factor, and a row in the access log, come first."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import Request
from accounts.step_up import fresh_factor_required
from documents import page_images, viewing
from documents.tasks import draw_pages
from engagements import access, papers
from engagements.models import EngagementDocument


@require_safe
@fresh_factor_required
def show(request: Request, pk: int, document: UUID) -> HttpResponse:
    """One page of the document, with search and the way to the other pages."""
    attached = _load(request.user, pk, document)
    if _open(attached, request.user):
        draw_pages(attached.document)
    shown = viewing.viewer(
        attached.document,
        by=request.user,
        asked=request.GET.get(viewing.PAGE, ""),
        sealed_words=request.GET.get(viewing.WORDS, ""),
        addresses=_addresses(pk, document),
    )
    return render(request, "engagements/document.html", {"attached": attached, "engagement": attached.engagement, "viewer": shown})


@require_safe
@fresh_factor_required
def picture(request: Request, pk: int, document: UUID, page: int) -> HttpResponseBase:
    """A page as a picture; part of an opening, so it has no row of its own."""
    attached = _load(request.user, pk, document)
    if not 1 <= page <= (attached.document.pages or 0):
        raise Http404
    _open(attached, request.user)
    return page_images.show(attached.document, page)


@require_POST
@fresh_factor_required
def search(request: Request, pk: int, document: UUID) -> HttpResponse:
    """To the next page on which the words stand. They are sent in the body and sealed in the address."""
    found = _load(request.user, pk, document)
    _open(found, request.user)
    words = request.POST.get("ord", "")[: viewing.LONGEST_WORDS]
    at = viewing.first_place(found.document, words, from_page=viewing.number_of(request.POST.get(viewing.PAGE, ""), found.document))
    page = reverse("engagement-document", args=[pk, document])
    return redirect(viewing.page_url(page, at, viewing.sealed(words, by=request.user)))


def _load(user: User, pk: int, document: UUID) -> EngagementDocument:
    """The document when the user may read it, and it can be read."""
    engagement = access.get_engagement(user, pk, access.DOCUMENTS)
    attached: EngagementDocument = get_object_or_404(papers.rows_of(engagement), document_id=document)
    attached.engagement = engagement
    viewing.require_readable(attached.document)
    return attached


def _open(attached: EngagementDocument, user: User) -> bool:
    kind = attached.get_kind_display()
    name = f"{kind}, dokument {str(attached.document_id)[:8]}"
    return viewing.open_for(attached.document, by=user, purpose=f"Dokument i forløbet: {kind}", name=name)


def _addresses(*args: object) -> viewing.Addresses:
    def picture_url(page: int) -> str:
        return reverse("engagement-document-picture", args=[*args, page])

    to = partial(reverse, args=args)
    return viewing.Addresses(
        page=to("engagement-document"),
        picture=picture_url,
        search=to("engagement-document-search"),
        download=to("engagement-document-download"),
    )
