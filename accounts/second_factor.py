"""What a person has beside the password: an authenticator app or passkeys, and recovery codes for the day the phone is lost."""

from __future__ import annotations

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db.models import QuerySet

from accounts.models import User

# Recovery codes alone are no second factor: they are what one has when it is lost.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
LAST_ONE = "Du skal altid have mindst én totrinsbekræftelse. Tilføj en adgangsnøgle eller skift app, før du fjerner denne."


def factors(user: User) -> QuerySet[Authenticator]:
    """The person's app and passkeys, oldest first."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=user, type__in=FACTORS).order_by("created_at", "pk")
    return found


def has_one(user: User) -> bool:
    return factors(user).exists()


def why_not_remove(authenticator: Authenticator) -> str:
    """The sentence that keeps a person's last second factor; "" when there is another."""
    others = factors(authenticator.user).exclude(pk=authenticator.pk)
    return "" if others.exists() else LAST_ONE


def recovery_codes(user: User) -> Authenticator | None:
    found: Authenticator | None = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return found


def codes_left(user: User) -> int:
    """How many of the recovery codes are unused."""
    kept = recovery_codes(user)
    return 0 if kept is None else app_settings.RECOVERY_CODE_COUNT - int(kept.data["used_mask"]).bit_count()


def use_once(user: User, code: str) -> bool:
    """Whether this code of the app is used for the first time: it counts once in all the time that it is valid."""
    digits = "".join(character for character in code if character.isdigit())
    valid_for = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    return bool(cache.add(f"second-factor-used:{user.pk}:{digits}", True, timeout=valid_for))
