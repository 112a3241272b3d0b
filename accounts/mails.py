"""The mails of this app: what each kind says, made when it is sent."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from accounts import history, invitations
from accounts.danish import plain_date
from accounts.models import Invitation, OutboxMail
from accounts.outbox import Message, register

INVITATION = "accounts.invitation"
FACTOR_RESET = "accounts.factor_reset"
# What people do with mails, in the history
VERBS = {
    "mail.send_now": "sendte en mail, der ventede",
    "mail.edit": "rettede en mail, der ventede",
    "mail.postpone": "udskød en mail",
    "mail.cancel": "annullerede en mail",
    "mail.again": "sendte en fejlet mail igen",
}


def register_all() -> None:
    """Called once in AppConfig.ready."""
    history.register(VERBS, {})
    register(INVITATION, invitation)
    register(FACTOR_RESET, factor_reset)


def invitation(mail: OutboxMail) -> Message | None:
    """Who invites to what, until when, and the one link; nothing when the invitation is no longer open."""
    found = Invitation.objects.select_related("organisation", "invited_by").filter(pk=mail.about_id).first()
    if found is None or not found.is_open:
        return None
    inviter = f"{found.invited_by.full_name} inviterer dig" if found.invited_by else "Du inviteres"
    lines = [
        f"Hej {found.full_name}",
        "",
        f"{inviter} til Task Force som {found.get_role_display()} i {found.organisation.display_name}.",
        f"Tag imod invitationen senest {plain_date(timezone.localdate(found.expires_at))}:",
        invitations.link_of(found),
        "",
        "Kender du ikke til det, så slet mailen.",
    ]
    return Message("Invitation til Task Force", "\n".join(lines))


def factor_reset(mail: OutboxMail) -> Message | None:
    """A security notice: somebody who did not ask for it must hear of it."""
    if mail.recipient is None:
        return None
    lines = [
        f"Hej {mail.recipient.full_name}",
        "",
        f"En administrator har nulstillet din totrinsbekræftelse {plain_date(timezone.localdate(mail.created_at))}.",
        "Næste gang du logger ind, sætter du den op igen:",
        f"{settings.SITE_URL}/",
        "",
        f"Har du ikke selv bedt om det, så skriv straks til {settings.SUPPORT_EMAIL}.",
    ]
    return Message("Din totrinsbekræftelse er nulstillet", "\n".join(lines))
