"""The documents of an engagement: agreements, minutes and whatever else its team and its municipality share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission
from accounts.refusal import Refused
from accounts.requests import Request
from accounts.step_up import fresh_factor_required
from documents import tickets
from documents.delivery import deliver
from documents.states import CprMode, FileClass
from engagements import access, papers
from engagements.actions import attaching
from engagements.forms import DocumentKindForm
from engagements.models import Engagement, EngagementDocument
from engagements.states import DocumentKind
from engagements.views.engagement import frame_of

NOT_CHECKED = "Filen kan først hentes, når den er kontrolleret."


@require_safe
def show(request: Request, pk: int) -> HttpResponse:
    """Whole page, or only the list when htmx asks whether the files are checked."""
    engagement = access.get_engagement(request.user, pk, access.DOCUMENTS)
    context: dict[str, Any] = frame_of(request, engagement) | {"papers": papers.of(engagement, request.user)}
    if request.htmx:
        return render(request, "engagements/_documents.html", context)
    context["why_not_upload"] = access.why_not_engagement(request.user, access.UPLOAD, engagement)
    if not context["why_not_upload"]:
        context["ticket"] = tickets.issue(
            kind=attaching.KIND,
            object_id=engagement.pk,
            scope=engagement.scope,
            user=request.user,
            file_class=FileClass.GENERAL,
            cpr_mode=CprMode.WARN,
            back=reverse("engagement-documents", args=[engagement.pk]),
        )
    context["refresh_seconds"] = papers.REFRESH_SECONDS if context["papers"].waiting else None
    return render(request, "engagements/documents.html", context)


@require_safe
@fresh_factor_required
def download(request: Request, pk: int, document: UUID) -> HttpResponseBase:
    """The file without active content, as the check rebuilt it; as it was received where nothing was rebuilt."""
    _, attached = _load(request, pk, document, access.DOCUMENTS)
    found = attached.document
    stored = found.cleaned or found.original
    if not found.is_readable or stored is None:
        raise Refused(NOT_CHECKED)
    return deliver(stored, by=request.user, purpose=f"Dokument i forløbet: {attached.get_kind_display()}", name=found.name)


@require_http_methods(["GET", "POST"])
def kind(request: Request, pk: int, document: UUID) -> HttpResponse:
    """Say what a document is."""
    engagement, attached = _load(request, pk, document, access.UPLOAD)
    form = DocumentKindForm(request.POST or None, initial={"kind": attached.kind})
    if request.method == "POST" and form.is_valid():
        attaching.rename_kind(attached=attached, kind=DocumentKind(form.cleaned_data["kind"]), by=request.user)
        messages.success(request, "Ændringen er gemt.")
        return redirect("engagement-documents", pk)
    context = {"engagement": engagement, "attached": attached, "form": form, "cancel_url": _list_url(pk)}
    return render(request, "engagements/document_kind.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def erase(request: Request, pk: int, document: UUID) -> HttpResponse:
    """Are you sure, and then it is gone for good."""
    engagement, attached = _load(request, pk, document, access.ERASE_DOCUMENT)
    attaching.require_erasable(attached, request.user)
    if request.method == "POST":
        attaching.erase(attached=attached, by=request.user)
        messages.success(request, "Dokumentet er slettet.")
        return redirect("engagement-documents", pk)
    context = {"engagement": engagement, "attached": attached, "cancel_url": _list_url(pk)}
    return render(request, "engagements/document_erase.html", context)


def _load(request: Request, pk: int, document: UUID, permission: Permission) -> tuple[Engagement, EngagementDocument]:
    engagement = access.get_engagement(request.user, pk, permission)
    rows = papers.rows_of(engagement)
    return engagement, get_object_or_404(rows, document_id=document)


def _list_url(pk: int) -> str:
    return reverse("engagement-documents", args=[pk])
