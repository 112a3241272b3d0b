"""A password that was forgotten, and what a new one must be."""

from __future__ import annotations

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse

from accounts import outbox
from accounts.admission import why_not_admitted
from accounts.models import OutboxMail, User
from accounts.outbox import Message

RESET = "accounts.password_reset"


def check(password: str, user: User | None) -> str:
    """The password, when it is good enough for this person; else Django's ValidationError with the reasons."""
    validate_password(password, user)
    return password


def ask_for_link(*, email: str) -> None:
    """Order the mail with a link to choose a new password. An unknown address costs the same work and leaves nothing behind."""
    known = User.objects.active().filter(email__iexact=email.strip()).first()
    is_expected = known is not None and not why_not_admitted(known)
    with transaction.atomic():
        outbox.queue(kind=RESET, to_email=known.email if known else email, recipient=known, about=known or User(pk=0))
        transaction.set_rollback(not is_expected)
    if not is_expected:
        outbox.ring()


def reset_mail(mail: OutboxMail) -> Message | None:
    """Made when it is sent, so that the link is stored nowhere; nothing for somebody who has left meanwhile."""
    user = mail.recipient
    if user is None or why_not_admitted(user):
        return None
    arguments = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    link = settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=arguments)
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    return Message(
        "Vælg en ny adgangskode til Task Force",
        f"Kære {user.full_name}\n\nDu har bedt om en ny adgangskode. Vælg den her. Linket virker i {hours} timer og kun én gang:\n\n"
        f"{link}\n\nHar du ikke selv bedt om det, skal du ikke gøre noget: din adgangskode er den samme som før.\n\n"
        f"Venlig hilsen\nTask Force\n{settings.SUPPORT_EMAIL}\n",
    )
