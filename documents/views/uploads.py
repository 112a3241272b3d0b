"""Resumable uploads: tus 1.0.0 with creation and termination. Who asks is checked at every step, by the receiver of the place."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import Request
from documents import receiving, tickets, tus, uploading, vault
from documents.models import Upload
from documents.tus import Misspoken, reply, speaks_tus
from documents.vault import CHUNK


@require_http_methods(["POST", "OPTIONS"])
@speaks_tus
def create(request: Request) -> HttpResponse:
    """A new upload, for somebody with a ticket for the place."""
    if request.method == "OPTIONS":
        return reply(204, Tus_Version=tus.VERSION, Tus_Extension=tus.EXTENSIONS)
    told = tus.metadata(request)
    ticket = tickets.read(told.get("ticket", ""), user=request.user)
    receiving.of(ticket.kind).allow(request.user, ticket.object_id)
    length = tus.number(request, "Upload-Length")
    upload = uploading.begin(ticket=ticket, raw_name=told.get("filename", ""), length=length, by=request.user)
    return reply(201, Location=reverse("upload", args=[upload.pk]))


@require_http_methods(["HEAD", "PATCH", "DELETE"])
@speaks_tus
def one(request: Request, pk: UUID) -> HttpResponse:
    """How far it is, its next bytes, or its end. It is its sender's alone; to everybody else it does not exist."""
    if request.method == "HEAD" and (document := uploading.finished(request.user, pk)):
        return reply(200, Upload_Offset=document.size, Upload_Length=document.size)
    upload = get_object_or_404(Upload.objects.visible_to(request.user), pk=pk)
    receiving.of(upload.kind).allow(request.user, upload.object_id)
    if request.method == "HEAD":
        return reply(200, Upload_Offset=uploading.offset_of(upload), Upload_Length=upload.length)
    if request.method == "DELETE":
        uploading.drop(upload)
        return reply(204)
    return _append(request, upload)


def _append(request: Request, upload: Upload) -> HttpResponse:
    offset = tus.number(request, "Upload-Offset")
    if request.content_type != tus.BODY:
        raise Misspoken(415)
    length = tus.number(request, "Content-Length")
    if length < min(CHUNK, upload.length - offset):
        raise Misspoken(400)  # less than a whole chunk would be kept: nothing, and the sender would never come to an end
    if length > upload.length - offset:
        raise uploading.TooLarge(uploading.LONGER)
    with uploading.writer(upload) as writer:
        if offset != uploading.offset_of(upload):
            raise Misspoken(409)
        if not writer.is_complete:
            tus.take_in(request, writer)
        if writer.is_complete:
            uploading.finish(upload=upload, writer=writer)
    return reply(204, Upload_Offset=writer.offset)


@require_POST
def unfinished(request: Request) -> JsonResponse:
    """What the person began to upload to this place and did not finish, for a page that was loaded again.

    With `marks` comes of each the SHA-256 of the bytes that are kept: a browser goes on only with the very same file. It is asked by POST
    because the ticket is long; it writes nothing.
    """
    ticket = tickets.read(request.POST.get("ticket", ""), user=request.user)
    receiving.of(ticket.kind).allow(request.user, ticket.object_id)
    mine = Upload.objects.visible_to(request.user).filter(kind=ticket.kind, object_id=ticket.object_id)
    return JsonResponse({"uploads": [_told(upload, with_mark="marks" in request.POST) for upload in mine]})


def _told(upload: Upload, *, with_mark: bool) -> dict[str, object]:
    return {
        "url": reverse("upload", args=[upload.pk]),
        "name": upload.name,
        "size": upload.length,
        "kept": vault.received(upload),
        "mark": uploading.mark_of(upload) if with_mark else "",
    }
