"""What must never be true in production (an https SITE_URL): told by `manage.py check`, and refused when the product starts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

WEAK_KEY_LENGTH = 50
LEAST_VARIED = 16  # different bytes of the 32: random ones have about 30
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@register(Tags.security)
def production_is_safe(**kwargs: Any) -> list[CheckMessage]:
    """Errors refuse the start: demo mode, DEBUG, weak keys, any host name; warnings are about mail (decision 28)."""
    if not settings.SECURE_SITE:
        return []
    found: list[CheckMessage] = []
    if settings.DEMO:
        found.append(Error("DEMO is on.", hint="Unset DEMO: anybody could log in as anybody.", id="taskforce.E001"))
    if settings.DEBUG:
        found.append(Error("DEBUG is on.", hint="Unset DEBUG: errors would show code and settings.", id="taskforce.E002"))
    if len(settings.SECRET_KEY) < WEAK_KEY_LENGTH or len(set(settings.SECRET_KEY)) < 5:
        found.append(Error("SECRET_KEY is weak.", hint=f"Use at least {WEAK_KEY_LENGTH} random characters.", id="taskforce.E003"))
    return [*found, *_about_vault(), *_about_hosts(), *_about_mail()]


def _about_vault() -> list[CheckMessage]:
    if not settings.VAULT_KEYS:
        return [Error("VAULT_KEY is not set.", hint="Without it no file can be stored or opened.", id="taskforce.E006")]
    if any(len(set(key)) < LEAST_VARIED for key in settings.VAULT_KEYS):
        return [Error("VAULT_KEY is weak.", hint="Use 32 random bytes, in base64.", id="taskforce.E007")]
    return []


def _about_hosts() -> list[CheckMessage]:
    hosts = settings.ALLOWED_HOSTS
    if not hosts or "*" in hosts:
        hint = "Name the hosts: a page must not be built for a host that a stranger made up."
        return [Error("ALLOWED_HOSTS lets every host in, or none.", hint=hint, id="taskforce.E004")]
    if not validate_host(urlsplit(settings.SITE_URL).hostname or "", hosts):
        return [Error("ALLOWED_HOSTS does not hold the host of SITE_URL.", hint="Add it, or nothing is answered.", id="taskforce.E005")]
    return []


def _about_mail() -> list[CheckMessage]:
    if settings.EMAIL_BACKEND != SMTP:
        return [Warning("Mail is not sent to anybody.", hint="Set EMAIL_URL to the mail server.", id="taskforce.W001")]
    if not settings.EMAIL_USE_TLS and not settings.EMAIL_USE_SSL:
        return [Warning("Mail is sent without encryption.", hint="Use smtp+tls:// in EMAIL_URL.", id="taskforce.W002")]
    return []


def refuse_unsafe_start() -> None:
    """Raise when a check above found an error; for the processes that `manage.py` does not start."""
    errors = [message for message in production_is_safe() if message.is_serious()]
    if errors:
        raise ImproperlyConfigured(" ".join(f"{error.id}: {error.msg} {error.hint}" for error in errors))
