"""Who logged in and off, and who was refused, in the history: from Django's own signals, whichever way somebody came in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from accounts import audit
from accounts.models import User


@receiver(user_logged_in, dispatch_uid="session.start")
def started(sender: Any, user: User, **kwargs: Any) -> None:
    audit.record(by=user, verb="session.start", target=user, scope=None)


@receiver(user_logged_out, dispatch_uid="session.end")
def ended(sender: Any, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        audit.record(by=user, verb="session.end", target=user, scope=None)


@receiver(user_login_failed, dispatch_uid="session.fail")
def failed(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    """Of a known person only, and by nobody: it is not known who tried. What was typed is never kept."""
    typed = credentials.get("username") or credentials.get("email") or ""
    known = User.objects.get_queryset().filter(email__iexact=typed).first() if typed else None
    if known is not None:
        audit.record(by=None, verb="session.fail", target=known, scope=None)
