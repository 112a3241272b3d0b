"""The page of a long job: how far it is, and its result."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import jobs
from accounts.requests import Request
from accounts.tasks import ring
from documents.delivery import deliver
from documents.models import StoredFile
from taskforce import access

REFRESH_SECONDS = 3  # without JavaScript the page fetches itself again


@require_safe
def show(request: Request, pk: UUID) -> HttpResponse:
    """Whole page, or only the panel when htmx polls."""
    job = access.get_job(request.user, pk)
    result = StoredFile.objects.visible_to(request.user).filter(pk=job.result_id).first() if job.result_id else None
    template = "taskforce/_job.html" if request.htmx else "taskforce/job.html"
    return render(request, template, {"job": job, "result": result, "refresh_seconds": None if job.is_over else REFRESH_SECONDS})


@require_POST
def again(request: Request, pk: UUID) -> HttpResponse:
    job = access.get_job(request.user, pk)
    jobs.again(job=job, by=request.user)
    ring()
    return redirect(job)


@require_safe
def download(request: Request, pk: UUID) -> StreamingHttpResponse:
    job = access.get_job(request.user, pk, access.RESULT)
    stored = get_object_or_404(StoredFile.objects.visible_to(request.user).select_related("scope"), pk=job.result_id)
    return deliver(stored, by=request.user, purpose=f"Til egen brug: {job.title}")
