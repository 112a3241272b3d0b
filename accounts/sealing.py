"""Seals what nobody may read in the database or in a copy of it: the secrets of authenticator apps and the seeds of recovery codes; and
what may not stand in an address.

AES-GCM under a key that is derived from settings.MFA_KEYS and so is in no backup of the database. What is sealed is bound to its
owner: a row copied to another person does not open.
"""

from __future__ import annotations

import base64
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

LABEL = b"taskforce second factor v1"  # the same SECRET_KEY gives other keys for other uses
VERSION = "v1:"
NONCE_BYTES = 12


class Unreadable(Exception):
    """Sealed under a key that we do not have, for somebody else, or changed since."""


def seal(text: str, *, owner: int, label: bytes = LABEL) -> str:
    """The text, readable only with our key, only as `owner`'s (the id of a user) and only for the use that `label` names."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(_key(settings.MFA_KEYS[0], label)).encrypt(nonce, text.encode(), _bound_to(owner))
    return VERSION + base64.urlsafe_b64encode(nonce + sealed).decode("ascii")


def unseal(sealed: str, *, owner: int, label: bytes = LABEL) -> str:
    """What was sealed for `owner` and this use; any key of settings.MFA_KEYS will do, so that keys can be changed. Raises Unreadable."""
    if not sealed.startswith(VERSION):
        raise Unreadable
    try:
        raw = base64.urlsafe_b64decode(sealed.removeprefix(VERSION))
    except ValueError as error:
        raise Unreadable from error
    for secret in settings.MFA_KEYS:
        try:
            return AESGCM(_key(secret, label)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound_to(owner)).decode()
        except (InvalidTag, ValueError):
            continue
    raise Unreadable


@lru_cache(maxsize=8)
def _key(secret: str, label: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(secret.encode())


def _bound_to(owner: int) -> bytes:
    return f"user:{owner}".encode()
