"""What the benchmark of uploads needs of Django: somebody logged in, a place to upload to, a look at what arrived. After django.setup."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from bench import due_reminders
from documents import tickets, vault
from documents.models import Document
from documents.states import FileClass
from engagements.actions import attaching
from engagements.models import Engagement

TOKEN = "b" * 32


def prepare() -> tuple[str, str]:
    """The tables, a consultant with an engagement, logged in: the cookies of their session, and a ticket for uploads."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    due_reminders.make(1)
    engagement = Engagement.objects.select_related("scope", "created_by").get()
    user = engagement.created_by
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    ticket = tickets.issue(
        kind=attaching.KIND, object_id=engagement.pk, scope=engagement.scope, user=user, back="/", file_class=FileClass.GENERAL
    )
    return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}", ticket.signed


def headers(cookies: str) -> dict[str, str]:
    """What a browser sends behind the proxy that ends TLS."""
    return {
        "Host": "localhost",
        "Origin": settings.SITE_URL,
        "X-Forwarded-Proto": "https",
        "Cookie": cookies,
        "X-CSRFToken": TOKEN,
        "Tus-Resumable": "1.0.0",
    }


def metadata(**told: str) -> str:
    """The Upload-Metadata header."""
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items())


def compare(sources: list[Path]) -> None:
    """Every file that arrived opens to the bytes that were sent. Raises RuntimeError."""
    wanted = {hashlib.sha256(source.read_bytes()).hexdigest() for source in sources}
    for document in Document.objects.all():
        digest = hashlib.sha256()
        for chunk in vault.chunks(document.original) if document.original else ():
            digest.update(chunk)
        if digest.hexdigest() != document.sha256 or document.sha256 not in wanted:
            raise RuntimeError(f"{document} is not what was sent.")
