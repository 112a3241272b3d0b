"""The link of an invitation: the row's UUID with a signature, so that a copy of the table opens nothing."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import Invitation, User

_signer = signing.Signer(salt="invitation", sep=".")


def token_of(invitation: Invitation) -> str:
    """What stands in the link; the same each time the invitation is sent."""
    return _signer.sign(str(invitation.pk))


def link_of(invitation: Invitation) -> str:
    """The whole address of the page on which the invited says yes."""
    return f"{settings.SITE_URL}{reverse('invitation', args=[token_of(invitation)])}"


def find(token: str) -> Invitation | None:
    """The invitation of a link, whatever has become of it; None when the link was never one of ours."""
    try:
        pk = uuid.UUID(_signer.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return Invitation.objects.filter(pk=pk).select_related("organisation", "invited_by").first()


def known_person(invitation: Invitation) -> User | None:
    """Who has the invited e-mail already."""
    return User.objects.get_queryset().filter(email__iexact=invitation.email).first()
