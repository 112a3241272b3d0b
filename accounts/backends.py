"""How a password is checked."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class EmailBackend(AuthenticationBackend):
    """E-mail and password, whatever the case of the e-mail. An unknown address costs the same work as a wrong password."""

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        known = User.objects.get_queryset().filter(email__iexact=email).first()
        found: User | None = self._check_password(known, password)
        return found
